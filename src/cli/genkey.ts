import { EXIT } from "../base/errors.js";
import { defineCommand } from "./command.js";
import { randomPrivateKey } from "./random-key.js";
import { answerSecret } from "./secret-answer.js";

export const genkeyCommand = defineCommand({
  name: "genkey",
  about: "a new private key",
  details: ["In base64, as wg genkey prints it."],
  positionals: {},
  options: {},
  examples: [["genkey | tee private.key | tunvpn pubkey", "after umask 077: both keys of a node"]],
  async run(_given, { terminal }) {
    answerSecret(randomPrivateKey(), terminal);
    return EXIT.done;
  },
});
