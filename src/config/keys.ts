import { isDefaultRoute } from "../base/prefix.js";
import type { KeyDefinition } from "./key-definition.js";
import { privateKey, publicKey, sharedKey } from "./key-values.js";
import {
  configuredEndpoint,
  hardwareAddress,
  interfaceAddress,
  interfaceName,
  listeningAddress,
  nameServerOrDomain,
  network,
} from "./network-values.js";
import { command, filePath, firewallMark, integer, networkName, orOff, peerName, routingTable, vlanRange, word } from "./values.js";

/** Every key of the language, each declared once. */

const ETHERNET = { reason: "Ethernet frames are not carried yet" };

export const INTERFACE_KEYS = {
  privateKey: forInterface("PrivateKey", "one", privateKey, {
    about: "This node's secret, from `tunvpn genkey` or `wg genkey`. Required, unless PrivateKeyFile is given.",
    values: "44 characters of base64",
    example: "EAkQvY3F2a9g2kjO9Zg8daJECzOH2ayVxLzxLqyahVA=",
    wgQuick: true,
  }),
  privateKeyFile: forInterface("PrivateKeyFile", "one", filePath, {
    about: "A file that holds the private key, so that this one holds no secret.",
    values: "a path, relative to this file's directory",
    example: "/etc/tunvpn/private.key",
    wgQuick: false,
  }),
  listenPort: forInterface("ListenPort", "one", integer(0, 65535), {
    about: "The UDP port to listen on; 0, as without the key, takes any free one.",
    values: "0–65535",
    example: "51820",
    wgQuick: true,
  }),
  fwMark: forInterface("FwMark", "one", firewallMark, {
    about: "The mark on the tunnel's own UDP packets, for policy routing and firewalls.",
    values: "a number of 32 bits, decimal or after 0x, or off",
    example: "0x6d",
    wgQuick: true,
  }),
  address: forInterface("Address", "list", interfaceAddress, {
    about: "The interface's addresses, each with its network's length; without one, the host alone.",
    values: "ADDRESS or ADDRESS/LENGTH, any number of them",
    example: "10.0.0.1/24, fd00::1/64",
    wgQuick: true,
  }),
  mtu: forInterface("MTU", "optional", integer(576, 65535), {
    about: "The largest packet inside the tunnel, in bytes; 1420 without the key. IPv6 needs 1280.",
    values: "576–65535",
    example: "1420",
    wgQuick: true,
  }),
  networkName: forInterface("NetworkName", "one", networkName, {
    about: "Both ends must give the same name, or none, before they talk: it keeps two networks with the same keys apart.",
    values: "up to 64 bytes of UTF-8",
    example: "head-office",
    wgQuick: false,
  }),
  networkKey: forInterface("NetworkKey", "one", sharedKey, {
    about: "A secret shared by the whole network: without it nobody gets an answer, not even one who knows the public keys.",
    values: "44 characters of base64",
    example: "s/zkulBQV7FSDCze4qi3tEsuFbiXDMfhC7HrsSBH2pw=",
    wgQuick: false,
  }),
  queues: forInterface("Queues", "one", integer(1, 64), {
    about:
      "Queues of the interface and sockets of the tunnel, each with a thread; without the key, one for every two processors, at most 8.",
    values: "1–64",
    example: "2",
    wgQuick: false,
  }),
  mode: forInterface("Mode", "one", word("tun", "tap"), {
    about: "Carry IP packets (tun, as without the key) or Ethernet frames (tap).",
    values: "tun or tap",
    example: "tun",
    wgQuick: false,
    lacking: { ...ETHERNET, harmless: (mode) => mode === "tun" },
  }),
  dns: forInterface("DNS", "list", nameServerOrDomain, {
    about: "Name servers and search domains to use while the interface is up.",
    values: "addresses and domains, any number of them",
    example: "10.0.0.53, corp.example.com",
    wgQuick: true,
    lacking: { reason: "name resolution is left as it is" },
  }),
  table: forInterface("Table", "optional", routingTable, {
    about: "The table that the routes go to: auto, as without the key, is the main one; off makes no routes.",
    values: "auto, off or the number of a table",
    example: "auto",
    wgQuick: true,
    lacking: { reason: "routes go to the main table alone", harmless: (table) => table === "auto" },
  }),
  preUp: hook("PreUp", "A shell command before the interface is made; %i is its name.", "ip rule add fwmark 0x6d table 1234"),
  postUp: hook(
    "PostUp",
    "A shell command once the interface is up.",
    "nft add rule inet filter forward iifname %i accept # from the tunnel",
  ),
  preDown: hook("PreDown", "A shell command before the interface goes down.", "logger '%i goes down'"),
  postDown: hook("PostDown", "A shell command once the interface is gone.", "ip rule delete fwmark 0x6d table 1234"),
  saveConfig: forInterface("SaveConfig", "one", word("true", "false"), {
    about: "Write the state of the interface back to this file when it goes down.",
    values: "true or false",
    example: "false",
    wgQuick: true,
    lacking: { reason: "the file is never written", harmless: (save) => save === "false" },
  }),
  mac: forInterface("MAC", "one", hardwareAddress, {
    about: "The hardware address of a tap interface; without the key, one made from the public key.",
    values: "six bytes in hexadecimal, of a station",
    example: "02:00:5e:10:00:01",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  bridge: forInterface("Bridge", "one", interfaceName, {
    about: "The bridge that a tap interface becomes a port of; made if it is missing.",
    values: "the name of an interface",
    example: "br0",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  vlan: forInterface("VLAN", "one", integer(1, 4094), {
    about: "The VLAN of the bridge that a tap interface is an access port of.",
    values: "1–4094",
    example: "10",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  forward: forInterface("Forward", "one", word("true", "false"), {
    about: "Turn on forwarding between this interface and the host's others while it is up.",
    values: "true or false",
    example: "true",
    wgQuick: false,
    lacking: { reason: "forwarding is left as it is", harmless: (forward) => forward === "false" },
  }),
  pass: forInterface("Pass", "list", word("stp", "lacp", "eapol", "lldp"), {
    about: "Protocols of a single link that a tap interface carries all the same.",
    values: "stp, lacp, eapol, lldp, any of them",
    example: "lldp",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  metrics: forInterface("Metrics", "one", listeningAddress, {
    about: "Where to serve the metrics over HTTP, besides the control socket.",
    values: "ADDRESS:PORT",
    example: "127.0.0.1:9586",
    wgQuick: false,
    lacking: { reason: "metrics are not served over TCP" },
  }),
};

export const PEER_KEYS = {
  name: forPeer("Name", "one", peerName, {
    about: "What the peer is called in every output; without the key, the first 8 characters of its public key.",
    values: "up to 63 printable characters",
    example: "branch",
    wgQuick: false,
  }),
  publicKey: forPeer("PublicKey", "one", publicKey, {
    about: "The peer's identity, from `tunvpn pubkey` or `wg pubkey` on its side. Required.",
    values: "44 characters of base64",
    example: "ls8KRpFhjc5AUiBqpijWtxi3ZTnS0cU0ESGj1Tk1yEU=",
    wgQuick: true,
  }),
  presharedKey: forPeer("PresharedKey", "one", sharedKey, {
    about: "A secret that only this peer shares, from `tunvpn genpsk` or `wg genpsk`: a hedge against quantum computers.",
    values: "44 characters of base64",
    example: "umP4hOg45fpxZM1gwJXBYGMmM4A6a7Rqtb5RxDcN+tU=",
    wgQuick: true,
  }),
  presharedKeyFile: forPeer("PresharedKeyFile", "one", filePath, {
    about: "A file that holds the pre-shared key.",
    values: "a path, relative to this file's directory",
    example: "branch.psk",
    wgQuick: false,
  }),
  allowedIps: forPeer("AllowedIPs", "list", network, {
    about: "What is sent to the peer and accepted from it. Host bits are masked; a prefix belongs to one peer.",
    values: "ADDRESS or PREFIX/LENGTH, any number of them",
    example: "10.0.0.2/32, 10.2.0.0/24",
    wgQuick: true,
    lacking: { reason: "a default route is not made yet", harmless: (prefix) => !isDefaultRoute(prefix) },
  }),
  endpoint: forPeer("Endpoint", "one", configuredEndpoint, {
    about: "Where to reach the peer; without it, the peer has to call first. It follows the peer when that moves.",
    values: "ADDRESS:PORT, [ADDRESS]:PORT or NAME:PORT",
    example: "vpn.example.com:51820",
    wgQuick: true,
  }),
  persistentKeepalive: forPeer("PersistentKeepalive", "one", orOff(integer(0, 65535)), {
    about: "Send something this often, in seconds, to keep the session and the way through a NAT open.",
    values: "1–65535, or 0 or off",
    example: "25",
    wgQuick: true,
  }),
  vlans: forPeer("VLANs", "list", vlanRange, {
    about: "The VLANs that the peer may use, tagged, over a tap interface.",
    values: "1–4094 and ranges of them, any number",
    example: "10, 20-29",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  macs: forPeer("MACs", "list", hardwareAddress, {
    about: "The only hardware addresses that the peer may use.",
    values: "hardware addresses, any number of them",
    example: "02:00:5e:10:00:02",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  macLimit: forPeer("MACLimit", "one", integer(1, 65535), {
    about: "How many hardware addresses are learned from the peer.",
    values: "1–65535",
    example: "128",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  macMove: forPeer("MACMove", "one", word("protect", "free"), {
    about: "Whether the peer may take over a hardware address in use elsewhere (free) or not (protect).",
    values: "protect or free",
    example: "protect",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  serves: forPeer("Serves", "list", word("dhcp", "ra"), {
    about: "Services that the peer may offer to this side: DHCP, router advertisements.",
    values: "dhcp, ra, any of them",
    example: "dhcp",
    wgQuick: false,
    lacking: ETHERNET,
  }),
  broadcastRate: forPeer("BroadcastRate", "one", orOff(integer(0, 1_000_000)), {
    about: "Broadcast frames a second accepted from the peer.",
    values: "1–1000000, or 0 or off for no limit",
    example: "100",
    wgQuick: false,
    lacking: ETHERNET,
  }),
};

/** The same in the order of the documentation. */
export const KEYS: readonly KeyDefinition<unknown>[] = [...Object.values(INTERFACE_KEYS), ...Object.values(PEER_KEYS)];

type Rest<Value> = Omit<KeyDefinition<Value>, "name" | "section" | "arity" | "parse">;

function forInterface<Value>(
  name: string,
  arity: KeyDefinition<Value>["arity"],
  parse: KeyDefinition<Value>["parse"],
  rest: Rest<Value>,
): KeyDefinition<Value> {
  return { name, section: "Interface", arity, parse, ...rest };
}

function forPeer<Value>(
  name: string,
  arity: KeyDefinition<Value>["arity"],
  parse: KeyDefinition<Value>["parse"],
  rest: Rest<Value>,
): KeyDefinition<Value> {
  return { name, section: "Peer", arity, parse, ...rest };
}

function hook(name: string, about: string, example: string): KeyDefinition<string> {
  const rest = { about, values: "a command, any number of lines", example, wgQuick: true, lacking: { reason: "commands are not run" } };
  return forInterface(name, "command", command, rest);
}
