import type { Background } from "../../kernel/lab/background.js";
import type { Machine } from "../../kernel/lab/machine.js";
import type { Subject } from "../bed.js";
import { inOwnSession } from "../contenders/daemon.js";
import { type Received, readIperf3 } from "../readings/iperf3.js";

interface Server {
  readonly background: Background;
  /** Tests that it was told to make. */
  tests: number;
}

/** One a machine, for one test after the other: waiting for a new one each time would cost more. */
const servers = new WeakMap<Machine, Server>();

/**
 * Sends from side a to side b.
 *
 * @param options of iperf3's client
 * @throws when nothing arrived
 */
export async function measureWithIperf3({ place }: Subject, seconds: number, ...options: readonly string[]): Promise<Received> {
  const { a, b } = place.machines;
  const server = await readyServer(b);
  server.tests++;
  try {
    const client = ["iperf3", "-c", place.inner.b, "-t", String(seconds), "--connect-timeout", "3000", "-J", ...options];
    const { stdout } = await a.run(inOwnSession(client));
    return readIperf3(stdout);
  } catch (error) {
    // It may still be in the middle of that test.
    servers.delete(b);
    await server.background.stop("SIGKILL");
    throw error;
  }
}

async function readyServer(machine: Machine): Promise<Server> {
  let server = servers.get(machine);
  if (!server?.background.running) {
    server = { background: machine.background(inOwnSession(["iperf3", "-s", "--forceflush"])), tests: 0 };
    servers.set(machine, server);
  }
  await server.background.says(new RegExp(`Server listening on \\d+ \\(test #${server.tests + 1}\\)`), 10);
  return server;
}
