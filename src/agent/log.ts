/** The one door to pino. JSON lines; on a terminal, lines for people. */
import pino from "pino";
import { SecretKey } from "../base/keys.js";
import { VERSION } from "./version.js";

export type Log = pino.Logger;

/** The name of the interface is in every line. Writes to standard error, which the starter has pointed at a file if it wants one. */
export async function openLog(name: string): Promise<Log> {
  const options: pino.LoggerOptions = {
    level: process.env.TUNVPN_LOG_LEVEL || "info",
    base: { interface: name, pid: process.pid, version: VERSION },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }), log: redact },
  };
  const forPeople = process.stderr.isTTY;
  return pino(options, forPeople ? await prettyStream() : pino.destination({ dest: 2, sync: true }));
}

async function prettyStream(): Promise<pino.DestinationStream> {
  const { default: pretty } = await import("pino-pretty");
  return pretty({ destination: 2, sync: true, colorize: process.env.NO_COLOR === undefined, ignore: "pid,version", singleLine: true });
}

/** Secrets are kept out by their type, wherever in an object they stand. */
function redact(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, redactValue(value)]));
}

function redactValue(value: unknown): unknown {
  if (value instanceof SecretKey || value instanceof Uint8Array) return "(hidden)";
  if (Array.isArray(value)) return value.map(redactValue);
  return value !== null && typeof value === "object" && value.constructor === Object ? redact(value as Record<string, unknown>) : value;
}
