import { createHash } from "node:crypto";

/** The hash of everything that went over the wire, and of when. Two runs of one seed must have the same. */
export class Trace {
  readonly #hash = createHash("sha256");

  add(text: string, bytes?: Uint8Array): void {
    this.#hash.update(text);
    if (bytes) this.#hash.update(bytes);
  }

  /** Of what was added so far. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}
