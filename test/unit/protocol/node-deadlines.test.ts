import { describe, expect, it } from "vitest";
import { DeadlineQueue, Deadlines } from "../../../src/protocol/deadlines.js";

describe("the deadlines of one owner", () => {
  it("are none at first", () => {
    const deadlines = new Deadlines<"a">();
    expect(deadlines.next()).toBeUndefined();
    expect(deadlines.takeDue(Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it("come due at their time, earliest first, once", () => {
    const deadlines = new Deadlines<"a" | "b" | "c">();
    deadlines.set("a", 30);
    deadlines.set("b", 20);
    deadlines.set("c", 31);
    expect(deadlines.next()).toBe(20);
    expect(deadlines.takeDue(19)).toEqual([]);
    expect(deadlines.takeDue(30)).toEqual(["b", "a"]);
    expect(deadlines.takeDue(30)).toEqual([]);
    expect(deadlines.next()).toBe(31);
  });

  it("are set anew, no later, or cleared", () => {
    const deadlines = new Deadlines<"a">();
    deadlines.set("a", 10);
    deadlines.set("a", 20);
    expect(deadlines.next()).toBe(20);
    deadlines.setNoLater("a", 25);
    expect(deadlines.next()).toBe(20);
    deadlines.setNoLater("a", 15);
    expect(deadlines.next()).toBe(15);
    expect(deadlines.has("a")).toBe(true);
    deadlines.clear("a");
    expect([deadlines.has("a"), deadlines.next()]).toEqual([false, undefined]);
    deadlines.setNoLater("a", 40);
    expect(deadlines.next()).toBe(40);
  });
});

describe("the earliest deadline of many owners", () => {
  it("is an owner's newest word, be it earlier, later or none", () => {
    const queue = new DeadlineQueue<number>();
    queue.set(1, 10);
    queue.set(2, 20);
    queue.set(1, 30);
    expect(queue.next()).toBe(20);
    queue.set(1, 5);
    expect(queue.next()).toBe(5);
    queue.set(1, undefined);
    expect(queue.next()).toBe(20);
    queue.set(2, undefined);
    expect(queue.next()).toBeUndefined();
    queue.set(2, undefined);
    expect(queue.takeDue(Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  it("is taken once it is due, once", () => {
    const queue = new DeadlineQueue<number>();
    queue.set(1, 10);
    queue.set(2, 5);
    expect(queue.takeDue(4)).toBeUndefined();
    expect([queue.takeDue(10), queue.takeDue(10), queue.takeDue(10)]).toEqual([2, 1, undefined]);
  });
});
