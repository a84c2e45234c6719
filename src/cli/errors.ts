import { type ErrorEntry, EXIT, operatorError } from "../base/errors.js";

export const commandUnknown = usageError<{ word: string; nearest: string | undefined }>(
  "COMMAND_UNKNOWN",
  ({ word }) => `there is no command ${word}`,
  ({ nearest }) =>
    nearest === undefined ? "tunvpn --help lists the commands" : `tunvpn ${nearest}, or one of those that tunvpn --help lists`,
);

export const commandMissing = usageError<{ word: string }>(
  "COMMAND_MISSING",
  ({ word }) => `${word} stands where a command is expected`,
  () => "write the command first: tunvpn COMMAND …; tunvpn --help lists them",
);

export const optionUnknown = usageError<{ command: string; option: string; nearest: string | undefined }>(
  "OPTION_UNKNOWN",
  ({ command, option }) => `tunvpn ${command} has no option ${option}`,
  ({ command, nearest }) =>
    nearest === undefined ? `tunvpn ${command} --help lists its options` : `write ${nearest}; tunvpn ${command} --help says more`,
);

export const optionValueMissing = usageError<{ option: string; value: string }>(
  "OPTION_VALUE_MISSING",
  ({ option }) => `${option} has no value`,
  ({ option, value }) => `write ${option} ${value}`,
);

export const optionTakesNoValue = usageError<{ option: string }>(
  "OPTION_TAKES_NO_VALUE",
  ({ option }) => `${option} takes no value`,
  ({ option }) => `write ${option} alone, or leave it out`,
);

export const optionRepeated = usageError<{ option: string }>(
  "OPTION_REPEATED",
  ({ option }) => `${option} is given more than once`,
  () => "give it once",
);

export const optionInvalid = usageError<{ problem: string; option: string; values: string; example: string }>(
  "OPTION_INVALID",
  ({ problem }) => problem,
  ({ option, values, example }) => `write ${values}, such as ${option}=${example}`,
);

export const optionsConflict = usageError<{ one: string; other: string }>(
  "OPTIONS_CONFLICT",
  ({ one, other }) => `${one} and ${other} exclude each other`,
  () => "leave one of the two out",
);

export const argumentMissing = usageError<{ command: string; label: string; usage: string }>(
  "ARGUMENT_MISSING",
  ({ command, label }) => `tunvpn ${command} needs ${label}`,
  ({ usage }) => `write: ${usage}`,
);

export const argumentUnexpected = usageError<{ command: string; words: string; usage: string }>(
  "ARGUMENT_UNEXPECTED",
  ({ command, words }) => `tunvpn ${command} does not know what to do with ${words}`,
  ({ usage }) => `write: ${usage}`,
);

export const showColumnUnknown = usageError<{ word: string; nearest: string | undefined; known: readonly string[] }>(
  "SHOW_COLUMN_UNKNOWN",
  ({ word }) => `there is nothing to show that is called ${word}`,
  ({ nearest, known }) => (nearest === undefined ? `write one of ${known.join(", ")}` : `write ${nearest}`),
);

export const keyInvalid = operatorError<{ empty: boolean }>(
  "KEY_INVALID",
  ({ empty }) => (empty ? "standard input is empty" : "standard input is no key of 32 bytes in base64"),
  () => "give it the output of tunvpn genkey: tunvpn genkey | tunvpn pubkey",
);

export const worldAccessible = operatorError<void>(
  "WORLD_ACCESSIBLE",
  () => "the secret is written to a file that others have access to",
  () => "make the key anew after: umask 077",
);

export const outputFailed = operatorError<{ errno: string }>(
  "OUTPUT_FAILED",
  ({ errno }) => `cannot write to standard output (${errno})`,
  () => "make room where it goes, or send it elsewhere",
);

export const versionSkew = operatorError<{ name: string; agentVersion: string; version: string; restart: string }>(
  "VERSION_SKEW",
  ({ name, agentVersion, version }) => `the agent of ${name} is tunvpn ${agentVersion}, and this command is ${version}`,
  ({ restart }) => restart,
);

export const noPeerConnected = operatorError<{ name: string; seconds: number }>(
  "NO_PEER_CONNECTED",
  ({ name, seconds }) => `${name} is up, but no peer answered within ${seconds} s`,
  ({ name }) => `tunvpn status ${name} says more; the agent goes on trying`,
);

export const logMissing = operatorError<{ name: string; path: string }>(
  "LOG_MISSING",
  ({ name, path }) => `${name} has no log at ${path}; an agent that systemd or --foreground runs does not write one`,
  ({ name }) => `journalctl -u tunvpn@${name}`,
);

export const logUnreadable = operatorError<{ path: string; errno: string }>(
  "LOG_UNREADABLE",
  ({ path, errno }) => `cannot read ${path} (${errno})`,
  () => "run as root, or as the user that started the agent",
);

export const interfaceAmbiguous = usageError<{ names: readonly string[] }>(
  "INTERFACE_AMBIGUOUS",
  ({ names }) => (names.length === 0 ? "no agent runs, so the interface must be named" : `several interfaces are up: ${names.join(", ")}`),
  ({ names }) => `name one of them: tunvpn logs ${names[0] ?? "INTERFACE"}`,
);

export const siteNameInvalid = usageError<{ problem: string }>(
  "SITE_NAME_INVALID",
  ({ problem }) => problem,
  () => "a site's name becomes that of its interface: 1–15 of the characters a–z A–Z 0–9 _ = + . -, each site another",
);

export const overlayExhausted = usageError(
  "OVERLAY_EXHAUSTED",
  () => "no /30 of 10.99.0.0/16 is free of the LANs and of this machine's networks",
  () => "choose the addresses: --address-a=ADDRESS/LENGTH --address-b=ADDRESS/LENGTH",
);

export const fileExists = operatorError<{ path: string }>(
  "FILE_EXISTS",
  ({ path }) => `${path} exists already`,
  () => "choose another --dir, or write over it with --force: the keys in it are lost then",
);

export const fileNotWritten = operatorError<{ path: string; errno: string }>(
  "FILE_NOT_WRITTEN",
  ({ path, errno }) => `cannot write ${path} (${errno})`,
  () => "choose a --dir that exists, and that you may write to",
);

function usageError<Facts = void>(code: string, message: (facts: Facts) => string, fix: (facts: Facts) => string): ErrorEntry<Facts> {
  return operatorError(code, message, fix, EXIT.usage);
}
