import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openShim } from "../../src/shim/library.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SHIM = join(ROOT, "native-shim");

/** The name that the box without a cipher gives itself. */
const NAME = "no-cipher";

describe("the library without a cipher", () => {
  beforeAll(() => {
    execFileSync("make", ["-s", "-C", SHIM, "all", "plain"]);
  });

  afterAll(() => {
    vi.unstubAllEnvs();
  });

  const bytes = (path: string) => readFileSync(join(SHIM, "build", path));

  it("is what the benchmark's build has", () => {
    expect(bytes("bench/libtunvpn.so").includes(NAME)).toBe(true);
  });

  it("is not in the library that is released", () => {
    expect(bytes("libtunvpn.so").includes(NAME)).toBe(false);
    expect(bytes("libtunvpn.so").includes("avx2")).toBe(true);
  });

  it("is not among the package's files", () => {
    const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { files: string[] };
    expect(files.filter((file) => file.startsWith("native-shim"))).toEqual(["native-shim/build/libtunvpn.so"]);
  });

  it("is nothing that a variable could choose", () => {
    vi.stubEnv("TUNVPN_BOX", NAME);
    expect(() => openShim()).toThrow(expect.objectContaining({ code: "BOX_UNAVAILABLE" }));
  });
});
