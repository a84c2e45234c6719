import { operatorError } from "../../../src/base/errors.js";
import { formatPrefix } from "../../../src/base/prefix.js";
import type { Config } from "../../../src/config/config.js";
import { type ConfigSource, type Parsed, parseConfig } from "../../../src/config/parse.js";
import { referenceSuite } from "../../../src/crypto/reference.js";

/** Keys for tests, and for nothing else. */
export const OWN_PRIVATE = "uIw2/7TDR+e/+JibN99aJrqiXSFjsh3GSmQZ6kCXq2I=";
export const OWN_PUBLIC = "gaCpwXyYzS//bukpdUotFR603TgCdwP6a9Emp12+4Rk=";
export const PEER_PUBLIC = "ls8KRpFhjc5AUiBqpijWtxi3ZTnS0cU0ESGj1Tk1yEU=";
export const OTHER_PUBLIC = "QdXBM2gfu/2ixiCVXXwwWyZAZGs20Me9U8SekbRRxGo=";
export const PSK = "mBJhtaOPX66dnZKQXWoFxBYMAVsZO4glOXVTyAceZDQ=";
export const ZERO_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

export const fileUnreadable = operatorError<{ path: string }>(
  "TEST_UNREADABLE",
  ({ path }) => `cannot read ${path}`,
  () => "look for it",
);

/** @param files the texts of the secret files that there are */
export function source(files: Readonly<Record<string, string>> = {}, name = "wg0"): ConfigSource {
  return {
    name,
    path: `/etc/tunvpn/${name}.conf`,
    suite: referenceSuite,
    readSecret: (path) => {
      const text = files[path];
      if (text === undefined) throw fileUnreadable({ path });
      return text;
    },
  };
}

export function parse(text: string, files: Readonly<Record<string, string>> = {}): Parsed {
  return parseConfig(text, source(files));
}

/** A file of one [Interface] with a private key, and what is given: line 3 is the first of it. */
export function withInterface(...lines: string[]): string {
  return ["[Interface]", `PrivateKey = ${OWN_PRIVATE}`, ...lines].join("\n");
}

/** The same with a peer: line 5 is the first of the peer's own lines. */
export function withPeer(...lines: string[]): string {
  return withInterface("[Peer]", `PublicKey = ${PEER_PUBLIC}`, ...lines);
}

/** `LINE CODE` of each problem, warnings marked with `?`. */
export function found(parsed: Parsed): string[] {
  return parsed.problems.map(({ line, code, severity }) => `${line} ${code}${severity === "warning" ? "?" : ""}`);
}

/** Every value of a config as plain data, secrets included, for comparison. */
export function plain(config: Config | undefined) {
  return (
    config && {
      name: config.name,
      path: config.path,
      interface: {
        ...config.interface,
        privateKey: config.interface.privateKey.reveal(),
        publicKey: config.interface.publicKey.toString(),
        networkKey: config.interface.networkKey?.reveal(),
        addresses: config.interface.addresses.map(formatPrefix),
      },
      peers: config.peers.map((peer) => ({
        ...peer,
        publicKey: peer.publicKey.toString(),
        presharedKey: peer.presharedKey?.reveal(),
        allowedIps: peer.allowedIps.map(formatPrefix),
      })),
    }
  );
}
