import { EXIT, type ExitCode } from "../base/errors.js";
import { paintReport } from "../observe/report.js";
import type { PeerStatus } from "../observe/status.js";
import { formatConnected, formatUp } from "../observe/up-message.js";
import { defineCommand, type Surroundings } from "./command.js";
import { noPeerConnected } from "./errors.js";
import { reportWarning } from "./failure.js";
import type { Terminal } from "./terminal.js";
import { wholeNumber } from "./whole-number.js";

/** Six tries of the handshake. */
const WAIT_DEFAULT = 30;
const WAIT_MAX = 86_400;

export const upCommand = defineCommand({
  name: "up",
  about: "start a tunnel, and return once device, addresses and routes are in",
  details: [
    "Names are resolved and peers are called later: up does not fail because the other side is down. With --wait it says so, and exits 1 when no peer has answered in time; the tunnel stays up and goes on trying.",
  ],
  positionals: { target: { label: "file|name", about: "a config file, or the name of one in /etc/tunvpn" } },
  options: {
    foreground: { about: "run in this process until SIGTERM or Ctrl-C, for systemd" },
    wait: { about: `wait for the first handshake too, ${WAIT_DEFAULT} seconds if not told`, value: "SECONDS", bare: String(WAIT_DEFAULT) },
  },
  examples: [
    ["up ./branch.conf", "the interface is called branch"],
    ["up branch --wait=10", "/etc/tunvpn/branch.conf; fails when nobody answers in 10 s"],
  ],
  async run({ target, foreground, wait }, surroundings) {
    const seconds = wait === undefined ? undefined : wholeNumber("--wait", wait, [1, WAIT_MAX], WAIT_DEFAULT);
    return foreground ? runInForeground(target, seconds, surroundings) : startInBackground(target, seconds, surroundings);
  },
});

async function startInBackground(target: string, wait: number | undefined, { terminal, agent }: Surroundings): Promise<ExitCode> {
  const { launch } = await agent.launch();
  const { name, status: up, warnings, connected } = await launch({ target, wait });
  terminal.tell(formatUp(up));
  for (const warning of warnings) reportWarning(warning, terminal);
  if (wait === undefined) return EXIT.done;
  const { readStatus } = await agent.client();
  const [status] = (await readStatus(name)).interfaces;
  if (connected) {
    terminal.tell((status && formatConnected(status)) ?? "connected");
    return EXIT.done;
  }
  tellWhyNot(name, status?.peers ?? [], wait, terminal);
  return EXIT.failed;
}

function tellWhyNot(name: string, peers: readonly PeerStatus[], seconds: number, terminal: Terminal): void {
  const reports = peers.flatMap((peer) => peer.lastError ?? []);
  for (const report of [noPeerConnected({ name, seconds }).report(), ...reports]) {
    terminal.tell(paintReport(report, terminal.tellStyle));
  }
}

async function runInForeground(target: string, wait: number | undefined, { terminal, agent }: Surroundings): Promise<ExitCode> {
  const { runForeground } = await agent.launch();
  return runForeground({ target, wait }, ({ status, warnings }) => {
    terminal.tell(formatUp(status));
    for (const warning of warnings) reportWarning(warning, terminal);
  });
}
