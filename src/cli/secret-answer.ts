import type { SecretKey } from "../base/keys.js";
import { worldAccessible } from "./errors.js";
import { reportWarning } from "./failure.js";
import type { Terminal } from "./terminal.js";

/** Prints a secret, and warns when it goes to a file that everybody has access to. */
export function answerSecret(key: SecretKey, terminal: Terminal): void {
  if (terminal.answersInPublic()) reportWarning(worldAccessible().report(), terminal);
  terminal.answer(key.reveal());
}
