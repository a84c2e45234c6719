import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { must } from "./command.js";
import type { Lab } from "./lab.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** An installation of the program in a folder of its own. */
export class ProgramCopy {
  private constructor(private readonly folder: string) {}

  static async make(lab: Lab, name: string): Promise<ProgramCopy> {
    const copy = new ProgramCopy(join(lab.directory, name));
    await mkdir(copy.folder);
    await cp(join(ROOT, "dist"), join(copy.folder, "dist"), { recursive: true });
    await cp(join(ROOT, "package.json"), join(copy.folder, "package.json"));
    await mkdir(join(copy.folder, "native-shim/build"), { recursive: true });
    await cp(join(ROOT, "native-shim/build/libtunvpn.so"), copy.shim);
    await symlink(join(ROOT, "node_modules"), join(copy.folder, "node_modules"));
    return copy;
  }

  /** What starts it. */
  get program(): string {
    return join(this.folder, "dist/cli/main.js");
  }

  get shim(): string {
    return join(this.folder, "native-shim/build/libtunvpn.so");
  }

  async setVersion(version: string): Promise<void> {
    const path = join(this.folder, "package.json");
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), version }));
  }

  /** From now on its agents do not offer to carry packets whose checksum is open. */
  async removePartialChecksum(): Promise<void> {
    const file = join(this.folder, "dist/agent/main.js");
    const text = await readFile(file, "utf8");
    const without = text.replace("capabilities: CAPABILITY.l3 | CAPABILITY.partialChecksum |", "capabilities: CAPABILITY.l3 |");
    if (without === text) throw new Error(`${file} offers no partial checksum`);
    await writeFile(file, without);
  }

  async removeShim(): Promise<void> {
    await rm(this.shim);
  }

  /** @param source of a library in C, in place of the real one */
  async replaceShim(source: string): Promise<void> {
    const file = join(this.folder, "shim.c");
    await writeFile(file, source);
    await must(["cc", "-shared", "-fPIC", "-o", this.shim, file]);
  }

  /** @param path of another library */
  async installShim(path: string): Promise<void> {
    await cp(path, this.shim);
  }

  async damageShim(): Promise<void> {
    await writeFile(this.shim, "this is no library");
  }
}
