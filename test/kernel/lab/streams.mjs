/**
 * TCP streams that carry random bytes both ways at once, and the hashes of what went in and what came out.
 *
 *     node streams.mjs listen PORT STREAMS BYTES     says `listening`
 *     node streams.mjs connect PORT BYTES ADDRESS... a stream to each address
 *
 * Each prints a line of JSON a stream: its number, bytes received, and both hashes.
 */
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** @typedef {import("node:net").Socket} Socket */

const PIECE = 1 << 18;

const [mode, port = "", ...rest] = process.argv.slice(2);
if (mode === "listen") listen(Number(rest[0]), Number(rest[1]));
else await connectAll(Number(rest[0]), rest.slice(1));

/** @param {number} streams @param {number} bytes */
function listen(streams, bytes) {
  let accepted = 0;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, async (socket) => {
    if (++accepted === streams) server.close();
    const first = await firstByte(socket);
    await exchange(socket, first, bytes);
  });
  server.listen(Number(port), () => process.stdout.write("listening\n"));
}

/** @param {number} bytes @param {string[]} addresses */
async function connectAll(bytes, addresses) {
  await Promise.all(
    addresses.map(async (host, number) => {
      const socket = connect({ host, port: Number(port), allowHalfOpen: true });
      await once(socket, "connect");
      socket.write(Uint8Array.of(number));
      await exchange(socket, number, bytes);
    }),
  );
}

/** @param {Socket} socket */
async function firstByte(socket) {
  for (;;) {
    const byte = socket.read(1);
    if (byte !== null) return byte[0];
    await once(socket, "readable");
  }
}

/** @param {Socket} socket @param {number} stream @param {number} bytes to send */
async function exchange(socket, stream, bytes) {
  const [sent, received] = [createHash("sha256"), createHash("sha256")];
  let receivedBytes = 0;
  const receiving = async () => {
    for await (const piece of socket.iterator({ destroyOnReturn: false })) {
      received.update(piece);
      receivedBytes += piece.length;
    }
  };
  await Promise.all([pipeline(Readable.from(random(bytes, sent)), socket), receiving()]);
  process.stdout.write(`${JSON.stringify({ stream, receivedBytes, sent: sent.digest("hex"), received: received.digest("hex") })}\n`);
}

/** @param {number} bytes @param {import("node:crypto").Hash} hash */
function* random(bytes, hash) {
  const cipher = createCipheriv("aes-128-ctr", randomBytes(16), randomBytes(16));
  const zeros = Buffer.alloc(PIECE);
  for (let left = bytes; left > 0; left -= PIECE) {
    const piece = cipher.update(zeros.subarray(0, Math.min(left, PIECE)));
    hash.update(piece);
    yield piece;
  }
}
