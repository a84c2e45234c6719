import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LogReader } from "../../../src/cli/log-reader.js";

let dir = "";
let path = "";
const readers: LogReader[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tunvpn-log-"));
  path = join(dir, "head.log");
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
  rmSync(dir, { recursive: true });
});

function open(text: string, last?: number): LogReader {
  writeFileSync(path, text);
  const reader = new LogReader(path, last);
  readers.push(reader);
  return reader;
}

function lines(reader: LogReader): string[] {
  return [...reader.newLines()];
}

describe("LogReader", () => {
  it("reads whole lines, and those that are new the next time", () => {
    const reader = open("one\ntwo\nthr");
    expect(lines(reader)).toEqual(["one", "two"]);
    expect(reader.unfinished).toBe("thr");
    appendFileSync(path, "ee\nfour\n");
    expect(lines(reader)).toEqual(["three", "four"]);
    expect(lines(reader)).toEqual([]);
    expect(reader.unfinished).toBe("");
  });

  it.each([
    [0, []],
    [1, ["c"]],
    [2, ["", "c"]],
    [3, ["b", "", "c"]],
    [9, ["a", "b", "", "c"]],
  ])("starts %d lines before the end", (last, expected) => {
    expect(lines(open("a\nb\n\nc\n", last))).toEqual(expected);
  });

  it("counts a last line without its newline", () => {
    const reader = open("a\nb\nc", 2);
    expect(lines(reader)).toEqual(["b"]);
    expect(reader.unfinished).toBe("c");
  });

  it("reads lines across the pieces that it reads files in", () => {
    const long = Array.from({ length: 3000 }, (_, i) => `${i} ${"ü".repeat(40)}`);
    expect(lines(open(`${long.join("\n")}\n`))).toEqual(long);
    expect(lines(open(`${long.join("\n")}\n`, 1500))).toEqual(long.slice(-1500));
    const giant = "x".repeat(300_000);
    expect(lines(open(`a\n${giant}\n`, 1))).toEqual([giant]);
  });

  it("reads on in the file that takes its place, and loses nothing of the old one", () => {
    const reader = open("one\n");
    expect(lines(reader)).toEqual(["one"]);
    appendFileSync(path, "two\nhalf");
    renameSync(path, `${path}.old`);
    expect(lines(reader)).toEqual(["two"]);
    writeFileSync(path, "three\n");
    expect(lines(reader)).toEqual(["half", "three"]);
  });

  it("starts anew when the file was cut", () => {
    const reader = open("one\ntwo\n");
    lines(reader);
    truncateSync(path, 0);
    expect(lines(reader)).toEqual([]);
    appendFileSync(path, "new\n");
    expect(lines(reader)).toEqual(["new"]);
  });
});
