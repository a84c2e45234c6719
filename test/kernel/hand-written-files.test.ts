import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { scenario } from "./lab/scenario.js";

const UNDERLAY = {
  IPv4: { length: 24, a: "192.0.2.1", b: "192.0.2.2", endpointOfA: "192.0.2.1:51820", endpointOfB: "192.0.2.2:51821" },
  IPv6: { length: 64, a: "2001:db8::1", b: "2001:db8::2", endpointOfA: "[2001:db8::1]:51820", endpointOfB: "[2001:db8::2]:51821" },
};

for (const [family, outer] of Object.entries(UNDERLAY)) {
  scenario(`two files written by hand in wg-quick's words join two machines over ${family}, each time they come up`, async ({ lab }) => {
    const [a, b] = [await lab.machine("a"), await lab.machine("b")];
    await lab.cable(
      { machine: a, device: "eth0", addresses: [`${outer.a}/${outer.length}`] },
      { machine: b, device: "eth0", addresses: [`${outer.b}/${outer.length}`] },
    );
    const privateOfA = (await a.tunvpn.must("genkey")).trim();
    const privateOfB = (await b.tunvpn.must("genkey")).trim();
    const psk = (await a.tunvpn.must("genpsk")).trim();
    const publicOf = async (key: string) => (await a.tunvpn.run(["pubkey"], { input: `${key}\n` })).stdout.trim();
    const atA = await a.write(
      "office.conf",
      `[Interface]
PrivateKey = ${privateOfA}
ListenPort = 51820
Address = 10.30.0.1/24
Address = fd30::1/64

[Peer]
# the branch
PublicKey = ${await publicOf(privateOfB)}
PresharedKey = ${psk}
Endpoint = ${outer.endpointOfB}
AllowedIPs = 10.30.0.2/32, fd30::2/128
`,
    );
    const atB = await b.write(
      "branch.conf",
      `[interface]
privatekey=${privateOfB}
listenport=51821
address=10.30.0.2/24, fd30::2/64
[peer]
publickey=${await publicOf(privateOfA)}
presharedkey=${psk}
endpoint=${outer.endpointOfA}
allowedips=10.30.0.1/32,fd30::1/128
persistentkeepalive=25
`,
    );
    const written = [await readFile(atA, "utf8"), await readFile(atB, "utf8")];

    for (const round of ["first", "second"]) {
      expect(await a.tunvpn.up(atA), `${round} start at a`).toEqual([]);
      expect(await b.tunvpn.up(atB), `${round} start at b`).toEqual([]);
      expect(await a.reaches("10.30.0.2"), "IPv4 from a").toBe(true);
      expect(await b.reaches("10.30.0.1"), "IPv4 from b").toBe(true);
      expect(await a.reaches("fd30::2"), "IPv6 from a").toBe(true);
      expect(await b.reaches("fd30::1"), "IPv6 from b").toBe(true);
      const peer = await a.tunvpn.peer("office");
      expect(peer).toMatchObject({ state: "established", endpoint: outer.endpointOfB, presharedKey: true, lastError: null });
      await a.tunvpn.down(atA);
      await b.tunvpn.down(atB);
    }
    expect([await readFile(atA, "utf8"), await readFile(atB, "utf8")]).toEqual(written);
  });
}
