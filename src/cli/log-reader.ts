/** Reads a log that grows, and that may be set aside or cut while it is read. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

export class LogReader {
  #descriptor: number;
  #offset = 0;
  /** What stands after the last newline. */
  #partial: Buffer = Buffer.alloc(0);

  /**
   * @param last start at this many lines before the end; undefined: at the beginning
   * @throws the system's errors
   */
  constructor(
    private readonly path: string,
    last: number | undefined,
  ) {
    this.#descriptor = openSync(path, "r");
    if (last !== undefined) this.#offset = startOfLast(this.#descriptor, last);
  }

  /** The lines that are new since the last call, without their newlines. A file that took the place of this one is read on from its start. */
  *newLines(): Generator<string> {
    if (fstatSync(this.#descriptor).size < this.#offset) this.#restart();
    yield* this.#linesOfFile();
    const successor = this.#openSuccessor();
    if (successor === undefined) return;
    if (this.#partial.length > 0) yield this.unfinished;
    closeSync(this.#descriptor);
    this.#descriptor = successor;
    this.#restart();
    yield* this.#linesOfFile();
  }

  /** What stands at the end without a newline, if anything. */
  get unfinished(): string {
    return this.#partial.toString();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #restart(): void {
    this.#offset = 0;
    this.#partial = Buffer.alloc(0);
  }

  *#linesOfFile(): Generator<string> {
    const chunk = Buffer.alloc(CHUNK);
    for (let length = this.#read(chunk); length > 0; length = this.#read(chunk)) {
      this.#offset += length;
      let text = Buffer.concat([this.#partial, chunk.subarray(0, length)]);
      for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE)) {
        yield text.subarray(0, end).toString();
        text = text.subarray(end + 1);
      }
      this.#partial = text;
    }
  }

  #read(chunk: Buffer): number {
    return readSync(this.#descriptor, chunk, 0, CHUNK, this.#offset);
  }

  #openSuccessor(): number | undefined {
    const own = fstatSync(this.#descriptor);
    const found = statSync(this.path, { throwIfNoEntry: false });
    return found === undefined || (found.ino === own.ino && found.dev === own.dev) ? undefined : openSync(this.path, "r");
  }
}

/** Where the last lines start. A final newline ends a line and starts none. */
function startOfLast(descriptor: number, lines: number): number {
  const size = fstatSync(descriptor).size;
  if (lines === 0) return size;
  const chunk = Buffer.alloc(CHUNK);
  let found = 0;
  for (let end = size; end > 0; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK);
    const length = readSync(descriptor, chunk, 0, end - start, start);
    for (let at = length - 1; at >= 0; at--) {
      if (chunk[at] !== NEWLINE || start + at === size - 1) continue;
      found++;
      if (found === lines) return start + at + 1;
    }
  }
  return 0;
}
