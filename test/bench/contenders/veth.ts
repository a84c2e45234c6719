import { release } from "node:os";
import { type Contender, MTU, SIDES } from "./contender.js";

/** No tunnel at all: a second cable of the same MTU, as the most that this machine can carry. */
export const veth: Contender = {
  name: "veth",
  async find() {
    return { version: `Linux ${release()}` };
  },
  async start({ lab, machines, device, inner }) {
    const plug = (side: "a" | "b") => ({ machine: machines[side], device: device[side], addresses: [`${inner[side]}/24`] });
    await lab.cable(plug("a"), plug("b"));
    for (const side of SIDES) await machines[side].ip(`link set ${device[side]} mtu ${MTU}`);
    return { daemons: [] };
  },
};
