import { expect } from "vitest";
import { configText } from "./lab/config-text.js";
import { makeKeyPair } from "./lab/keys.js";
import { scenario } from "./lab/scenario.js";

const FILE = configText(
  { PrivateKeyFile: "keys/private.key", Address: "10.9.0.1/24" },
  { PublicKey: makeKeyPair().publicKey, AllowedIPs: "10.9.0.2/32" },
);

/** Ways to name the same file, from its directory or from anywhere. */
const TARGETS = {
  "its name alone is that of a file in /etc/tunvpn": {
    target: "branch",
    words: ["sh", "-c", 'mount --bind "$1" /etc && shift && exec "$@"', "sh"],
  },
  "a path is relative to the caller's directory": {
    target: "tunvpn/branch.conf",
    words: ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh"],
  },
};

for (const [title, { target, words }] of Object.entries(TARGETS)) {
  scenario(`${title}, and the key file in it is relative to the file`, async ({ lab }) => {
    const machine = await lab.machine("a");
    await machine.write("etc/tunvpn/branch.conf", FILE, 0o644);
    await machine.write("etc/tunvpn/keys/private.key", `${makeKeyPair().privateKey}\n`);
    const run = (...args: string[]) =>
      machine.run([...words, machine.path("etc"), ...machine.tunvpn.words(...args)], { env: machine.tunvpn.environment });
    const up = await run("up", target);
    expect(up.code, up.stderr).toBe(0);
    expect((await machine.tunvpn.status("branch")).addresses).toEqual(["10.9.0.1/24"]);
    const down = await run("down", target);
    expect(down.code, down.stderr).toBe(0);
  });
}
