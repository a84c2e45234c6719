import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileExists, fileNotWritten } from "./errors.js";

/** What is to stand in a file that its owner alone may read. */
export interface PrivateFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes new files with mode 0600: all of them, or none.
 *
 * @throws OperatorError FILE_EXISTS, FILE_NOT_WRITTEN
 */
export function createPrivateFiles(files: readonly PrivateFile[]): void {
  for (const { path } of files) if (existsSync(path)) throw fileExists({ path });
  const created: string[] = [];
  try {
    for (const file of files) {
      create(file);
      created.push(file.path);
    }
  } catch (error) {
    for (const path of created) rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Writes files with mode 0600 in the place of what is there. Each is whole before it takes its name.
 *
 * @throws OperatorError FILE_NOT_WRITTEN
 */
export function replacePrivateFiles(files: readonly PrivateFile[]): void {
  const aside = files.map(({ path, text }) => ({ path: `${path}.${process.pid}.new`, text }));
  createPrivateFiles(aside);
  try {
    for (const [i, { path }] of files.entries()) rename(aside[i]?.path ?? path, path);
  } finally {
    for (const { path } of aside) rmSync(path, { force: true });
  }
}

function create({ path, text }: PrivateFile): void {
  try {
    writeFileSync(path, text, { flag: "wx", mode: 0o600, flush: true });
  } catch (error) {
    if (errnoOf(error) === "EEXIST") throw fileExists({ path });
    // Nothing is there when it could not be opened, and half of it when the disk is full.
    rmSync(path, { force: true });
    throw fileNotWritten({ path, errno: errnoOf(error) });
  }
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw fileNotWritten({ path: to, errno: errnoOf(error) });
  }
}

function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}
