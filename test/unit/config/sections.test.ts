import { describe, expect, it } from "vitest";
import { INTERFACE_KEYS, KEYS, PEER_KEYS } from "../../../src/config/keys.js";
import { Findings } from "../../../src/config/problems.js";
import { readSections } from "../../../src/config/sections.js";
import { found, OWN_PRIVATE, PEER_PUBLIC, parse, withInterface, withPeer } from "./sample.js";

function fixes(text: string): string[] {
  return parse(text).problems.map(({ fix }) => fix);
}

describe("sections", () => {
  it("reads values with their lines, in any case", () => {
    const sections = readSections(
      "[INTERFACE]\nlistenport = 7\naddress = 10.0.0.1/24,10.0.1.1\nADDRESS = fd00::1\n[peer]\n[Peer]",
      new Findings(),
    );
    expect(sections.interface?.one(INTERFACE_KEYS.listenPort)).toEqual({ line: 2, value: 7 });
    expect(sections.interface?.all(INTERFACE_KEYS.address).map(({ line }) => line)).toEqual([3, 3, 4]);
    expect(sections.peers.map(({ line }) => line)).toEqual([5, 6]);
  });

  it("splits lists at commas and white space, and joins what / separates", () => {
    const { peers } = readSections("[Peer]\nAllowedIPs = ,10.0.0.0 / 8 fd00::/8,, 10.9.0.0/16 ,", new Findings());
    expect(peers[0]?.all(PEER_KEYS.allowedIps).map(({ value }) => value.length)).toEqual([8, 8, 16]);
  });

  it("keeps # inside commands, and nowhere else", () => {
    const { interface: own } = readSections("[Interface]\nPostUp = echo a # b\nPostUp = echo c\nListenPort = 5 # b", new Findings());
    expect(own?.all(INTERFACE_KEYS.postUp).map(({ value }) => value)).toEqual(["echo a # b", "echo c"]);
    expect(own?.one(INTERFACE_KEYS.listenPort)?.value).toBe(5);
  });

  it("takes empty values where wg-quick does", () => {
    const empty = ["MTU =", "Table =", "DNS =", "Address =", "PostUp =", "[Peer]", `PublicKey = ${PEER_PUBLIC}`, "AllowedIPs ="];
    expect(found(parse(withInterface(...empty)))).toEqual([]);
    expect(found(parse(withPeer("Endpoint = # none")))).toEqual(["5 VALUE_INVALID"]);
    expect(found(parse(withPeer("PersistentKeepalive =")))).toEqual(["5 VALUE_INVALID"]);
  });

  it.each(KEYS.filter((key) => key.arity === "one"))("refuses an empty $name, and says so", (key) => {
    const { problems } = parse(`[${key.section}]\n${key.name} =`);
    const problem = problems.find(({ line }) => line === 2);
    expect(problem?.message).toBe(`${key.name} is empty`);
  });

  it("gives no example of a secret", () => {
    for (const name of ["PrivateKey", "NetworkKey"])
      expect(
        parse(`[Interface]\n${name} =`)
          .problems.map(({ fix }) => fix)
          .join(),
      ).not.toMatch(/[\w+/]{43}=/);
  });

  it("passes over the user's own keys", () => {
    expect(found(parse(withPeer("X-Note = anything at all", "x-note = twice")))).toEqual([]);
  });
});

describe("lines that are no part of the language", () => {
  it.each(["; comment", "PrivateKey", "= 5", "ListenPort 5"])("refuses %s", (line) => {
    expect(found(parse(withPeer(line)))).toEqual(["5 LINE_INVALID"]);
  });

  it("does not show what may be a secret", () => {
    for (const line of [OWN_PRIVATE, `PrivateKey ${OWN_PRIVATE}`, `PrivateKey: ${OWN_PRIVATE}`, `x${OWN_PRIVATE}`]) {
      const parsed = parse(withPeer(line));
      expect(found(parsed)).toEqual(["5 LINE_INVALID"]);
      expect(JSON.stringify(parsed)).not.toContain(OWN_PRIVATE.slice(0, 20));
    }
  });

  it("takes a word for a key up to the length of which no secret is", () => {
    expect(found(parse(withPeer(`${"a".repeat(31)} = 1`)))).toEqual(["5 UNKNOWN_KEY"]);
    expect(found(parse(withPeer(`${"a".repeat(32)} = 1`)))).toEqual(["5 LINE_INVALID"]);
  });

  it("refuses a key before any section, each on its line", () => {
    expect(found(parse(`MTU = 1400\nEndpoint = 192.0.2.1:5\n${withPeer()}`))).toEqual(["1 KEY_OUTSIDE_SECTION", "2 KEY_OUTSIDE_SECTION"]);
    expect(fixes(`MTU = 1400\nEndpoint = 192.0.2.1:5\nNone = 1\n${withPeer()}`)).toEqual([
      "put [Interface] above it",
      "put [Peer] above it",
      "put [Interface] above it",
    ]);
  });
});

describe("section headers", () => {
  it("names the nearest one, and reads on as if it stood there", () => {
    const parsed = parse(`[Interfce]\nPrivateKey = ${OWN_PRIVATE}\nMTU = 1\n[Pear]\nPublicKey = ${PEER_PUBLIC}\n`);
    expect(found(parsed)).toEqual(["1 SECTION_UNKNOWN", "3 VALUE_INVALID", "4 SECTION_UNKNOWN"]);
    expect(parsed.problems.map(({ fix }) => fix)).toMatchObject(["write [Interface]", expect.anything(), "write [Peer]"]);
  });

  it("says nothing about keys of a section that nobody knows", () => {
    const parsed = parse(withPeer("[Gateway]", "Foo = 1", "MTU = 1"));
    expect(found(parsed)).toEqual(["5 SECTION_UNKNOWN"]);
    expect(parsed.problems[0]?.fix).toBe("use [Interface] and [Peer]");
  });

  it("asks for nothing that may be under a header nobody knows", () => {
    expect(found(parse("[Gateway]\nPrivateKey = x"))).toEqual(["1 SECTION_UNKNOWN"]);
  });

  it("does not call a misspelt [Interface] a second one too", () => {
    expect(found(parse(`${withPeer()}\n[Interfaces]`))).toEqual(["5 SECTION_UNKNOWN"]);
  });

  it.each(["[Peer", "[Peer] x", "[Peer]]"])("reads on after %s", (header) => {
    const parsed = parse(withInterface(header, `PublicKey = ${PEER_PUBLIC}`));
    expect(found(parsed)).toEqual(["3 SECTION_MALFORMED"]);
    expect(parsed.problems[0]?.fix).toBe("write [Peer]");
  });

  it("reads on after a header without its first bracket", () => {
    expect(found(parse(withInterface("Peer]", `PublicKey = ${PEER_PUBLIC}`)))).toEqual(["3 LINE_INVALID"]);
  });

  it("refuses a second [Interface] once, not for what it repeats", () => {
    const parsed = parse(`${withPeer()}\n${withInterface("MTU = 1")}`);
    expect(found(parsed)).toEqual(["5 SECTION_REPEATED", "7 VALUE_INVALID"]);
    expect(parsed.problems[0]?.message).toContain("line 1");
  });
});

describe("keys", () => {
  it("names the nearest of the section", () => {
    expect(found(parse(withPeer("Enpoint = 192.0.2.1:5")))).toEqual(["5 UNKNOWN_KEY"]);
    expect(fixes(withPeer("Enpoint = 192.0.2.1:5"))).toEqual(["write Endpoint"]);
    expect(fixes(withPeer("AllowedIP = 10.0.0.0/8"))).toEqual(["write AllowedIPs"]);
    expect(fixes(withInterface("Adress = 10.0.0.1", "[Peer]", `PublicKey = ${PEER_PUBLIC}`))).toEqual(["write Address"]);
  });

  it("names the nearest of the other section when there it is", () => {
    expect(fixes(withPeer("Addres = 10.0.0.1"))).toEqual(["write Address, which belongs in [Interface]"]);
  });

  it("prefers the section it stands in", () => {
    expect(fixes(withPeer("PrivatKey = x"))).toEqual(["write PrivateKey, which belongs in [Interface]"]);
    expect(fixes(withPeer("VLANz = 10"))).toEqual(["write VLANs"]);
    expect(fixes(withInterface("VLANz = 10", "[Peer]", `PublicKey = ${PEER_PUBLIC}`))).toEqual(["write VLAN"]);
  });

  it("lists what there is when nothing is near", () => {
    const [fix = ""] = fixes(withPeer("Colour = blue"));
    for (const key of Object.values(PEER_KEYS)) expect(fix).toContain(key.name);
    expect(fix).not.toContain("ListenPort");
    expect(fix).toContain("X-");
  });

  it("does not miss a required key that is misspelt", () => {
    expect(found(parse(`[Interface]\nPrivateKy = ${OWN_PRIVATE}\n[Peer]\nPublicKy = ${PEER_PUBLIC}`))).toEqual([
      "2 UNKNOWN_KEY",
      "4 UNKNOWN_KEY",
    ]);
  });

  it("does not take a misspelt key for a first one", () => {
    expect(found(parse(withInterface("ListenPort1 = 5", "ListenPort = 5", "[Peer]", `PublicKey = ${PEER_PUBLIC}`)))).toEqual([
      "3 UNKNOWN_KEY",
    ]);
  });

  it("says where a key of the other section belongs", () => {
    const parsed = parse(
      `[Interface]\nPrivateKey = ${OWN_PRIVATE}\nEndpoint = 192.0.2.1:5\n[Peer]\nPublicKey = ${PEER_PUBLIC}\nMTU = 1400`,
    );
    expect(found(parsed)).toEqual(["3 MISPLACED_KEY", "6 MISPLACED_KEY"]);
    expect(parsed.problems[0]?.message).toBe("Endpoint stands in [Interface], but belongs in [Peer]");
    expect(parsed.problems[1]?.fix).toBe("move it to [Interface]");
  });

  it("refuses a second value for a key of one, and names the first line", () => {
    const parsed = parse(withPeer("Endpoint = 192.0.2.1:5", "Endpoint = 192.0.2.2:5", `PublicKey = ${PEER_PUBLIC}`));
    expect(found(parsed)).toEqual(["6 REPEATED_KEY", "7 REPEATED_KEY"]);
    expect(parsed.problems[0]?.message).toContain("line 5");
    expect(parsed.problems[1]?.message).toContain("line 4");
  });

  it("refuses it too when the first value was bad", () => {
    expect(found(parse(withPeer("Endpoint = nowhere", "Endpoint = 192.0.2.2:5")))).toEqual(["5 VALUE_INVALID", "6 REPEATED_KEY"]);
  });

  it("says every bad item of a list", () => {
    expect(found(parse(withPeer("AllowedIPs = 10.0.0.0/33, 10.0.0.0/8, x")))).toEqual(["5 VALUE_INVALID", "5 VALUE_INVALID"]);
  });

  it("gives the values and an example as the fix", () => {
    expect(fixes(withPeer("PersistentKeepalive = often"))).toEqual(["write 1–65535, or 0 or off, such as PersistentKeepalive = 25"]);
  });
});
