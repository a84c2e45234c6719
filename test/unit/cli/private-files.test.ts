import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPrivateFiles, replacePrivateFiles } from "../../../src/cli/private-files.js";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tunvpn-files-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function files(...names: string[]) {
  return names.map((name) => ({ path: join(dir, name), text: `text of ${name}` }));
}

describe("createPrivateFiles", () => {
  it("writes files for their owner alone", () => {
    createPrivateFiles(files("a", "b"));
    expect(readFileSync(join(dir, "b"), "utf8")).toBe("text of b");
    for (const name of ["a", "b"]) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  it("touches nothing when one of them exists, even as a link to nowhere", () => {
    symlinkSync(join(dir, "nowhere"), join(dir, "b"));
    expect(() => createPrivateFiles(files("a", "b"))).toThrow(expect.objectContaining({ code: "FILE_EXISTS" }));
    expect(readdirSync(dir)).toEqual(["b"]);
  });

  it("takes back what it wrote when it cannot write the rest", () => {
    expect(() => createPrivateFiles(files("a", "missing/b"))).toThrow(expect.objectContaining({ code: "FILE_NOT_WRITTEN" }));
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe("replacePrivateFiles", () => {
  it("takes the place of files, and of links instead of what they lead to", () => {
    writeFileSync(join(dir, "a"), "old");
    chmodSync(join(dir, "a"), 0o666);
    writeFileSync(join(dir, "elsewhere"), "theirs");
    symlinkSync(join(dir, "elsewhere"), join(dir, "b"));
    replacePrivateFiles(files("a", "b"));
    expect(["a", "b", "elsewhere"].map((name) => readFileSync(join(dir, name), "utf8"))).toEqual(["text of a", "text of b", "theirs"]);
    expect(statSync(join(dir, "a")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir).sort()).toEqual(["a", "b", "elsewhere"]);
  });

  it("leaves nothing beside them when it fails", () => {
    mkdirSync(join(dir, "b"));
    expect(() => replacePrivateFiles(files("a", "b"))).toThrow(expect.objectContaining({ code: "FILE_NOT_WRITTEN" }));
    expect(readdirSync(dir).sort()).toEqual(["a", "b"]);
  });
});
