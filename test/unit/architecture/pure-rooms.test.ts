import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** One line each, which no pure room may hold. */
const IMPURE: Record<string, string> = {
  "the date": "export const a = new Date(0).getTime();",
  "the clock": "export const a = Date.now();",
  "the monotonic clock": "export const a = performance.now();",
  "the clock by another road": "export const a = globalThis.performance.now();",
  "a timeout": "setTimeout(() => {}, 1);",
  "an interval": "setInterval(() => {}, 1);",
  "an immediate": "setImmediate(() => {});",
  "a microtask": "queueMicrotask(() => {});",
  "random numbers": "export const a = Math.random();",
  "random numbers by a key": 'export const a = Math["random"]();',
  "random numbers by destructuring": "const { random } = Math;\nexport const a = random();",
  "random numbers by another name": "const math = Math;\nexport const a = math.random();",
  "random bytes": "export const a = crypto.getRandomValues(new Uint8Array(4));",
  "a promise": "export const a = Promise.resolve(1);",
  "a promise in a type": "export type A = Promise<number>;",
  "something thenable": "export type A = PromiseLike<number>;",
  "an async stream": "export type A = AsyncIterable<number>;",
  "an async function": "export async function a() {}",
  "an async arrow": "export const a = async () => 1;",
  "an async function expression": "export const a = async function a() {};",
  "an async method": "export class A {\n  private static async a() {}\n}",
  "an async method of an object": "export const a = { async a() {} };",
  "an async generator": "export async function* a() {}",
  "an await": "export const a = await b();",
  "an async loop": "for await (const a of b) c(a);",
  "an import on demand": 'export const a = import("../base/bytes.js");',
  "the process": "export const a = process.argv;",
  "the network": 'export const a = fetch("a");',
  "the console": 'console.log("a");',
  "the working directory": 'import { resolve } from "node:path";\n\nexport const a = resolve("a");',
  promisify: 'import { promisify } from "node:util";\n\nexport const a = promisify(b);',
};

/** What may look like it and is none. */
const PURE: Record<string, string> = {
  "another member of Math": "export const a = Math.floor(1.5);",
  "a property named so": "export const a = (b: { Date: number; process: number }) => b.Date + b.process;",
  "a type of time": "export type Now = { readonly boot: number };",
  "a name that begins so": "export function asyncName() {\n  return awaited;\n}",
};

const PURE_PLACES = ["src/base", "src/protocol", "src/config", "src/observe"];

describe("the words of pure rooms", () => {
  const folder = mkdtempSync(join(tmpdir(), "tunvpn-words-"));
  let refused = new Set<string>();

  beforeAll(async () => {
    cpSync(join(ROOT, "biome.json"), join(folder, "biome.json"));
    cpSync(join(ROOT, "scripts/lint"), join(folder, "scripts/lint"), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    for (const place of [...PURE_PLACES, "src/agent"]) {
      for (const [name, text] of Object.entries({ ...IMPURE, ...PURE })) write(join(folder, place, fileName(name)), text);
    }
    write(join(folder, "src/crypto/suite.ts"), "export const a = Date.now();\nexport const b = Math.random();\n");
    write(join(folder, "src/crypto/reference.ts"), "export const a = Date.now();\n");
    refused = await refusedByBiome(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.keys(IMPURE))("refuse %s", (name) => {
    for (const place of PURE_PLACES) expect(refused).toContain(join(place, fileName(name)));
  });

  it.each(Object.keys(PURE))("allow %s", (name) => {
    for (const place of PURE_PLACES) expect(refused).not.toContain(join(place, fileName(name)));
  });

  it("are no concern of other rooms", () => {
    expect([...refused].filter((file) => file.startsWith("src/agent/"))).toEqual([]);
  });

  it("are checked in crypto's interface alone of crypto", () => {
    expect(refused).toContain("src/crypto/suite.ts");
    expect(refused).not.toContain("src/crypto/reference.ts");
  });
});

function fileName(name: string): string {
  return `${name.toLowerCase().replaceAll(" ", "-")}.ts`;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Files in which Biome found one of the words, seen from the folder. */
async function refusedByBiome(folder: string): Promise<Set<string>> {
  const biome = promisify(execFile)(join(ROOT, "node_modules/.bin/biome"), ["lint", "--reporter=github", "--max-diagnostics=none"], {
    cwd: folder,
    maxBuffer: 1 << 24,
  });
  // It exits with 1 when it finds something.
  const { stdout } = await biome.catch((error: { stdout: string }) => error);
  const found = stdout.matchAll(/^::error title=(?:plugin|lint\/style\/noRestricted\w+),file=[^,]*?\b(src\/[^,]+)/gm);
  return new Set([...found].flatMap(([, file]) => file ?? []));
}
