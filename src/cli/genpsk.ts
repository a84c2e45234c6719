import { EXIT } from "../base/errors.js";
import { defineCommand } from "./command.js";
import { randomSharedKey } from "./random-key.js";
import { answerSecret } from "./secret-answer.js";

export const genpskCommand = defineCommand({
  name: "genpsk",
  about: "a new pre-shared key, or network key",
  details: ["In base64, as wg genpsk prints it."],
  positionals: {},
  options: {},
  examples: [["genpsk > branch.psk", "after umask 077: for PresharedKeyFile"]],
  async run(_given, { terminal }) {
    answerSecret(randomSharedKey(), terminal);
    return EXIT.done;
  },
});
