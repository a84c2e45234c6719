import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REJECT_AFTER_MESSAGES, REKEY_AFTER_MESSAGES } from "../../src/protocol/limits.js";
import { ShimSite } from "./shim-site.js";

/** Rounds in which both work, after which nothing is on its way any more: a datagram takes one. */
const QUIET = 20;

describe("counters at their limits, through the node and the data path", () => {
  let a: ShimSite;
  let b: ShimSite;

  beforeEach(() => {
    a = new ShimSite("a", 1);
    b = new ShimSite("b", 2);
    a.connect(b);
    b.connect(a);
  });
  afterEach(() => {
    a.close();
    b.close();
  });

  async function work(): Promise<void> {
    a.pump();
    b.pump();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async function until(what: () => boolean): Promise<void> {
    for (let rounds = 0; !what(); rounds++) {
      if (rounds > 2000) throw new Error(`never: ${what}`);
      await work();
    }
  }

  /** A session that begins at a counter on both sides; those that follow begin at 0. */
  async function connectAt(counter: number): Promise<void> {
    a.firstCounter = counter;
    b.firstCounter = counter;
    a.input({ type: "connect", peer: 0 });
    await until(() => a.state === "established" && b.state === "established");
    a.firstCounter = 0;
    b.firstCounter = 0;
  }

  async function transmit(packets: number): Promise<void> {
    for (let id = 0; id < packets; id++) await a.transmit(b, id);
    for (let round = 0; round < QUIET; round++) await work();
  }

  function expectNothingLost(): void {
    expect([a.drops("staged"), b.drops("counter"), b.drops("auth"), b.drops("replay")]).toEqual([0, 0, 0, 0]);
  }

  it("2^48 makes another session, and no packet is lost on the way there", async () => {
    await connectAt(REKEY_AFTER_MESSAGES - 14);
    await transmit(8);
    expect([b.delivered, b.inits], "a little before it").toEqual([8, 1]);
    await transmit(20);
    expect([b.delivered, b.inits], "at it").toEqual([28, 2]);
    await transmit(20);
    expect([b.delivered, b.inits], "after it").toEqual([48, 2]);
    expectNothingLost();
  });

  it("2^52 ends sending: what was read along with the last packet is dropped and counted, and later packets wait for the next session", async () => {
    b.hears = 1;
    await connectAt(REJECT_AFTER_MESSAGES - 14);
    await transmit(40);
    const before = b.delivered;
    expect(before).toBeGreaterThan(0);
    expect(before, "keepalive, PING and HELLO took counters too").toBeLessThan(14);
    const late = a.drops("counter");
    await transmit(5);
    expect([b.delivered, a.drops("counter")]).toEqual([before, late]);
    b.hear();
    await until(() => b.delivered === 45 - late);
    expectNothingLost();
  });
});
