import { describe, expect, it } from "vitest";
import { functionsOfC, functionsOfTypeScript } from "./lengths.js";
import { filesIn, textOf } from "./source-files.js";

/** About 300 and about 60: what fits in a head, and a screen. */
const FILE_LINES = 320;
const FUNCTION_LINES = 65;

const files = [...filesIn("src", /[.]ts$/), ...filesIn("native-shim/src", /[.][ch]$/)];

describe("lengths", () => {
  it("are measured on files", () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it(`no file is over ${FILE_LINES} lines`, () => {
    const long = files.map((path) => ({ path, lines: textOf(path).trimEnd().split("\n").length }));
    expect(long.filter(({ lines }) => lines > FILE_LINES)).toEqual([]);
  });

  it(`no function is over ${FUNCTION_LINES} lines`, () => {
    const functions = files.flatMap((path) => {
      const text = textOf(path);
      return (path.endsWith(".ts") ? functionsOfTypeScript(path, text) : functionsOfC(text)).map((found) => ({ path, ...found }));
    });
    expect(functions.length).toBeGreaterThan(0);
    expect(functions.filter(({ lines }) => lines > FUNCTION_LINES)).toEqual([]);
  });
});

describe("a function of TypeScript", () => {
  it.each([
    ["function named() {\n  return 1;\n}", "named", 3],
    ["const arrow = () => {\n\n  return 1;\n};", "arrow", 4],
    ["class A {\n  method(): void {\n  }\n}", "method", 2],
    ["class A {\n  constructor(\n    readonly a: number,\n  ) {}\n}", "(anonymous)", 3],
    ["call(\n  () => {\n  },\n);", "(anonymous)", 2],
  ])("is found in %j", (text, name, lines) => {
    expect(functionsOfTypeScript("a.ts", text)).toEqual([{ name, lines }]);
  });

  it("counts within another one and for itself", () => {
    const text = "function outer() {\n  function inner() {\n  }\n}";
    expect(functionsOfTypeScript("a.ts", text)).toEqual([
      { name: "outer", lines: 4 },
      { name: "inner", lines: 2 },
    ]);
  });

  it("is not a mere type", () => {
    expect(functionsOfTypeScript("a.ts", "type A = () => void;\ndeclare function b(): void;")).toEqual([]);
  });
});

describe("a function of C", () => {
  it.each([
    ["int a(void)\n{\n\treturn 1;\n}\n", "a", 4],
    ["static inline __m512i *a(int b) {\n\treturn 0;\n}\n", "a", 3],
    ["static void a(int b,\n              int c)\n{\n\tif (b) {\n\t\tc = 1;\n\t}\n}\n", "a", 7],
    ["int b(void);\nstatic const int c[] = {\n\t1,\n};\nint a(void)\n{\n}\n", "a", 3],
    ["struct s {\n\tint (*f)(int);\n};\nint a(void)\n{\n}\n", "a", 3],
  ])("is found in %j", (text, name, lines) => {
    expect(functionsOfC(text)).toEqual([{ name, lines }]);
  });
});
