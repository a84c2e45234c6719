import { describe, expect, it } from "vitest";
import { formatConfiguredEndpoint, formatEndpoint } from "../../../src/base/endpoint.js";
import { OperatorError } from "../../../src/base/errors.js";
import { formatPrefix, type IpPrefix } from "../../../src/base/prefix.js";
import type { KeyDefinition } from "../../../src/config/key-definition.js";
import { INTERFACE_KEYS, PEER_KEYS } from "../../../src/config/keys.js";

function taken<Value>(key: KeyDefinition<Value>, text: string): Value {
  const value = key.parse(text, key);
  if (value instanceof OperatorError) throw value;
  return value;
}

function refused(key: KeyDefinition<unknown>, text: string): OperatorError {
  const value = key.parse(text, key);
  if (!(value instanceof OperatorError)) throw new Error(`${text} was taken`);
  return value;
}

const prefix = (key: KeyDefinition<IpPrefix>, text: string) => formatPrefix(taken(key, text));

describe("Address", () => {
  it.each([
    ["10.0.0.1/24", "10.0.0.1/24"],
    ["10.0.0.1", "10.0.0.1/32"],
    ["FD00::0001/64", "fd00::1/64"],
    ["fd00::1", "fd00::1/128"],
    ["fe80::1/64", "fe80::1/64"],
    ["169.254.7.7/16", "169.254.7.7/16"],
  ])("%s is %s, host bits kept", (text, value) => {
    expect(prefix(INTERFACE_KEYS.address, text)).toBe(value);
  });

  it.each([
    ["127.0.0.1/8", "a loopback address"],
    ["::1/128", "a loopback address"],
    ["224.0.0.5/24", "a multicast address"],
    ["239.255.255.255/32", "a multicast address"],
    ["ff02::1/64", "a multicast address"],
    ["0.0.0.0/0", "the unspecified address"],
    ["::/64", "the unspecified address"],
    ["255.255.255.255/32", "the broadcast address"],
  ])("%s is %s", (text, why) => {
    const error = refused(INTERFACE_KEYS.address, text);
    expect(error.code).toBe("ADDRESS_UNUSABLE");
    expect(error.message).toContain(why);
  });

  it.each([
    ["10.0.0/24", "is not an IP address"],
    ["10.0.0.256/24", "is not an IP address"],
    ["host/24", "is not an IP address"],
    ["10.0.0.1/33", "not within 0–32"],
    ["fd00::1/129", "not within 0–128"],
    ["10.0.0.1/", "not within 0–32"],
    ["10.0.0.1/255.255.255.0", "number of bits"],
  ])("refuses %s", (text, why) => {
    expect(refused(INTERFACE_KEYS.address, text)).toMatchObject({ code: "VALUE_INVALID", message: expect.stringContaining(why) });
    expect(refused(PEER_KEYS.allowedIps, text)).toMatchObject({ code: "VALUE_INVALID", message: expect.stringContaining(why) });
  });
});

describe("AllowedIPs", () => {
  it.each([
    ["10.192.124.1/24", "10.192.124.0/24"],
    ["fd00::1/64", "fd00::/64"],
    ["10.0.0.7", "10.0.0.7/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["224.0.0.0/4", "224.0.0.0/4"],
  ])("%s is %s, host bits masked", (text, value) => {
    expect(prefix(PEER_KEYS.allowedIps, text)).toBe(value);
  });
});

describe("Endpoint", () => {
  it.each([
    ["192.0.2.1:51820", "192.0.2.1:51820"],
    ["[2001:DB8::1]:51820", "[2001:db8::1]:51820"],
    ["vpn.example.com:1", "vpn.example.com:1"],
    ["vpn.example.com : 65535", "vpn.example.com:65535"],
  ])("%s is %s", (text, value) => {
    expect(formatConfiguredEndpoint(taken(PEER_KEYS.endpoint, text))).toBe(value);
  });

  it.each([
    ["192.0.2.1", "has no port"],
    ["[2001:db8::1]", "has no port"],
    ["vpn.example.com", "has no port"],
    ["192.0.2.1:0", "port that is not within 1–65535"],
    ["192.0.2.1:65536", "port that is not within 1–65535"],
    ["192.0.2.1:", "port that is not within 1–65535"],
    ["2001:db8::1:51820", "without brackets"],
    ["2001:db8::1", "without brackets"],
    ["[fe80::1%eth0]:51820", "names a zone"],
    ["-bad-.example:51820", "neither an address nor a name"],
    ["1.2.3:51820", "neither an address nor a name"],
  ])("refuses %s", (text, why) => {
    expect(refused(PEER_KEYS.endpoint, text)).toMatchObject({ code: "VALUE_INVALID", message: expect.stringContaining(why) });
  });
});

describe("Metrics", () => {
  it("takes an address and a port, not a name", () => {
    expect(formatEndpoint(taken(INTERFACE_KEYS.metrics, "[::1]:9586"))).toBe("[::1]:9586");
    expect(refused(INTERFACE_KEYS.metrics, "localhost:9586").code).toBe("VALUE_INVALID");
    expect(refused(INTERFACE_KEYS.metrics, "9586").code).toBe("VALUE_INVALID");
  });
});

describe("DNS", () => {
  it.each(["10.0.0.53", "fd00::53", "corp.example.com", "~corp.example.com", "~.", "local", "_msdcs.example.com."])("takes %s", (text) => {
    expect(taken(INTERFACE_KEYS.dns, text)).toBe(text);
  });

  it.each(["10.0.0", "10.0.0.256", "fd00::g", "-a.example", "a..b", "~", "a/b", `${"a".repeat(64)}.com`, `${"a.".repeat(127)}ab`])(
    "refuses %s",
    (text) => {
      expect(refused(INTERFACE_KEYS.dns, text).code).toBe("VALUE_INVALID");
    },
  );
});

describe("hardware addresses", () => {
  it("takes a station's, in lower case", () => {
    expect(taken(INTERFACE_KEYS.mac, "02:00:5E:10:00:01")).toBe("02:00:5e:10:00:01");
  });

  it.each([
    ["01:00:5e:00:00:01", "of a group"],
    ["ff:ff:ff:ff:ff:ff", "of a group"],
    ["00:00:00:00:00:00", "no station"],
    ["02-00-5e-10-00-01", "colons"],
    ["02:00:5e:10:00", "colons"],
  ])("refuses %s", (text, why) => {
    expect(refused(INTERFACE_KEYS.mac, text).message).toContain(why);
    expect(refused(PEER_KEYS.macs, text).message).toContain(why);
  });
});

describe("Bridge", () => {
  it("takes the name of an interface", () => {
    expect(taken(INTERFACE_KEYS.bridge, "br0")).toBe("br0");
    expect(refused(INTERFACE_KEYS.bridge, "a-name-that-is-too-long").code).toBe("VALUE_INVALID");
    expect(refused(INTERFACE_KEYS.bridge, "a/b").code).toBe("VALUE_INVALID");
  });
});
