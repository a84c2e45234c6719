import { readFile, rm, writeFile } from "node:fs/promises";
import { describe } from "./command.js";
import { compiled } from "./compiled.js";
import type { Lab } from "./lab.js";
import type { Machine } from "./machine.js";
import { sha256, transfer } from "./transfer.js";

const PORT = 5003;

/** Sends bytes in UDP datagrams, each of which arrives. @param size of their payloads @returns the hash of what arrived */
export async function sendDatagrams(lab: Lab, bytes: Uint8Array, from: Machine, to: Machine, address: string, size: number) {
  const program = await compiled(lab, "file_datagrams.c");
  const [source, target] = [from.path("datagrams-sent"), to.path("datagrams-received")];
  await rm(target, { force: true });
  await writeFile(source, bytes);
  const receiver = to.background([program, "receive", address, String(PORT), target, String(bytes.length)]);
  await receiver.says(/listening/);
  const sender = await from.run([program, "send", address, String(PORT), source, String(size)]);
  if (sender.code !== 0) throw new Error(describe(sender));
  if ((await receiver.ended()) !== 0) throw new Error(`not all came: ${receiver.output}`);
  return sha256(await readFile(target));
}

/** Two machines, and where each is reached. */
export interface Ends {
  readonly a: Machine;
  readonly b: Machine;
  readonly addresses: { readonly 4: { readonly a: string; readonly b: string }; readonly 6: { readonly a: string; readonly b: string } };
}

/** Bytes of the packets that datagrams make. */
export interface PacketLength {
  readonly toA: number;
  readonly toB: number;
}

const HEADERS = { 4: 20 + 8, 6: 40 + 8 };

/**
 * Sends bytes over TCP and UDP, IPv4 and IPv6, both ways.
 *
 * @param length of the UDP packets
 * @returns the transfers of which something else arrived
 */
export async function spoiledTransfers(lab: Lab, bytes: Uint8Array, ends: Ends, length: PacketLength): Promise<string[]> {
  const wanted = sha256(bytes);
  const spoiled: string[] = [];
  for (const family of [4, 6] as const) {
    const { a, b } = ends.addresses[family];
    for (const [name, from, to, address, size] of [
      ["from a", ends.a, ends.b, b, length.toB],
      ["from b", ends.b, ends.a, a, length.toA],
    ] as const) {
      if ((await transfer(bytes, from, to, address)) !== wanted) spoiled.push(`TCP over IPv${family} ${name}`);
      if ((await sendDatagrams(lab, bytes, from, to, address, size - HEADERS[family])) !== wanted)
        spoiled.push(`UDP over IPv${family} ${name}`);
    }
  }
  return spoiled;
}
