import { describe, expect, it } from "vitest";
import { filesIn, textOf } from "./source-files.js";

const sources = filesIn("native-shim/src", /[.][ch]$/);
const header = textOf("native-shim/include/tv.h");

/** Mechanism only: what a library that neither speaks, nor decides, nor starts anything must not call. */
const FORBIDDEN =
  /\b(f?printf|v?f?dprintf|puts|perror|syslog|pthread_create|thrd_create|fork|system|popen|exit|abort|signal|sigaction)\s*\(/g;

/** @returns calls that the text makes, without what stands in comments and strings */
function forbiddenCalls(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\])*"/g, "");
  return [...code.matchAll(FORBIDDEN)].map(([, name]) => name ?? "");
}

describe("the shim", () => {
  it("has sources", () => {
    expect(sources.length).toBeGreaterThan(0);
  });

  it("neither logs, nor starts threads, nor ends the process", () => {
    const calls = sources.flatMap((path) => forbiddenCalls(textOf(path)).map((name) => `${path}: ${name}`));
    expect(calls).toEqual([]);
  });

  it.each(['printf("a");', 'fprintf(stderr, "a");', "pthread_create(&a, 0, b, 0);", "abort();"])("would not pass with %s", (text) => {
    expect(forbiddenCalls(text)).toHaveLength(1);
  });

  it.each(["/* exit() */", 'a("printf(");', "sys_exit(1);", "snprintf(a, 1, b);"])("passes with %s", (text) => {
    expect(forbiddenCalls(text)).toEqual([]);
  });

  it("declares nothing without its prefix, and takes no callback", () => {
    const code = header.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^#.*$/gm, "");
    const declared = [...code.matchAll(/^[a-z][\w \t*]*?\b(\w+)\(/gm)].map(([, name]) => name ?? "");
    expect(declared.length).toBeGreaterThan(0);
    expect(declared.filter((name) => !name.startsWith("tv_"))).toEqual([]);
    expect(code).not.toMatch(/\(\s*\*\s*\w*\s*\)\s*\(/);
  });
});
