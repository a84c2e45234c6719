/**
 * The read loop of one queue: a thread that pumps packets in C and tells the control thread when events wait.
 *
 * No packet passes through here; a pump returns for events, a wake-up, or after a second.
 */
import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../base/invariant.js";
import { openShim } from "../shim/library.js";
import { collectGarbage } from "../shim/memory.js";

/** What a worker is started with. */
export interface WorkerTask {
  readonly device: number;
  readonly queue: number;
  /** The event ring, shared with the control thread. */
  readonly ring: SharedArrayBuffer;
}

/** What a worker says: events wait, or the loop ended with this -errno. */
export type WorkerReport = { readonly type: "events" } | { readonly type: "ended"; readonly result: number };

async function run({ device, queue, ring }: WorkerTask): Promise<void> {
  const port = parentPort;
  invariant(port !== null, "the read loop runs in a worker thread");
  const shim = openShim();
  const memory = new Uint8Array(ring);
  // The last occasion: the loop never lets V8 do anything. Of 8 MB a thread, 2.5.
  await collectGarbage();
  for (;;) {
    const result = shim.pump(device, queue, memory);
    if (result > 0) port.postMessage({ type: "events" } satisfies WorkerReport);
    if (result >= 0) continue;
    port.postMessage({ type: "ended", result } satisfies WorkerReport);
    return;
  }
}

await run(workerData as WorkerTask);
