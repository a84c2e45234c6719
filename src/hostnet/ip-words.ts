import type { OperatorError } from "../base/errors.js";
import { ipv6DisabledOn } from "./conflicts.js";
import { ipCommandFailed, linkMissing, netAdminDenied } from "./errors.js";
import type { BatchFailure } from "./host.js";

/**
 * Which lines of a batch were refused, from what `ip -batch -` wrote on stderr.
 *
 * After the words of an error comes `Command failed -:N` with the number of the line, unless iproute2 could not even parse it: then it
 * stops there and does not say where.
 */
export function batchFailures(stderr: string, lines: readonly string[]): BatchFailure[] {
  const failures: BatchFailure[] = [];
  let words: string[] = [];
  for (const text of stderr.split("\n")) {
    const number = /^Command failed .*:(\d+)$/.exec(text)?.[1];
    if (number === undefined) {
      if (text.trim() !== "") words.push(text.trim());
      continue;
    }
    failures.push({ line: lines[Number(number) - 1] ?? "", words: words.join("; ") || "no reason given" });
    words = [];
  }
  if (words.length > 0) failures.push({ line: "", words: words.join("; ") });
  return failures;
}

/** A refused line as an error for the operator. @param name the interface that the batch was for */
export function failureError(failure: BatchFailure, name: string): OperatorError {
  const command = failure.line === "" ? "ip -batch -" : `ip ${failure.line}`;
  return commandError(command, failure.words, name);
}

/** @param name the interface concerned */
export function commandError(command: string, words: string, name: string): OperatorError {
  if (/Operation not permitted/.test(words)) return netAdminDenied({ command });
  if (/IPv6 is disabled on/.test(words)) return ipv6DisabledOn(name);
  if (/Cannot find device/.test(words)) return linkMissing({ name });
  return ipCommandFailed({ command, words: words.replace(/^(Error|RTNETLINK answers): /, "") });
}
