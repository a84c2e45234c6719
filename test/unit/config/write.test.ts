import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/base/invariant.js";
import { formatConfig } from "../../../src/config/write.js";
import { OWN_PRIVATE, PEER_PUBLIC, PSK, parse, plain, withInterface, withPeer } from "./sample.js";

function read(text: string) {
  const { config } = parse(text);
  if (config === undefined) throw new Error("the sample is not valid");
  return config;
}

describe("formatConfig", () => {
  it("writes what differs from the defaults", () => {
    expect(formatConfig(read(withPeer()))).toBe(`[Interface]\nPrivateKey = ${OWN_PRIVATE}\n\n[Peer]\nPublicKey = ${PEER_PUBLIC}\n`);
  });

  it("writes every key that takes effect, and reads it back", () => {
    const text = [
      "# Head office.",
      "#",
      "# Keep it secret.",
      "",
      "[Interface]",
      `PrivateKey = ${OWN_PRIVATE}`,
      "ListenPort = 51820",
      "FwMark = 0x6d",
      "Address = 10.0.0.1/24, fd00::1/64",
      "MTU = 1400",
      "NetworkName = head office",
      `NetworkKey = ${PSK}`,
      "Queues = 2",
      "",
      "[Peer]",
      "Name = branch",
      `PublicKey = ${PEER_PUBLIC}`,
      `PresharedKey = ${PSK}`,
      "AllowedIPs = 10.0.0.2/32, 10.2.0.0/24",
      "Endpoint = [2001:db8::1]:51820",
      "PersistentKeepalive = 25",
      "",
    ].join("\n");
    const config = read(text);
    expect(formatConfig(config, ["Head office.", "", "Keep it secret."])).toBe(text);
    expect(plain(read(formatConfig(config)))).toEqual(plain(config));
  });

  it("does not write what would not be read back", () => {
    const config = read(withInterface());
    expect(() => formatConfig({ ...config, interface: { ...config.interface, networkName: "a#b" } })).toThrow(InvariantViolation);
    expect(() => formatConfig({ ...config, interface: { ...config.interface, networkName: "a\nPostUp = b" } })).toThrow(InvariantViolation);
    expect(() => formatConfig(config, ["a\nPostUp = b"])).toThrow(InvariantViolation);
  });
});
