import { expect } from "vitest";
import type { Machine } from "./lab/machine.js";
import { INNER, makePair, OUTER, PORT } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

const FIREWALL =
  "add table inet wall; add chain inet wall out { type filter hook output priority 0; }; add rule inet wall out udp dport 51820 drop";

/** What keeps a from sending, how it ends, and what the status says of it. */
const CAUSES = [
  {
    title: "a local firewall drops",
    begin: (machine: Machine) => machine.must(["nft", FIREWALL]),
    end: (machine: Machine) => machine.must(["nft", "delete table inet wall"]),
    error: "EPERM",
    code: "BLOCKED_HERE",
    fix: "nft list ruleset",
  },
  {
    title: "a route prohibits",
    begin: (machine: Machine) => machine.ip(`route add prohibit ${OUTER[4].b}`),
    end: (machine: Machine) => machine.ip(`route del prohibit ${OUTER[4].b}`),
    error: "EACCES",
    code: "BLOCKED_HERE",
    fix: "ip route get",
  },
  {
    title: "no route leads anywhere",
    begin: (machine: Machine) => machine.ip(`addr del ${OUTER[4].a}/24 dev eth0`),
    end: (machine: Machine) => machine.ip(`addr add ${OUTER[4].a}/24 dev eth0`),
    error: "ENETUNREACH",
    code: "NO_ROUTE",
    fix: "ip route get",
  },
  {
    title: "a route says unreachable",
    begin: (machine: Machine) => machine.ip(`route add unreachable ${OUTER[4].b}`),
    end: (machine: Machine) => machine.ip(`route del unreachable ${OUTER[4].b}`),
    error: "EHOSTUNREACH",
    code: "NO_ROUTE",
    fix: "ip route get",
  },
  {
    title: "a route is a black hole",
    begin: (machine: Machine) => machine.ip(`route add blackhole ${OUTER[4].b}`),
    end: (machine: Machine) => machine.ip(`route del blackhole ${OUTER[4].b}`),
    error: "EINVAL",
    code: "SEND_FAILED",
    fix: "ip route get",
  },
];

for (const { title, begin, end, error, code, fix } of CAUSES) {
  scenario(`where ${title}, the status and the log say ${code} (${error}), the latter once, until there is a link`, async ({ lab }) => {
    const { a, b } = await makePair(lab);
    await b.up();
    await a.up();
    await begin(a.machine);
    expect(await a.machine.reaches(INNER[4].b, "-W", "1")).toBe(false);
    const { lastError } = await a.peerBecomes("has an error", (peer) => peer.lastError !== null);
    expect(lastError).toMatchObject({
      code,
      message: expect.stringContaining(`${OUTER[4].b}:${PORT} (${error})`),
      fix: expect.stringContaining(fix),
    });
    // A second INIT at least: what is told once is told of several.
    expect(await a.machine.reaches(INNER[4].b, "-W", "2")).toBe(false);
    const told = a.machine.tunvpn
      .log(a.name)
      .split("\n")
      .filter((line) => line.includes(code));
    expect(told.map((line) => JSON.parse(line))).toMatchObject([{ level: "warn", code, fix: lastError?.fix, msg: lastError?.message }]);
    await end(a.machine);
    const mended = await a.peerBecomes("is connected", ({ state }) => state === "established");
    expect(mended.lastError).toBeNull();
  });
}

scenario("a side of another version is told apart from one that does not answer", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  await a.up();
  const init = Buffer.alloc(144);
  init.set([1, 2]);
  await b.machine.must(["socat", "-u", "STDIN", `UDP4-SENDTO:${OUTER[4].a}:${PORT},sourceport=${PORT}`], { input: init });
  const { lastError, state } = await a.peerBecomes("has an error", (peer) => peer.lastError !== null);
  expect({ code: lastError?.code, state }).toEqual({ code: "VERSION_DIFFERS", state: "idle" });
  expect(lastError?.message).toContain("version 2");
  expect((await a.status()).drops.version).toBe(1);
});
