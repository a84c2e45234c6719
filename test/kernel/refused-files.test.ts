import { expect } from "vitest";
import { configText, type Settings } from "./lab/config-text.js";
import { makeKeyPair } from "./lab/keys.js";
import { expectRefusal, type Refusal } from "./lab/refusal.js";
import { scenario } from "./lab/scenario.js";

const OWN = makeKeyPair();
const PEER = { PublicKey: makeKeyPair().publicKey, AllowedIPs: "10.9.0.2/32" };
const OTHER = { PublicKey: makeKeyPair().publicKey, AllowedIPs: "10.9.0.2/32" };

interface Row extends Refusal {
  readonly title: string;
  readonly file?: string;
  readonly mode?: number;
  /** Its text; none is written when there is none. */
  readonly text?: string;
}

const ROWS: readonly Row[] = [
  { title: "there is no such file", code: "CONFIG_NOT_FOUND", exit: 2, says: ["/a/site.conf"], fix: "tunvpn pair" },
  {
    title: "others can read the file",
    text: file({}, PEER),
    mode: 0o644,
    code: "CONFIG_READABLE_BY_OTHERS",
    exit: 2,
    says: ["/a/site.conf", "0644"],
    fix: /^chmod 600 .*\/a\/site\.conf$/,
  },
  {
    title: "a line is no setting",
    text: `${file({})}what is this\n`,
    code: "LINE_INVALID",
    exit: 2,
    says: ["/a/site.conf:4:"],
    fix: "Key = value",
  },
  {
    title: "a key is misspelt: the nearest one is named",
    text: file({ Adress: "10.9.0.1/24" }, PEER),
    code: "UNKNOWN_KEY",
    exit: 2,
    says: ["/a/site.conf:4:", "Adress"],
    fix: "write Address",
  },
  {
    title: "the private key is no base64",
    text: file({ PrivateKey: "what a secret" }, PEER),
    code: "KEY_MALFORMED",
    exit: 2,
    says: ["/a/site.conf:2:", "PrivateKey"],
    fix: "tunvpn genkey",
  },
  {
    title: "the public key is too short",
    text: file({}, { ...PEER, PublicKey: Buffer.alloc(31, 9).toString("base64") }),
    code: "KEY_MALFORMED",
    exit: 2,
    says: ["/a/site.conf:6:", "PublicKey", "31"],
    fix: /\S/,
  },
  {
    title: "the peer is this node itself",
    text: file({}, { ...PEER, PublicKey: OWN.publicKey }),
    code: "PEER_IS_SELF",
    exit: 2,
    says: ["/a/site.conf:6:", "own private key"],
    fix: "public key of the other side",
  },
  {
    title: "two peers have the same prefix: both are named",
    text: file({}, { ...PEER, Name: "first" }, { ...OTHER, Name: "second" }),
    code: "PREFIX_CONFLICT",
    exit: 2,
    says: ["/a/site.conf:12:", "10.9.0.2/32", "first", "second"],
    fix: "one of the two",
  },
  {
    title: "the file's name is too long for an interface",
    file: "a-name-of-sixteen.conf",
    text: file({}, PEER),
    code: "IF_NAME_INVALID",
    exit: 2,
    says: ["a-name-of-sixteen"],
    fix: "1–15",
  },
  ...UNSUPPORTED(),
];

for (const { title, file: name = "site.conf", mode = 0o600, text, ...refusal } of ROWS) {
  scenario(`up refuses, names the remedy and leaves nothing when ${title}`, async ({ lab }) => {
    const machine = await lab.machine("a");
    if (text !== undefined) await machine.write(name, text, mode);
    await expectRefusal(machine, machine.path(name), refusal);
  });
}

scenario("up tells every problem of a file at once, in the order of its lines, and shows no secret", async ({ lab }) => {
  const machine = await lab.machine("a");
  const secret = `${OWN.privateKey.slice(0, -2)}?=`;
  const path = await machine.write("site.conf", file({ PrivateKey: secret, MTU: "12" }, { ...PEER, Endpoint: "nowhere" }));
  const { code, stderr } = await machine.tunvpn.run(["up", path]);
  expect(code).toBe(2);
  expect([...stderr.matchAll(/^error [A-Z_]+: \S*site\.conf:(\d+):/gm)].map(([, line]) => Number(line))).toEqual([2, 4, 9]);
  expect(stderr).not.toContain(OWN.privateKey.slice(0, 12));
});

function UNSUPPORTED(): Row[] {
  const settings: readonly { readonly line: number; readonly key: string; readonly own?: Settings; readonly peer?: Settings }[] = [
    { line: 4, key: "DNS", own: { DNS: "10.9.0.53" } },
    { line: 4, key: "Table", own: { Table: "off" } },
    { line: 4, key: "PostUp", own: { PostUp: "touch /tmp/never" } },
    { line: 4, key: "Mode", own: { Mode: "tap" } },
    { line: 4, key: "Bridge", own: { Bridge: "br0" } },
    { line: 7, key: "AllowedIPs", peer: { AllowedIPs: "0.0.0.0/0, ::/0" } },
  ];
  return settings.map(({ line, key, own = {}, peer = {} }) => ({
    title: `${key} asks for what this version does not do`,
    text: file(own, { ...PEER, ...peer }),
    code: "UNSUPPORTED_KEY",
    exit: 2,
    says: ["/a/site.conf", `${key} (line ${line}:`],
    fix: "remove these settings",
  }));
}

function file(own: Settings, ...peers: readonly Settings[]): string {
  return configText({ PrivateKey: OWN.privateKey, Address: "10.9.0.1/24", ...own }, ...peers);
}
