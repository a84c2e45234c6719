import { cborVectors } from "./cbor.js";
import { handshakeVectors } from "./handshake.js";
import { macVectors } from "./macs.js";
import { primitiveVectors } from "./primitives.js";
import { replayVectors } from "./replay.js";
import { transportVectors } from "./transport.js";

/** The checked-in vectors: file name, content. */
export function vectorFiles(): Map<string, string> {
  const files = {
    primitives: primitiveVectors(),
    handshake: handshakeVectors(),
    macs: macVectors(),
    transport: transportVectors(),
    replay: replayVectors(),
    cbor: cborVectors(),
  };
  return new Map(Object.entries(files).map(([name, content]) => [`${name}.json`, `${JSON.stringify(content, null, 1)}\n`]));
}
