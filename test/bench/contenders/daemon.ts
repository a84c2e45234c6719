import type { Background } from "../../kernel/lab/background.js";
import { until } from "../../kernel/lab/until.js";
import { MTU, type Place, type Side } from "./contender.js";
import { requireProgram } from "./programs.js";

/**
 * Makes a program the leader of a session of its own, as a daemon is. The kernel shares the processor among sessions
 * (sched_autogroup), so that one that stayed in the benchmark's would get less than one that did not.
 */
export function inOwnSession(words: readonly string[]): string[] {
  return ["setsid", ...words];
}

/** Starts a program on one side, in the foreground. */
export function startDaemon(
  { machines }: Place,
  side: Side,
  name: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Background {
  const { path, env } = requireProgram(name);
  return machines[side].background(inOwnSession([path, ...words]), { ...env, ...variables });
}

/** Waits for something that a program makes. */
export async function madeBy(daemon: Background, what: string, probe: () => Promise<boolean>): Promise<void> {
  await until(what, async () => {
    if (!daemon.running) throw new Error(`it ended:\n${daemon.output}`);
    return probe();
  });
}

/** Once a program has made its interface, gives that its address and MTU, and brings it up. */
export async function addressDevice(place: Place, side: Side, daemon: Background, mtu = MTU): Promise<void> {
  const [machine, device] = [place.machines[side], place.device[side]];
  await madeBy(daemon, device, async () => (await machine.run(["ip", "link", "show", device])).code === 0);
  await machine.ip(`addr replace ${place.inner[side]}/24 dev ${device}`);
  await machine.ip(`link set ${device} mtu ${mtu} up`);
}
