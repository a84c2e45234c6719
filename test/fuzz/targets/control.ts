/** Control messages: any bytes as the plaintext of kind 0xF0. */
import { cborFault } from "../../../src/protocol/wire/cbor.js";
import { decodeControl, encodeControl } from "../../../src/protocol/wire/control.js";
import { isDrop } from "../../../src/protocol/wire/drop-reason.js";
import { must, type Target, textWords } from "../engine/target.js";

export const control: Target = {
  name: "control",
  longest: 1300,
  words: [
    Uint8Array.of(0xa3, 0, 1, 1),
    Uint8Array.of(0xa2, 0, 6, 1),
    Uint8Array.of(0x19, 5, 0x8c),
    ...textWords("tunvpn/0.1.0", "\u{1f511}"),
  ],
  run(input) {
    const copy = input.slice();
    const message = decodeControl(input);
    must(Buffer.compare(copy, input) === 0, "the message was changed by reading it");
    const fault = cborFault(input);
    if (isDrop(message)) {
      must(message === "length" || message === "malformed", `dropped as ${message}`);
      must((message === "length") === input.length > 1200, `${input.length} bytes dropped as ${message}`);
      return;
    }
    must(fault === undefined, `read although ${fault}`);
    if (message.type === "unknown") {
      must(message.number !== 1 && message.number !== 6, `type ${message.number} is known`);
      return;
    }
    const again = decodeControl(encodeControl(message));
    must(JSON.stringify(again) === JSON.stringify(message), `${JSON.stringify(message)} became ${JSON.stringify(again)}`);
  },
};
