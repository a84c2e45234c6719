/** What a test run may leave on the machine, compared from before to after. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Folders in which tunvpn or its tests may keep something for a machine or a namespace. */
const FOLDERS = ["/etc/netns", "/etc/tunvpn", "/run/tunvpn", "/var/lib/tunvpn"];

/**
 * @param {boolean} alone whether every process that can be seen belongs to the run
 * @returns {Set<string>}
 */
export function snapshot(alone) {
  return new Set([...namespaces(), ...interfaces(), ...processes(alone), ...files()]);
}

/**
 * @param {Set<string>} before
 * @param {boolean} alone
 * @param {number} [patience] milliseconds, since a process that was told to end may need a moment to be gone
 * @returns {Promise<string[]>} what is there now and was not before
 */
export async function leftSince(before, alone, patience = 5000) {
  const deadline = Date.now() + patience;
  for (;;) {
    const left = [...snapshot(alone)].filter((thing) => !before.has(thing));
    if (left.length === 0 || Date.now() > deadline) return left;
    await pause(100);
  }
}

function namespaces() {
  return firstWords("netns", "list").map((name) => `network namespace ${name}`);
}

function interfaces() {
  return firstWords("-br", "link").map((name) => `interface ${name.split("@")[0]}`);
}

/** @param {string[]} args of ip */
function firstWords(...args) {
  const text = execFileSync("ip", args, { encoding: "utf8" });
  return text.split("\n").flatMap((row) => row.split(" ")[0] || []);
}

/** @param {boolean} alone */
function processes(alone) {
  return readdirSync("/proc").flatMap((pid) => {
    const command = /^\d+$/.test(pid) ? commandLine(pid) : "";
    const ours = alone ? command !== "" : /^tunvpn|\/dist\/(agent|cli|dataplane)\//.test(command);
    return ours ? [`process ${pid}: ${command}`] : [];
  });
}

/** @param {string} pid @returns {string} empty for a process that has ended */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

function files() {
  return FOLDERS.flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => `file ${folder}/${name}`);
    } catch {
      return [];
    }
  });
}
