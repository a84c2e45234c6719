import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/parse.js";
import { found, OWN_PRIVATE, OWN_PUBLIC, PEER_PUBLIC, PSK, parse, source, withInterface, withPeer } from "./sample.js";

const fromFile = (path: string) => `[Interface]\nPrivateKeyFile = ${path}\n[Peer]\nPublicKey = ${PEER_PUBLIC}\n`;

describe("secrets in files of their own", () => {
  it("reads the private key from beside the config, less its line end", () => {
    const { config, problems } = parse(fromFile("wg0.key"), { "/etc/tunvpn/wg0.key": `${OWN_PRIVATE}\r\n` });
    expect(problems).toEqual([]);
    expect(config?.interface.privateKey.reveal()).toBe(OWN_PRIVATE);
    expect(config?.interface.publicKey.toString()).toBe(OWN_PUBLIC);
  });

  it("reads the pre-shared key from an absolute path", () => {
    const { config } = parse(withPeer("PresharedKeyFile = /run/keys/psk"), { "/run/keys/psk": `${PSK}\n` });
    expect(config?.peers[0]?.presharedKey?.reveal()).toBe(PSK);
  });

  it("reports what the reader throws at the line, and does not call the key missing", () => {
    const parsed = parse(fromFile("wg0.key"));
    expect(parsed.problems).toEqual([
      { line: 2, severity: "error", code: "TEST_UNREADABLE", message: "cannot read /etc/tunvpn/wg0.key", fix: "look for it" },
    ]);
    expect(parsed.config).toBeUndefined();
  });

  it("passes on what is no operator's error", () => {
    const broken = () => {
      throw new RangeError("ours");
    };
    expect(() => parseConfig(fromFile("wg0.key"), { ...source(), readSecret: broken })).toThrow(RangeError);
  });

  it("names the file of a malformed key, not its text", () => {
    const parsed = parse(fromFile("wg0.key"), { "/etc/tunvpn/wg0.key": `${OWN_PRIVATE}${OWN_PRIVATE}` });
    expect(found(parsed)).toEqual(["2 KEY_MALFORMED"]);
    expect(parsed.problems[0]?.message).toBe("PrivateKeyFile /etc/tunvpn/wg0.key is not base64");
    expect(found(parse(fromFile("wg0.key"), { "/etc/tunvpn/wg0.key": "" }))).toEqual(["2 KEY_MALFORMED"]);
  });

  it("refuses a secret given twice, at the later line", () => {
    const files = { "/etc/tunvpn/k": OWN_PRIVATE, "/etc/tunvpn/p": PSK };
    const first = parse(withInterface("PrivateKeyFile = k", "[Peer]", `PublicKey = ${PEER_PUBLIC}`), files);
    expect(found(first)).toEqual(["3 CONFLICTING_KEYS"]);
    expect(first.problems[0]?.message).toBe("PrivateKeyFile and PrivateKey (line 2) exclude each other");
    const checked = parse(withInterface("PrivateKeyFile = k", "[Peer]", `PublicKey = ${OWN_PUBLIC}`), files);
    expect(found(checked)).toEqual(["3 CONFLICTING_KEYS", "5 PEER_IS_SELF"]);
    const second = parse(withPeer("PresharedKeyFile = p", `PresharedKey = ${PSK}`), files);
    expect(found(second)).toEqual(["6 CONFLICTING_KEYS"]);
    expect(second.problems[0]?.message).toBe("PresharedKey and PresharedKeyFile (line 5) exclude each other");
  });
});
