import fc from "fast-check";
import { addressFrom } from "../../src/base/address.js";
import { type ConfiguredEndpoint, parseConfiguredEndpoint } from "../../src/base/endpoint.js";
import { PublicKey, SecretKey } from "../../src/base/keys.js";
import { formatPrefix, type IpPrefix, networkOf } from "../../src/base/prefix.js";
import { isUsablePublicKey } from "../../src/base/public-key.js";
import { type Config, defaultPeerName, type InterfaceConfig, type PeerConfig } from "../../src/config/config.js";
import type { KeyDefinition } from "../../src/config/key-definition.js";
import { INTERFACE_KEYS, PEER_KEYS } from "../../src/config/keys.js";
import { referenceSuite } from "../../src/crypto/reference.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const secretKey = bytes(32)
  .filter((key) => key.some((byte) => byte !== 0))
  .map((key) => new SecretKey(key));

const publicKey = bytes(32)
  .map((key) => key.with(31, (key[31] ?? 0) & 0x7f))
  .filter(isUsablePublicKey)
  .map((key) => new PublicKey(key));

const prefix: fc.Arbitrary<IpPrefix> = fc.oneof(
  fc.record({ address: bytes(4).map(addressFrom), length: fc.nat(32) }),
  fc.record({ address: bytes(16).map(addressFrom), length: fc.nat(128) }).filter(({ address }) => address.family === 6),
);

/** Addresses that no generated prefix of one host names: those have another first byte. */
const ownAddress: fc.Arbitrary<IpPrefix> = fc.oneof(
  fc.record({
    address: bytes(4).map((host) => addressFrom(host.with(0, 10).with(3, (host[3] ?? 0) | 1))),
    length: fc.integer({ min: 8, max: 32 }),
  }),
  fc.record({
    address: bytes(16).map((host) => addressFrom(host.with(0, 0xfd).with(15, (host[15] ?? 0) | 1))),
    length: fc.integer({ min: 8, max: 128 }),
  }),
);

const foreignPrefix = prefix.map(networkOf).filter(({ address }) => address.bytes[0] !== 10 && address.bytes[0] !== 0xfd);

const hostName = fc
  .array(fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/), { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join("."));

const endpoint: fc.Arbitrary<ConfiguredEndpoint> = fc
  .tuple(
    fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((host) => `[${host}]`),
      hostName,
    ),
    fc.integer({ min: 1, max: 65535 }),
  )
  .map(([host, port]) => parseConfiguredEndpoint(`${host}:${port}`))
  .filter((value) => value !== undefined);

/** Text that the key takes as it is. */
function textFor(key: KeyDefinition<string>): fc.Arbitrary<string> {
  return fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
    .map((text) => key.parse(text.trim(), key))
    .filter((text) => typeof text === "string");
}

const interfaceConfig: fc.Arbitrary<InterfaceConfig> = fc
  .record({
    privateKey: secretKey,
    listenPort: fc.nat(65535),
    fwMark: fc.nat(0xffffffff),
    addresses: fc.uniqueArray(ownAddress, { maxLength: 4, selector: ({ address }) => address.bytes.join(".") }),
    mtu: fc.integer({ min: 1280, max: 65535 }),
    networkName: fc.oneof(fc.constant(""), textFor(INTERFACE_KEYS.networkName)),
    networkKey: fc.option(secretKey, { nil: undefined }),
    queues: fc.nat(64),
  })
  .map((config) => ({ ...config, publicKey: new PublicKey(referenceSuite.publicKey(config.privateKey.bytes)) }));

/** One peer; its prefixes and its name are given, since they are unique in a file. */
function peerConfig(name: string | undefined, key: PublicKey, allowedIps: readonly IpPrefix[]): fc.Arbitrary<PeerConfig> {
  return fc.record({
    name: fc.constant(name ?? defaultPeerName(key)),
    publicKey: fc.constant(key),
    presharedKey: fc.option(secretKey, { nil: undefined }),
    allowedIps: fc.constant(allowedIps),
    endpoint: fc.option(endpoint, { nil: undefined }),
    persistentKeepalive: fc.nat(65535),
  });
}

/** Peers that a file may hold together. */
function peerConfigs(count: number): fc.Arbitrary<PeerConfig[]> {
  const keys = fc.uniqueArray(publicKey, { minLength: count, maxLength: count, selector: defaultPeerName });
  const names = fc.uniqueArray(textFor(PEER_KEYS.name), { minLength: count, maxLength: count });
  const prefixes = fc.uniqueArray(foreignPrefix, { minLength: 2 * count, maxLength: 2 * count, selector: formatPrefix });
  return fc
    .tuple(keys, names, prefixes, fc.array(fc.boolean(), { minLength: count, maxLength: count }))
    .chain(([key, name, allowedIps, named]) => {
      const peers = key.map((own, index) =>
        peerConfig(named[index] ? name[index] : undefined, own, allowedIps.slice(2 * index, 2 * index + 2)),
      );
      return fc.tuple(...peers);
    });
}

/** Configs that are valid as a whole, with at least so many peers. */
export function configs(leastPeers: number): fc.Arbitrary<Config> {
  return fc
    .tuple(interfaceConfig, fc.integer({ min: leastPeers, max: leastPeers + 2 }).chain(peerConfigs))
    .map(([own, peers]) => ({ name: "wg0", path: "/etc/tunvpn/wg0.conf", interface: own, peers }));
}
