import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/base/time.js";
import { quickSuite } from "../../sim/suite.js";
import { twoSites } from "../../sim/two-sites.js";
import { World } from "../../sim/world.js";

describe("an answer", () => {
  it("counts for 10 s", () => {
    twoSites({}, ({ world, a, b }) => {
      a.input({ type: "unknown-index", source: b.address });
      world.delay(world.match("RESP"), 9.9 * SECOND);
      world.run(10 * SECOND);
      expect(a.link("b").state).toBe("established");
    });
  });

  it.each(["in time for its deadline", "late for its deadline"])("does not count after 10 s, when the node is %s", (promptness) => {
    twoSites({}, ({ world, a, b }) => {
      a.input({ type: "unknown-index", source: b.address });
      world.drop(world.match("RESP"));
      world.run(9 * SECOND);
      const [response] = world.sentBy(b, "RESP");
      world.now += SECOND;
      if (promptness.startsWith("in time")) world.run(0);
      a.receive(response?.bytes ?? new Uint8Array(), b.address);
      world.step();
      expect(a.plane.sessions.size).toBe(0);
      expect(a.node.drops().get("index")).toBe(1);
    });
  });

  it("to the younger of two handshakes counts after the older one was forgotten", () => {
    twoSites({}, ({ world, a }) => {
      world.drop(world.match("RESP"), 6);
      world.delay(world.match("RESP"), 7 * SECOND, 1);
      world.drop(world.match("RESP"));
      a.transmit("b");
      world.run(26 * SECOND);
      expect(a.link("b").state).toBe("established");
    });
  });

  it("to the older of two handshakes is as good, and ends the other", () => {
    twoSites({}, ({ world, a, b }) => {
      world.delay(world.match("RESP"), 1.5 * SECOND, 1);
      world.delay(world.match("RESP"), 5 * SECOND, 1);
      a.transmit("b");
      world.run(10 * SECOND);
      expect(world.sentBy(b, "RESP")).toHaveLength(2);
      expect(a.link("b").state).toBe("established");
      expect([...a.plane.sessions.keys()]).toEqual([world.sentBy(a, "INIT")[0]].map((init) => indexOf(init?.bytes)));
      expect(a.node.drops().get("index")).toBe(1);
    });
  });

  it("to the oldest of three handshakes comes too late: two are kept", () => {
    twoSites({}, ({ world, a }) => {
      world.delay(world.match("RESP"), 2.9 * SECOND, 1);
      world.drop(world.match("RESP"), 2);
      a.transmit("b");
      world.run(3.9 * SECOND);
      expect(world.sentBy(a, "INIT")).toHaveLength(3);
      expect(a.plane.sessions.size).toBe(0);
      expect(a.node.drops().get("index")).toBe(1);
    });
  });

  it("that was damaged is dropped, and the true one taken", () => {
    twoSites({}, ({ world, a, b }) => {
      world.delay(world.match("RESP"), 100, 1);
      a.transmit("b");
      world.run(20);
      const [response] = world.sentBy(b, "RESP");
      const damaged = (response?.bytes ?? new Uint8Array()).map((byte, at) => (at === 50 ? byte ^ 1 : byte));
      world.inject(damaged, b.address, a.address);
      world.run(10);
      expect(a.link("b")).toMatchObject({ state: "handshaking", reason: undefined });
      world.run(SECOND);
      expect(a.node.drops().get("mac1")).toBe(1);
      expect(a.link("b").state).toBe("established");
      expect(world.sentBy(a, "INIT")).toHaveLength(1);
    });
  });
});

describe("the ephemeral key of an INIT", () => {
  it("is wiped after 10 s without an answer, or when a third INIT goes out", () => {
    const keys: Uint8Array[] = [];
    const publicKey = (key: Uint8Array) => {
      keys.push(key);
      return quickSuite.publicKey(key);
    };
    const world = new World({ seed: 1, sites: { a: { peers: { b: {} } }, b: { peers: {} } }, suite: { ...quickSuite, publicKey } });
    const a = world.site("a");
    const isWiped = () => keys.map((key) => key.every((byte) => byte === 0));
    a.input({ type: "unknown-index", source: world.site("b").address });
    world.run(5 * SECOND);
    a.input({ type: "unknown-index", source: world.site("b").address });
    world.run(4.9 * SECOND);
    expect(isWiped()).toEqual([false, false]);
    world.run(0.1 * SECOND);
    expect(isWiped()).toEqual([true, false]);
    world.run(5 * SECOND);
    expect(isWiped()).toEqual([true, true]);
    a.transmit("b");
    world.run(2.9 * SECOND);
    expect(isWiped()).toEqual([true, true, true, false, false]);
  });
});

function indexOf(message: Uint8Array | undefined): number {
  return message ? new DataView(message.buffer, message.byteOffset).getUint32(4, true) : 0;
}
