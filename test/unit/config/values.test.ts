import { describe, expect, it } from "vitest";
import { OperatorError } from "../../../src/base/errors.js";
import type { KeyDefinition } from "../../../src/config/key-definition.js";
import { INTERFACE_KEYS, PEER_KEYS } from "../../../src/config/keys.js";
import { OWN_PRIVATE } from "./sample.js";

function read<Value>(key: KeyDefinition<Value>, text: string): Value | string {
  const value = key.parse(text, key);
  return value instanceof OperatorError ? value.message : value;
}

const { listenPort, fwMark, mtu, table, queues, mode, saveConfig, networkName, vlan, privateKeyFile, pass } = INTERFACE_KEYS;
const { name, persistentKeepalive, vlans, macMove, macLimit, broadcastRate } = PEER_KEYS;

describe("numbers", () => {
  it.each([
    [listenPort, "0", 0],
    [listenPort, "65535", 65535],
    [mtu, "576", 576],
    [mtu, "65535", 65535],
    [queues, "1", 1],
    [queues, "64", 64],
    [vlan, "4094", 4094],
    [persistentKeepalive, "off", 0],
    [persistentKeepalive, "OFF", 0],
    [persistentKeepalive, "65535", 65535],
    [macLimit, "1", 1],
    [broadcastRate, "off", 0],
    [fwMark, "0xFFffffff", 0xffffffff],
    [fwMark, "4294967295", 0xffffffff],
    [fwMark, "010", 10],
    [fwMark, "off", 0],
    [table, "51820", 51820],
    [table, "Auto", "auto"],
    [table, "off", "off"],
  ] as [KeyDefinition<unknown>, string, unknown][])("$0.name takes %2$s", (key, text, value) => {
    expect(read(key, text)).toBe(value);
  });

  it.each([
    [listenPort, "65536", "within 0–65535"],
    [listenPort, "-1", "not a whole number"],
    [listenPort, "0x10", "not a whole number"],
    [listenPort, "domain", "not a whole number"],
    [listenPort, "1e3", "not a whole number"],
    [mtu, "575", "within 576–65535"],
    [mtu, "65536", "within 576–65535"],
    [queues, "0", "within 1–64"],
    [queues, "65", "within 1–64"],
    [vlan, "0", "within 1–4094"],
    [vlan, "4095", "within 1–4094"],
    [persistentKeepalive, "65536", "within 0–65535"],
    [persistentKeepalive, "on", "not a whole number"],
    [fwMark, "4294967296", "more than 32 bits"],
    [fwMark, "0x100000000", "more than 32 bits"],
    [fwMark, "0x", "neither a number nor off"],
    [fwMark, "0b1", "neither a number nor off"],
    [table, "0", "within 1–4294967295"],
    [table, "atuo", "not a whole number"],
  ] as [KeyDefinition<unknown>, string, string][])("$0.name refuses %2$s", (key, text, why) => {
    expect(read(key, text)).toContain(why);
  });
});

describe("words", () => {
  it("takes them in any case", () => {
    expect(read(mode, "TAP")).toBe("tap");
    expect(read(saveConfig, "True")).toBe("true");
    expect(read(macMove, "free")).toBe("free");
    expect(read(pass, "LLDP")).toBe("lldp");
  });

  it("names the ones there are", () => {
    expect(read(mode, "bridge")).toContain("is not tun or tap");
    expect(read(saveConfig, "yes")).toContain("is not true or false");
  });
});

describe("VLANs of a trunk", () => {
  it("takes numbers and ranges", () => {
    expect(read(vlans, "10")).toEqual({ first: 10, last: 10 });
    expect(read(vlans, "20-29")).toEqual({ first: 20, last: 29 });
  });

  it.each(["0", "4095", "29-20", "1-4095", "1-", "a"])("refuses %s", (text) => {
    expect(read(vlans, text)).toContain("VLANs");
  });
});

describe("names", () => {
  it("takes printable text of any script", () => {
    expect(read(name, "Zürich 東京 😀")).toBe("Zürich 東京 😀");
  });

  it("brings names into the one normal form", () => {
    expect(read(name, "Zu\u0308rich")).toBe("Zürich");
    expect(read(networkName, "Zu\u0308rich")).toBe("Zürich");
  });

  it("counts a peer's name in characters, a network's in bytes", () => {
    expect(read(name, "ü".repeat(63))).toBe("ü".repeat(63));
    expect(read(name, "ü".repeat(64))).toContain("longer than 63 characters");
    expect(read(networkName, "ü".repeat(32))).toBe("ü".repeat(32));
    expect(read(networkName, "ü".repeat(33))).toContain("longer than 64 bytes");
  });

  it.each([
    ["a\u001b[31m", "cannot be printed"],
    ["a\u202eb", "cannot be printed"],
    ["a\ud800", "cannot be printed"],
    ["a\u2028b", "cannot be printed"],
    [" a", "white space"],
    ["a ", "white space"],
    ["a#b", "starts a comment"],
    ["", "is empty"],
  ])("refuses %j", (text, why) => {
    expect(read(name, text)).toContain(why);
    expect(read(networkName, text)).toContain(why);
  });
});

describe("paths", () => {
  it("takes a path as it is", () => {
    expect(read(privateKeyFile, "keys/my key")).toBe("keys/my key");
  });

  it("refuses a key in place of a path, and does not show it", () => {
    const message = read(privateKeyFile, OWN_PRIVATE);
    expect(message).toBe("PrivateKeyFile is a key, not the path of a file");
    expect(privateKeyFile.parse(OWN_PRIVATE, privateKeyFile)).toMatchObject({ code: "KEY_MALFORMED", fix: "write PrivateKey instead" });
  });

  it("refuses control characters", () => {
    expect(read(privateKeyFile, "a\u0000b")).toContain("cannot be printed");
  });
});
