import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatConfiguredEndpoint } from "../../../src/base/endpoint.js";
import { formatPrefix } from "../../../src/base/prefix.js";
import type { Config } from "../../../src/config/config.js";
import { parseConfig } from "../../../src/config/parse.js";
import { referenceSuite } from "../../../src/crypto/reference.js";
import { run } from "./fake-surroundings.js";

const ENDPOINT = "--endpoint-a=vpn.example.com:51820";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tunvpn-pair-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function pair(...options: string[]) {
  return run(["pair", "head", "branch", `--dir=${dir}`, ...options]);
}

function config(name: string): Config {
  const path = join(dir, `${name}.conf`);
  const readSecret = () => {
    throw new Error("a pair needs no other file");
  };
  const {
    config: read,
    problems,
    unsupported,
  } = parseConfig(readFileSync(path, "utf8"), { name, path, suite: referenceSuite, readSecret });
  expect([...problems, ...unsupported]).toEqual([]);
  if (read === undefined) throw new Error(`${name} does not load`);
  return read;
}

/** Keys, a pre-shared key included, that stand in the files. */
function secrets(): string[] {
  const { interface: own, peers } = config("head");
  return [own.privateKey, config("branch").interface.privateKey, ...peers.flatMap((peer) => peer.presharedKey ?? [])].map((key) =>
    key.reveal(),
  );
}

describe("pair", () => {
  it("writes two files that match, for their owner alone", async () => {
    const { code, answered, told } = await pair(ENDPOINT, "--lan-a=10.1.0.0/24,10.5.0.7/24", "--lan-b", "10.2.0.0/16");
    expect({ code, answered }).toEqual({ code: 0, answered: "" });
    expect(readdirSync(dir).sort()).toEqual(["branch.conf", "head.conf"]);
    for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
    const [head, branch] = [config("head"), config("branch")];
    expect(head.peers.map(({ name, publicKey }) => [name, publicKey])).toEqual([["branch", branch.interface.publicKey]]);
    expect(branch.peers.map(({ name, publicKey }) => [name, publicKey])).toEqual([["head", head.interface.publicKey]]);
    expect(head.interface.listenPort).toBe(51820);
    expect(branch.peers[0]?.endpoint && formatConfiguredEndpoint(branch.peers[0].endpoint)).toBe("vpn.example.com:51820");
    expect(branch.peers[0]?.allowedIps.map(formatPrefix).slice(1)).toEqual(["10.1.0.0/24", "10.5.0.0/24"]);
    expect(head.peers[0]?.allowedIps.map(formatPrefix).slice(1)).toEqual(["10.2.0.0/16"]);
    expect(head.peers[0]?.presharedKey?.reveal()).toBe(branch.peers[0]?.presharedKey?.reveal());
    expect(told).toContain(`tunvpn up ${join(dir, "head.conf")}`);
  });

  it("shows no secret, and makes new ones each time", async () => {
    const { told } = await pair(ENDPOINT);
    const first = secrets();
    expect(first).toHaveLength(3);
    for (const secret of first) expect(told).not.toContain(secret);
    await pair(ENDPOINT, "--force");
    expect(new Set([...first, ...secrets()]).size).toBe(6);
  });

  it("chooses a /30 in the tunnel that no LAN has", async () => {
    await pair(ENDPOINT, "--lan-a=10.99.0.0/20");
    const [a = "", b = ""] = [config("head"), config("branch")].map(({ interface: own }) => own.addresses.map(formatPrefix).join());
    const [, third = "", rest] = /^10\.99\.(\d+)(\.1\/30)$/.exec(a) ?? [];
    expect({ rest, b }).toEqual({ rest: ".1/30", b: `10.99.${third}.2/30` });
    expect(Number(third)).toBeGreaterThanOrEqual(16);
  });

  it("takes the addresses, ports, network name and key that it is told", async () => {
    const addresses = ["--address-a=10.8.0.1/24,fd08::1/64", "--address-b=10.8.0.2/24", "--address-b=fd08::2/64"];
    await pair(...addresses, "--endpoint-b=[2001:db8::1]:5000", "--port-a=4000", "--port-b=6000", "--no-psk", "--network-name=corp");
    const [head, branch] = [config("head"), config("branch")];
    expect(head.interface.addresses.map(formatPrefix)).toEqual(["10.8.0.1/24", "fd08::1/64"]);
    expect(branch.interface.addresses.map(formatPrefix)).toEqual(["10.8.0.2/24", "fd08::2/64"]);
    expect([head.interface.listenPort, branch.interface.listenPort]).toEqual([4000, 6000]);
    expect(head.peers[0]?.endpoint && formatConfiguredEndpoint(head.peers[0].endpoint)).toBe("[2001:db8::1]:5000");
    expect(head.peers[0]?.presharedKey).toBeUndefined();
    expect([head.interface.networkName, branch.interface.networkName]).toEqual(["corp", "corp"]);
    expect(readFileSync(join(dir, "branch.conf"), "utf8")).toMatch(/^# The site branch[.] /);
  });

  it("overwrites nothing without --force, and then everything", async () => {
    writeFileSync(join(dir, "branch.conf"), "precious", { mode: 0o644 });
    const refused = await pair(ENDPOINT);
    expect(refused).toMatchObject({ code: 1, told: expect.stringContaining(`error FILE_EXISTS: ${join(dir, "branch.conf")} `) });
    expect(readdirSync(dir)).toEqual(["branch.conf"]);
    expect(readFileSync(join(dir, "branch.conf"), "utf8")).toBe("precious");
    expect((await pair(ENDPOINT, "--force")).code).toBe(0);
    expect(config("branch").peers).toHaveLength(1);
    expect(statSync(join(dir, "branch.conf")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir).sort()).toEqual(["branch.conf", "head.conf"]);
  });

  it.each<[string, string[], RegExp]>([
    ["without an endpoint", [], /PAIR_IMPOSSIBLE: .* neither has an endpoint/],
    ["with LANs that overlap", [ENDPOINT, "--lan-a=10.1.0.0/16", "--lan-b=10.1.2.0/24"], /PAIR_IMPOSSIBLE: .*10[.]1[.]2[.]0\/24/],
    ["with an endpoint without port", ["--endpoint-a=vpn.example.com"], /OPTION_INVALID: --endpoint-a "vpn[.]example[.]com" has no port/],
    ["with a port out of range", [ENDPOINT, "--port-b=65536"], /OPTION_INVALID: --port-b /],
    ["with a LAN that is none", [ENDPOINT, "--lan-b=10.0.0.0/33"], /OPTION_INVALID: --lan-b /],
    ["with an address that is none", [ENDPOINT, "--address-a=127.0.0.1/8", "--address-b=10.0.0.2/24"], /OPTION_INVALID: .*loopback/],
    ["with one address of two", [ENDPOINT, "--address-b=10.0.0.2/24"], /OPTION_INVALID: .*\n {2}fix: .*--address-a=/],
    ["with a network name that is too long", [ENDPOINT, `--network-name=${"x".repeat(65)}`], /OPTION_INVALID: --network-name /],
    ["with both --psk and --no-psk", [ENDPOINT, "--psk", "--no-psk"], /OPTIONS_CONFLICT: /],
  ])("refuses %s, and writes nothing", async (_title, options, message) => {
    const { code, told } = await pair(...options);
    expect(code).toBe(2);
    expect(told).toMatch(message);
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each([
    ["head", "head"],
    ["head", "a-name-of-sixteen"],
    ["..", "branch"],
    ["a/b", "branch"],
  ])("refuses the names %s and %s", async (a, b) => {
    expect(await run(["pair", a, b, ENDPOINT, `--dir=${dir}`])).toMatchObject({
      code: 2,
      told: expect.stringMatching(/^error SITE_NAME_INVALID: /),
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  it("says where it could not write", async () => {
    const { code, told } = await run(["pair", "head", "branch", ENDPOINT, `--dir=${join(dir, "missing")}`]);
    expect(code).toBe(1);
    expect(told).toMatch(/^error FILE_NOT_WRITTEN: cannot write .*missing\/head[.]conf \(ENOENT\)/);
  });
});
