import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn } from "./source-files.js";

const files = ["src", "test", "scripts", "native-shim"].flatMap((folder) => filesIn(folder, /[.](ts|mjs|js|c|h|sh)$/));
const ours = files.filter((path) => !/^test\/fixtures\/|^native-shim\/build\//.test(path));

/** Names that say nothing: everything fits in. */
function saysNothing(path: string): boolean {
  const words = basename(path).split(".")[0]?.split(/[-_]/) ?? [];
  const folders = path.split("/").slice(0, -1);
  return [...words, ...folders].some((word) => /^(utils?|utilities|helpers?|common|misc)$/i.test(word));
}

describe("names of files", () => {
  it("say what is in them", () => {
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter(saysNothing)).toEqual([]);
  });

  it("are none of a barrel", () => {
    expect(ours.filter((path) => /(^|\/)index[.]/.test(path))).toEqual([]);
  });

  it.each(["src/base/utils.ts", "src/base/key-utils.ts", "src/helpers/a.ts", "native-shim/src/common.h", "test/kernel/test-helper.ts"])(
    "would not pass as %s",
    (path) => {
      expect(saysNothing(path)).toBe(true);
    },
  );

  it.each(["src/base/prefix.ts", "src/config/commonality.ts"])("pass as %s", (path) => {
    expect(saysNothing(path)).toBe(false);
  });
});
