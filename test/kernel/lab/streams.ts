import { fileURLToPath } from "node:url";
import type { Machine } from "./machine.js";

const PROGRAM = fileURLToPath(new URL("streams.mjs", import.meta.url));
const PORT = 5002;

/** What one end of a stream saw of it. */
export interface StreamEnd {
  readonly stream: number;
  readonly receivedBytes: number;
  /** Hashes. */
  readonly sent: string;
  readonly received: string;
}

export interface StreamEnds {
  /** In the order of the streams, as the other. */
  readonly from: StreamEnd[];
  readonly to: StreamEnd[];
}

/**
 * TCP streams with random bytes both ways at once.
 *
 * @param addresses of `to`: a stream to each
 * @param bytes that each stream carries each way
 * @param seconds after which they hang
 */
export async function exchangeStreams(
  from: Machine,
  to: Machine,
  addresses: readonly string[],
  bytes: number,
  seconds: number,
): Promise<StreamEnds> {
  const node = [process.execPath, PROGRAM];
  const listener = to.background([...node, "listen", String(PORT), String(addresses.length), String(bytes)]);
  await listener.says(/listening/);
  const connector = from.background([...node, "connect", String(PORT), String(bytes), ...addresses]);
  for (const end of [connector, listener]) {
    if ((await end.ended(seconds)) !== 0) throw new Error(`a stream failed:\n${end.output}`);
  }
  return { from: ends(connector.output), to: ends(listener.output) };
}

function ends(output: string): StreamEnd[] {
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as StreamEnd).sort((a, b) => a.stream - b.stream);
}
