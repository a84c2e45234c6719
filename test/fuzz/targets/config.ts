/** Config files: any text, and what follows from one that is right. */
import { deviceRequest, nodeSettings, routeTable } from "../../../src/agent/from-config.js";
import type { Config } from "../../../src/config/config.js";
import { KEYS } from "../../../src/config/keys.js";
import { type ConfigSource, type Parsed, parseConfig } from "../../../src/config/parse.js";
import { formatFindings } from "../../../src/config/problems.js";
import { formatConfig } from "../../../src/config/write.js";
import { desiredState } from "../../../src/hostnet/desired.js";
import { bareNode } from "../../sim/bare-node.js";
import { quickSuite } from "../../sim/suite.js";
import { fileUnreadable, OTHER_PUBLIC, OWN_PRIVATE, PEER_PUBLIC, PSK, plain } from "../../unit/config/sample.js";
import { must, type Target, textWords } from "../engine/target.js";

const SOURCE: ConfigSource = {
  name: "wg0",
  path: "/etc/tunvpn/wg0.conf",
  suite: quickSuite,
  readSecret: (path) => {
    if (path.endsWith("key")) return `${PSK}\n`;
    throw fileUnreadable({ path });
  },
};

export const config: Target = {
  name: "config",
  longest: 2048,
  words: [
    ...textWords("[Interface]\n", "[Peer]\n", "\n", "\r\n", " = ", ",", "#", "\ufeff", "off", "0x", "::/0", "0.0.0.0/0"),
    ...textWords(`PrivateKey = ${OWN_PRIVATE}\n`, `PublicKey = ${PEER_PUBLIC}\n`, `PublicKey = ${OTHER_PUBLIC}\n`, PSK),
    ...textWords(...KEYS.map(({ name, example }) => `${name} = ${example}\n`)),
  ],
  run(input) {
    const text = new TextDecoder().decode(input);
    const parsed = parseConfig(text, SOURCE);
    checkProblems(text, parsed);
    if (parsed.config === undefined) return;
    checkSecrets(parsed, parsed.config);
    checkWritten(parsed.config);
    if (parsed.unsupported.length === 0) checkMeaning(parsed.config);
  },
};

function checkProblems(text: string, parsed: Parsed): void {
  const lines = text.split("\n").length;
  const errors = parsed.problems.filter(({ severity }) => severity === "error");
  must((parsed.config === undefined) === errors.length > 0, `${errors.length} errors, and ${parsed.config ? "a" : "no"} config`);
  let last = 0;
  for (const { line, code, message, fix } of parsed.problems) {
    must(line >= last && line <= lines, `a problem in line ${line} of ${lines}, after one in line ${last}`);
    last = line;
    must(/^[A-Z0-9_]+$/.test(code), `the code ${code}`);
    for (const shown of [message, fix]) must(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u.test(shown), `it says ${JSON.stringify(shown)}`);
  }
  formatFindings(SOURCE.path, parsed);
}

function checkSecrets(parsed: Parsed, { interface: own, peers }: Config): void {
  const shown = JSON.stringify([parsed.problems, parsed.unsupported]);
  for (const secret of [own.privateKey, own.networkKey, ...peers.map((peer) => peer.presharedKey)]) {
    must(secret === undefined || !shown.includes(secret.reveal().slice(0, 40)), "a secret is shown");
  }
}

function checkWritten(config: Config): void {
  const again = parseConfig(formatConfig(config), SOURCE);
  const faults = again.problems.filter(({ severity }) => severity === "error").map(({ line, code }) => `${line} ${code}`);
  must(again.config !== undefined, `written again it has errors: ${faults}`);
  const [before, after] = [config, again.config].map((one) => JSON.stringify(plain(one)));
  must(before === after, `${before} became ${after}`);
}

/** What an agent would do with it. */
function checkMeaning(config: Config): void {
  const { mtu, addresses } = config.interface;
  deviceRequest(config, 2);
  routeTable(config);
  bareNode(nodeSettings(config).peers).start({ boot: 1, real: 1 });
  desiredState({ name: config.name, mtu, addresses, allowedIps: config.peers.flatMap(({ allowedIps }) => allowedIps) });
}
