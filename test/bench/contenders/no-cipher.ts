import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ProgramCopy } from "../../kernel/lab/program-copy.js";
import { type Contender, SIDES, type Side } from "./contender.js";
import { packageVersion, startTunvpn } from "./tunvpn.js";

const LIBRARY = fileURLToPath(new URL("../../../native-shim/build/bench/libtunvpn.so", import.meta.url));

/** Its name, and that of its box. */
const NO_CIPHER = "no-cipher";

/** tunvpn with a library that leaves out the cipher and nothing else: what is left is what moving packets costs. */
export const noCipher: Contender = {
  name: NO_CIPHER,
  async find() {
    if (!existsSync(LIBRARY)) return { missing: "not built: make -C native-shim plain" };
    return { version: await packageVersion() };
  },
  async start(place) {
    const copy = await ProgramCopy.make(place.lab, "no-cipher");
    await copy.installShim(LIBRARY);
    const program = (side: Side) => place.machines[side].tunvpn.with({ program: copy.program });
    const tunnel = await startTunvpn(place, program);
    for (const side of SIDES) {
      const { box } = await program(side).status(place.device[side]);
      if (box !== NO_CIPHER) throw new Error(`side ${side} has the box ${box}`);
    }
    return tunnel;
  },
};
