import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { run } from "../kernel/lab/command.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SHIM = join(ROOT, "native-shim");

/** The name that the box without a cipher gives itself. */
const NAME = "no-cipher";

describe("the library without a cipher", () => {
  beforeAll(() => {
    execFileSync("make", ["-s", "-C", SHIM, "all", "plain"]);
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

  it("is nothing that a variable could choose", async () => {
    const library = pathToFileURL(join(ROOT, "dist/shim/library.js"));
    const script = `const { openShim } = await import("${library}"); console.log(openShim().boxName());`;
    const open = (box: string) => run([process.execPath, "--input-type=module", "-e", script], { env: { TUNVPN_BOX: box } });
    expect((await open("sodium")).stdout).toBe("sodium\n");
    const { code, stdout, stderr } = await open(NAME);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("BOX_UNAVAILABLE");
  });
});
