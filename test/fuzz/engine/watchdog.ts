/**
 * Ends the process when one input takes too long, and leaves that input in a file: whoever waits for it could not.
 */
import { Worker } from "node:worker_threads";

const WORDS = 2;

export class Watchdog {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #worker: Worker;

  /** @param file where the input goes @param longest bytes of an input */
  constructor(file: string, seconds: number, longest: number) {
    const memory = new SharedArrayBuffer(4 * WORDS + longest);
    this.#words = new Int32Array(memory, 0, WORDS);
    this.#bytes = new Uint8Array(memory, 4 * WORDS);
    this.#worker = new Worker(WATCH, { eval: true, workerData: { memory, file, seconds } });
    this.#worker.unref();
  }

  begins(input: Uint8Array): void {
    this.#bytes.set(input.subarray(0, this.#bytes.length));
    this.#words[1] = Math.min(input.length, this.#bytes.length);
    Atomics.add(this.#words, 0, 1);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** The first word counts inputs, the second is the length of the one that runs. */
const WATCH = `
const { workerData: { memory, file, seconds } } = require("node:worker_threads");
const words = new Int32Array(memory, 0, 2);
let last = -1;
setInterval(() => {
  const now = Atomics.load(words, 0);
  if (now !== last) { last = now; return; }
  require("node:fs").writeFileSync(file, new Uint8Array(memory, 8, words[1]).slice());
  require("node:fs").writeSync(2, "took longer than " + seconds + " s: left in " + file + "\\n");
  process.kill(process.pid, "SIGKILL");
}, seconds * 1000);
`;
