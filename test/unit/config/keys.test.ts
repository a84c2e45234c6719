import { describe, expect, it } from "vitest";
import { effectOf } from "../../../src/config/key-definition.js";
import { INTERFACE_KEYS, KEYS, PEER_KEYS } from "../../../src/config/keys.js";
import { found, OWN_PRIVATE, PEER_PUBLIC, PSK, parse } from "./sample.js";

/** A file whose only setting besides what is required is the key's example. */
function fileWith(key: (typeof KEYS)[number]): string {
  const line = `${key.name} = ${key.example}`;
  const lines = (section: string, required: string) => {
    if (key.section !== section) return [required];
    return key.name.startsWith(required.split(" ")[0] ?? "") ? [line] : [required, line];
  };
  return [
    "[Interface]",
    ...lines("Interface", `PrivateKey = ${OWN_PRIVATE}`),
    "[Peer]",
    ...lines("Peer", `PublicKey = ${PEER_PUBLIC}`),
  ].join("\n");
}

const secrets = { "/etc/tunvpn/private.key": OWN_PRIVATE, "/etc/tunvpn/branch.psk": PSK };

describe("the table of keys", () => {
  it("declares each key once in its section, and no key in both", () => {
    const names = KEYS.map((key) => key.name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(KEYS).toHaveLength(Object.keys(INTERFACE_KEYS).length + Object.keys(PEER_KEYS).length);
  });

  it.each(KEYS)("$name has an example that is valid", (key) => {
    const parsed = parse(fileWith(key), secrets);
    expect(found(parsed)).toEqual([]);
    expect(parsed.config).toBeDefined();
  });

  it.each(KEYS)("$name is named as unsupported exactly when it comes later", (key) => {
    const named = parse(fileWith(key), secrets).unsupported.some((setting) => setting.key === key.name);
    if (effectOf(key) === "now") expect(named).toBe(false);
    if (effectOf(key) === "later") expect(named).toBe(true);
  });

  it("holds wg-quick's keys and ours", () => {
    const known = (wgQuick: boolean) => KEYS.filter((key) => key.wgQuick === wgQuick).map((key) => key.name);
    const wg =
      "PrivateKey ListenPort FwMark Address MTU DNS Table PreUp PostUp PreDown PostDown SaveConfig PublicKey PresharedKey AllowedIPs Endpoint PersistentKeepalive";
    const ours =
      "PrivateKeyFile NetworkName NetworkKey Queues Mode MAC Bridge VLAN Forward Pass Metrics Name PresharedKeyFile VLANs MACs MACLimit MACMove Serves BroadcastRate";
    expect(known(true)).toEqual(wg.split(" "));
    expect(known(false)).toEqual(ours.split(" "));
  });
});
