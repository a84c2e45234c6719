import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ProgramCopy } from "../../kernel/lab/program-copy.js";
import type { Contender } from "./contender.js";
import { packageVersion, startTunvpn } from "./tunvpn.js";

const LIBRARY = fileURLToPath(new URL("../../../native-shim/build/bench/libtunvpn.so", import.meta.url));

/** tunvpn with a library that leaves out the cipher and nothing else: what is left is what moving packets costs. */
export const noCipher: Contender = {
  name: "no-cipher",
  async find() {
    if (!existsSync(LIBRARY)) return { missing: "not built: make -C native-shim plain" };
    return { version: await packageVersion() };
  },
  async start(place) {
    const copy = await ProgramCopy.make(place.lab, "no-cipher");
    await copy.installShim(LIBRARY);
    return startTunvpn(place, (side) => {
      const { tunvpn } = place.machines[side];
      return tunvpn.with({ program: copy.program });
    });
  },
};
