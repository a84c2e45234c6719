import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { spoiledTransfers } from "./lab/bulk.js";
import { damageIn } from "./lab/damage.js";
import { fragmentCounters } from "./lab/kernel-counters.js";
import { INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

const BYTES = randomBytes(4 << 20);
/** Of the cable: more than 8900 bytes and what sealing adds over IPv6. */
const JUMBO = 9216;
const ICMP = { 4: 20 + 8, 6: 40 + 8 };
const NO_FRAGMENTS = Object.fromEntries(
  ["Ip.", "Ip6"].flatMap((protocol) => ["FragOKs", "FragCreates", "ReasmReqds"].map((name) => [protocol + name, 0])),
);

interface Links {
  /** MTUs of the interfaces. */
  readonly a: number;
  readonly b: number;
  readonly underlay: 4 | 6;
  readonly cable: number;
}

const LINKS: readonly Links[] = [
  { a: 8900, b: 8900, underlay: 4, cable: JUMBO },
  { a: 8900, b: 8900, underlay: 6, cable: JUMBO },
  { a: 1280, b: 1280, underlay: 4, cable: 1500 },
  { a: 1280, b: 1420, underlay: 6, cable: 1500 },
];

for (const { a: mtuA, b: mtuB, underlay, cable } of LINKS) {
  scenario(
    `with MTUs of ${mtuA} and ${mtuB} over IPv${underlay} TCP and UDP pass whole both ways, and nothing is fragmented`,
    async ({ lab }) => {
      const { a, b } = await makePair(lab, { a: withMtu(mtuA), b: withMtu(mtuB) }, underlay);
      for (const { machine } of [a, b]) await machine.ip(`link set eth0 mtu ${cable}`);
      await b.up();
      await a.up("--wait");
      expect([(await a.status()).mtu, (await b.status()).mtu]).toEqual([mtuA, mtuB]);
      for (const family of [4, 6] as const) {
        // The answer is as long.
        const full = ["-M", "do", "-s", String(Math.min(mtuA, mtuB) - ICMP[family])];
        expect(await a.machine.reaches(INNER[family].b, ...full), `IPv${family} from a`).toBe(true);
        expect(await b.machine.reaches(INNER[family].a, ...full), `IPv${family} from b`).toBe(true);
      }
      const ends = { a: a.machine, b: b.machine, addresses: INNER };
      expect(await spoiledTransfers(lab, BYTES, ends, { toA: mtuB, toB: mtuA })).toEqual([]);
      for (const end of [a, b]) {
        expect(await fragmentCounters(end.machine), `fragments at ${end.name}`).toEqual(NO_FRAGMENTS);
        expect(damageIn((await end.status()).drops)).toEqual({});
        expect((await end.peer()).state).toBe("established");
      }
    },
  );
}

function withMtu(mtu: number) {
  return { interface: { MTU: String(mtu) } };
}
