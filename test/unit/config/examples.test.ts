import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatEndpoint, literalEndpoint } from "../../../src/base/endpoint.js";
import { covers, formatPrefix } from "../../../src/base/prefix.js";
import type { Config } from "../../../src/config/config.js";
import { interfaceNameOf } from "../../../src/config/file-name.js";
import { effectOf, type KeyDefinition } from "../../../src/config/key-definition.js";
import { KEYS } from "../../../src/config/keys.js";
import { type Parsed, parseConfig } from "../../../src/config/parse.js";
import { found, PSK, source } from "./sample.js";

const FOLDER = new URL("../../../configs/", import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".conf"));
const SECRETS = { "/etc/tunvpn/example.key": "EAkQvY3F2a9g2kjO9Zg8daJECzOH2ayVxLzxLqyahVA=", "/etc/tunvpn/branch.psk": PSK };

function text(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}

function load(file: string, content = text(file)): Parsed {
  return parseConfig(content, source(SECRETS, interfaceNameOf(file)));
}

function config(file: string): Config {
  const loaded = load(file).config;
  if (loaded === undefined) throw new Error(`${file} does not load`);
  return loaded;
}

describe("configs/", () => {
  it("holds the examples", () => {
    expect(FILES).toEqual(
      expect.arrayContaining(["example.conf", "hub.conf", "road-warrior.conf", "site-a.conf", "site-b.conf", "wg-quick.conf"]),
    );
  });

  it.each(FILES)("%s loads without a word, and up takes it", (file) => {
    const loaded = load(file);
    expect(found(loaded)).toEqual([]);
    expect(loaded.unsupported).toEqual([]);
    expect(loaded.config?.name).toBe(file.replace(".conf", ""));
  });

  it.each(FILES)("%s says that its keys are public", (file) => {
    expect(text(file).split("\n")[0]).toMatch(/^# PUBLIC DEMO KEYS/);
  });

  it("wg-quick.conf uses nothing but wg-quick's keys", () => {
    const ours = KEYS.filter((key) => !key.wgQuick).map((key) => key.name);
    const used = text("wg-quick.conf")
      .split("\n")
      .map((line) => line.split("=")[0]?.trim());
    expect(used.filter((name) => ours.includes(name ?? ""))).toEqual([]);
  });
});

/** Each side's only peer is the other, and takes the other's own addresses. */
function expectMatching(own: Config, other: Config, names: { own: string; other: string }): void {
  const peerHere = own.peers.find((peer) => peer.publicKey.equals(other.interface.publicKey));
  const peerThere = other.peers.find((peer) => peer.publicKey.equals(own.interface.publicKey));
  expect(peerHere?.name).toBe(names.other);
  expect(peerThere?.name).toBe(names.own);
  expect(peerHere?.presharedKey?.reveal()).toBe(peerThere?.presharedKey?.reveal());
  expect(own.interface.networkKey?.reveal()).toBe(other.interface.networkKey?.reveal());
  for (const { address } of other.interface.addresses) {
    const host = { address, length: 8 * address.bytes.length };
    expect(peerHere?.allowedIps.some((prefix) => covers(prefix, host))).toBe(true);
  }
}

describe("the files that belong together", () => {
  it("join site A and site B", () => {
    const [a, b] = [config("site-a.conf"), config("site-b.conf")];
    expectMatching(a, b, { own: "site-a", other: "site-b" });
    expectMatching(b, a, { own: "site-b", other: "site-a" });
    const addressed = ({ peers }: Config) =>
      peers.map(({ endpoint }) => endpoint && literalEndpoint(endpoint)).map((end) => end && formatEndpoint(end));
    expect(addressed(a)).toEqual(["203.0.113.2:51820"]);
    expect(addressed(b)).toEqual(["198.51.100.2:51820"]);
    expect([a.interface.listenPort, b.interface.listenPort]).toEqual([51820, 51820]);
    expect(a.peers[0]?.allowedIps.map(formatPrefix)).toEqual(["10.99.0.2/32", "fd99::2/128", "10.2.0.0/24", "fd02::/64"]);
    expect(b.peers[0]?.allowedIps.map(formatPrefix)).toEqual(["10.99.0.1/32", "fd99::1/128", "10.1.0.0/24", "fd01::/64"]);
  });

  it("join the hub and the laptop", () => {
    const [hub, laptop] = [config("hub.conf"), config("road-warrior.conf")];
    expectMatching(hub, laptop, { own: "hub", other: "laptop" });
    expectMatching(laptop, hub, { own: "laptop", other: "hub" });
  });
});

describe("example.conf", () => {
  const lines = text("example.conf").split("\n");
  const indexOf = (key: KeyDefinition<unknown>) => lines.findIndex((line) => line.replace(/^#/, "").startsWith(`${key.name} = `));

  it.each(KEYS)("has $name under its mark, explained", (key) => {
    const mark = lines[indexOf(key) - 1];
    expect(mark).toBe(`# [${effectOf(key)}] [${key.wgQuick ? "wg-quick" : "tunvpn"}]`);
  });

  it.each(KEYS)("shows a valid value of $name", (key) => {
    const on = lines.map((line, index) => (index === indexOf(key) ? line.replace(/^#/, "") : line));
    // A secret stands in one place only.
    const inline = key.name.endsWith("File") ? `${key.name.replace("File", "")} = ` : undefined;
    const kept = on.filter((line) => inline === undefined || !line.startsWith(inline));
    const loaded = load("example.conf", kept.join("\n"));
    expect(found(loaded)).toEqual([]);
    expect(loaded.unsupported.map((setting) => setting.key)).toEqual(effectOf(key) === "later" ? [key.name] : []);
  });
});
