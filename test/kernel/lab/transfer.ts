import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { describe } from "./command.js";
import type { Machine } from "./machine.js";

const PORT = 5001;

/** Sends bytes over one TCP connection. @returns the hash of what arrived, once the connection is closed on both sides */
export async function transfer(bytes: Uint8Array, from: Machine, to: Machine, address: string): Promise<string> {
  const [source, target] = [from.path("sent"), to.path("received")];
  await writeFile(source, bytes);
  const [protocol, host] = address.includes(":") ? ["TCP6", `[${address}]`] : ["TCP4", address];
  const listener = to.background(["socat", "-dd", "-u", `${protocol}-LISTEN:${PORT},reuseaddr`, `CREATE:${target}`]);
  await listener.says(/listening on/);
  const sender = await from.run(["socat", "-u", `FILE:${source}`, `${protocol}:${host}:${PORT}`]);
  if (sender.code !== 0) throw new Error(describe(sender));
  if ((await listener.ended()) !== 0) throw new Error(listener.output);
  return sha256(await readFile(target));
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
