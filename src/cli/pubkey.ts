import { EXIT } from "../base/errors.js";
import { decodeKey, PublicKey } from "../base/keys.js";
import { defineCommand } from "./command.js";
import { keyInvalid } from "./errors.js";

/** A key and a generous amount of white space. */
const INPUT_MAX = 1024;

export const pubkeyCommand = defineCommand({
  name: "pubkey",
  about: "the public key of the private key on standard input",
  details: ["In base64, as wg pubkey prints it."],
  positionals: {},
  options: {},
  examples: [["pubkey < private.key", "what the other side writes as PublicKey"]],
  async run(_given, { terminal }) {
    const input = await terminal.readInput(INPUT_MAX);
    const privateKey = input.length > INPUT_MAX ? undefined : decodeKey(input.trim());
    if (privateKey === undefined) throw keyInvalid({ empty: input.trim() === "" });
    const { referenceSuite } = await import("../crypto/reference.js");
    terminal.answer(new PublicKey(referenceSuite.publicKey(privateKey)).toString());
    return EXIT.done;
  },
});
