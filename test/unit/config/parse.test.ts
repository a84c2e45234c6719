import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/parse.js";
import { found, OTHER_PUBLIC, OWN_PRIVATE, OWN_PUBLIC, PEER_PUBLIC, PSK, parse, plain, source, withInterface, withPeer } from "./sample.js";

describe("parseConfig", () => {
  it("reads everything that takes effect", () => {
    const text = [
      "\u{feff}[interface]",
      `PrivateKey = ${OWN_PRIVATE}`,
      "ListenPort = 51820 # ours",
      "FwMark = 0x6d",
      "Address = 10.0.0.1/24, fd00::1/64",
      "Address = 10.0.1.1",
      "MTU = 1400",
      "NetworkName = head office",
      `NetworkKey = ${PSK}`,
      "Queues = 2",
      "[PEER]",
      "Name = branch",
      `PublicKey = ${PEER_PUBLIC}`,
      `PresharedKey = ${PSK}`,
      "AllowedIPs = 10.0.0.2/32, 10.2.0.7/24",
      "Endpoint = [2001:db8::1]:51820",
      "PersistentKeepalive = 25",
    ].join("\r\n");
    const { config, problems, unsupported } = parse(text);
    expect(problems).toEqual([]);
    expect(unsupported).toEqual([]);
    expect(plain(config)).toEqual({
      name: "wg0",
      path: "/etc/tunvpn/wg0.conf",
      interface: {
        privateKey: OWN_PRIVATE,
        publicKey: OWN_PUBLIC,
        listenPort: 51820,
        fwMark: 0x6d,
        addresses: ["10.0.0.1/24", "fd00::1/64", "10.0.1.1/32"],
        mtu: 1400,
        networkName: "head office",
        networkKey: PSK,
        queues: 2,
      },
      peers: [
        {
          name: "branch",
          publicKey: PEER_PUBLIC,
          presharedKey: PSK,
          allowedIps: ["10.0.0.2/32", "10.2.0.0/24"],
          endpoint: { host: "2001:db8::1", port: 51820 },
          persistentKeepalive: 25,
        },
      ],
    });
  });

  it("has a default for everything but the keys", () => {
    expect(plain(parse(withPeer()).config)).toMatchObject({
      interface: { listenPort: 0, fwMark: 0, addresses: [], mtu: 1420, networkName: "", networkKey: undefined, queues: 0 },
      peers: [{ name: PEER_PUBLIC.slice(0, 8), presharedKey: undefined, allowedIps: [], endpoint: undefined, persistentKeepalive: 0 }],
    });
  });

  it("takes a keepalive for a peer that has to call first", () => {
    expect(found(parse(withPeer("PersistentKeepalive = 25")))).toEqual([]);
  });

  it("takes [Peer] before [Interface], and keeps the order of peers", () => {
    const { config } = parse(`[Peer]\nPublicKey = ${OTHER_PUBLIC}\n${withPeer()}`);
    expect(config?.peers.map(({ publicKey }) => String(publicKey))).toEqual([OTHER_PUBLIC, PEER_PUBLIC]);
  });

  it("warns of a file without peers, and takes it", () => {
    const parsed = parse(withInterface());
    expect(found(parsed)).toEqual(["0 NO_PEERS?"]);
    expect(parsed.config).toBeDefined();
  });

  it("wants an [Interface] with a private key, and a public key a peer", () => {
    expect(found(parse(""))).toEqual(["0 SECTION_MISSING", "0 NO_PEERS?"]);
    expect(found(parse("[Interface]\n[Peer]\n\n[Peer]"))).toEqual(["1 MISSING_KEY", "2 MISSING_KEY", "4 MISSING_KEY"]);
    expect(parse("[Interface]\n[Peer]").problems.map(({ message }) => message)).toEqual([
      "[Interface] has no PrivateKey",
      "[Peer] has no PublicKey",
    ]);
  });

  it("does not call a key missing that is there and wrong", () => {
    expect(found(parse("[Interface]\nPrivateKey = x\n[Peer]\nPublicKey ="))).toEqual(["2 KEY_MALFORMED", "4 KEY_MALFORMED"]);
  });

  it("gives no config with an error, and one with warnings", () => {
    expect(parse(withPeer("Colour = blue")).config).toBeUndefined();
    expect(parse(withPeer("AllowedIPs = 10.0.0.0/8, 10.0.0.0/8")).config).toBeDefined();
  });

  it("reports in the order of the file", () => {
    const parsed = parse(`[Interface]\nMTU = 1\nAddress = 10.0.0.1\nAddress = 10.0.0.1\n[Peer]\nNope\n[Peer]\nPublicKey = ${PEER_PUBLIC}`);
    expect(found(parsed)).toEqual(["1 MISSING_KEY", "2 VALUE_INVALID", "4 ADDRESS_REPEATED", "5 MISSING_KEY", "6 LINE_INVALID"]);
  });

  it.each(["", "a-name-of-16-chars", "head office", "a/b", ".", ".."])("refuses the interface name %j", (name) => {
    const parsed = parseConfig(withPeer(), source({}, name));
    expect(found(parsed)).toEqual(["0 IF_NAME_INVALID"]);
    expect(parsed.config).toBeUndefined();
  });

  it.each(["a", "site-a", "abcdefghijklmno", "x_=+.-9"])("takes the interface name %s", (name) => {
    expect(parseConfig(withPeer(), source({}, name)).config?.name).toBe(name);
  });

  it("never shows a secret in what it reports", () => {
    const parsed = parse(
      `[Interface]\nPrivateKey = ${OWN_PRIVATE}x\nListenPort = ${OWN_PRIVATE}\nPrivateKeyFile = ${OWN_PRIVATE}\n[${OWN_PRIVATE}]`,
    );
    expect(parsed.problems.length).toBeGreaterThan(3);
    expect(JSON.stringify(parsed)).not.toContain(OWN_PRIVATE.slice(0, 12));
  });
});

describe("settings without effect", () => {
  const lacking = (text: string) => parse(text).unsupported.map(({ line, key }) => `${line} ${key}`);

  it.each([
    "Mode = tap",
    "DNS = 10.0.0.53",
    "Table = off",
    "Table = 1234",
    "PreUp = a",
    "PostUp = a",
    "PreDown = a",
    "PostDown = a",
    "SaveConfig = true",
    "MAC = 02:00:5e:10:00:01",
    "Bridge = br0",
    "VLAN = 10",
    "Forward = true",
    "Pass = stp, lldp",
    "Metrics = 127.0.0.1:9586",
  ])("names [Interface] %s once, and still reads the file", (line) => {
    const parsed = parse(withInterface(line, "[Peer]", `PublicKey = ${PEER_PUBLIC}`));
    expect(parsed.unsupported).toEqual([{ line: 3, key: line.split(" ")[0], reason: expect.stringMatching(/\w/) }]);
    expect(parsed.problems).toEqual([]);
    expect(parsed.config).toBeDefined();
  });

  it.each([
    "AllowedIPs = 0.0.0.0/0",
    "AllowedIPs = 10.0.0.0/8, ::/0, 0.0.0.0/0",
    "VLANs = 10, 20-29",
    "MACs = 02:00:5e:10:00:02",
    "MACLimit = 5",
    "MACMove = free",
    "Serves = dhcp, ra",
    "BroadcastRate = 5",
  ])("names [Peer] %s once, and still reads the file", (line) => {
    const parsed = parse(withPeer(line));
    expect(parsed.unsupported).toEqual([{ line: 5, key: line.split(" ")[0], reason: expect.stringMatching(/\w/) }]);
    expect(parsed.config).toBeDefined();
  });

  it("names each line", () => {
    expect(lacking(withInterface("PostUp = a", "PostUp = b", "DNS = 10.0.0.53", "[Peer]", `PublicKey = ${PEER_PUBLIC}`))).toEqual([
      "3 PostUp",
      "4 PostUp",
      "5 DNS",
    ]);
  });

  it.each(["Mode = tun", "Table = auto", "SaveConfig = false", "Forward = false", "DNS =", "PostUp ="])(
    "has nothing against %s",
    (line) => {
      expect(lacking(withInterface(line))).toEqual([]);
    },
  );

  it("has nothing against other prefixes", () => {
    expect(lacking(withPeer("AllowedIPs = 0.0.0.0/1, 128.0.0.0/1, ::/1"))).toEqual([]);
  });

  it("checks the values all the same", () => {
    expect(found(parse(withInterface("DNS = 10.0.0", "Mode = fast", "[Peer]", `PublicKey = ${PEER_PUBLIC}`, "Serves = tftp")))).toEqual([
      "3 VALUE_INVALID",
      "4 VALUE_INVALID",
      "7 VALUE_INVALID",
    ]);
  });
});
