import type { OperatorError } from "../base/errors.js";
import { decodeKey } from "../base/keys.js";
import { keyMalformed, valueInvalid } from "./errors.js";
import type { KeyFacts, ValueParser } from "./key-definition.js";

/** Parsers of single values: numbers, words and names. */

/** Controls, marks of writing direction, half surrogates and line ends: what would let a name disturb a terminal or a table. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export function refuse(key: KeyFacts, text: string, why: string): OperatorError {
  return valueInvalid({ ...key, text, why: text === "" ? "is empty" : why });
}

/** A whole number in decimal. */
export function integer(least: number, most: number): ValueParser<number> {
  return (text, key) => {
    if (!/^\d+$/.test(text)) return refuse(key, text, "is not a whole number");
    const value = Number(text);
    return value >= least && value <= most ? value : refuse(key, text, `is not within ${least}–${most}`);
  };
}

/** The values of another parser, or `off` for 0. */
export function orOff(parse: ValueParser<number>): ValueParser<number> {
  return (text, key) => (text.toLowerCase() === "off" ? 0 : parse(text, key));
}

/** One of a few words, in any case. */
export function word<Word extends string>(...words: readonly Word[]): ValueParser<Word> {
  return (text, key) => words.find((known) => known === text.toLowerCase()) ?? refuse(key, text, `is not ${words.join(" or ")}`);
}

/** A firewall mark: decimal, hexadecimal after `0x`, or `off` for 0. */
export function firewallMark(text: string, key: KeyFacts): number | OperatorError {
  if (text.toLowerCase() === "off") return 0;
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) return refuse(key, text, "is neither a number nor off");
  const value = Number(text);
  return value <= 0xffffffff ? value : refuse(key, text, "is more than 32 bits");
}

/** A routing table: its number, `off` or `auto`. */
export function routingTable(text: string, key: KeyFacts): number | "off" | "auto" | OperatorError {
  const lower = text.toLowerCase();
  return lower === "off" || lower === "auto" ? lower : integer(1, 0xffffffff)(text, key);
}

/** VLANs of a trunk: one number or a range, with both ends. */
export function vlanRange(text: string, key: KeyFacts): { first: number; last: number } | OperatorError {
  const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(text);
  if (match === null) return refuse(key, text, "is neither a VLAN number nor a range of them");
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first >= 1 && first <= last && last <= 4094 ? { first, last } : refuse(key, text, "is not within 1–4094, from low to high");
}

/** A peer's name. */
export function peerName(text: string, key: KeyFacts): string | OperatorError {
  const name = text.normalize("NFC");
  return Array.from(name).length > 63 ? refuse(key, text, "is longer than 63 characters") : printable(name, key);
}

/** A network's name. Both ends must send the same bytes, whichever keyboard typed them: hence the normal form. */
export function networkName(text: string, key: KeyFacts): string | OperatorError {
  const name = text.normalize("NFC");
  return Buffer.byteLength(name) > 64 ? refuse(key, text, "is longer than 64 bytes of UTF-8") : printable(name, key);
}

/** A command for the shell, taken as it is. */
export function command(text: string): string {
  return text;
}

/** The path of a file, relative to the config's directory unless it starts with `/`. A key in its place is not shown. */
export function filePath(text: string, key: KeyFacts): string | OperatorError {
  if (decodeKey(text))
    return keyMalformed({
      name: key.name,
      why: "is a key, not the path of a file",
      remedy: `write ${key.name.replace("File", "")} instead`,
    });
  return text === "" || UNPRINTABLE.test(text) ? refuse(key, text, "holds characters that cannot be printed") : text;
}

function printable(text: string, key: KeyFacts): string | OperatorError {
  if (text === "" || text !== text.trim()) return refuse(key, text, "starts or ends with white space");
  if (text.includes("#")) return refuse(key, text, "holds a #, which starts a comment");
  return UNPRINTABLE.test(text) ? refuse(key, text, "holds characters that cannot be printed") : text;
}
