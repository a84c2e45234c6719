import { expect, test } from "vitest";
import { REPLAY_WINDOW, ReplayWindow } from "../../../../src/protocol/wire/replay.js";

test("the pre-check changes nothing", () => {
  const window = new ReplayWindow();
  expect(window.isFresh(5)).toBe(true);
  expect(window.isFresh(5)).toBe(true);
  expect(window.head).toBe(-1);
});

test("the head is the highest counter marked", () => {
  const window = new ReplayWindow();
  const heads = [0, 7, 3, 7, 8].map((counter) => {
    window.mark(counter);
    return window.head;
  });
  expect(heads).toEqual([0, 7, 7, 7, 8]);
});

test("a counter is accepted once, the whole window back", () => {
  const window = new ReplayWindow();
  const head = 100_000;
  window.mark(head);
  for (let counter = head - REPLAY_WINDOW; counter < head; counter++) {
    expect(window.mark(counter)).toBe(true);
    expect(window.mark(counter)).toBe(false);
  }
  expect(window.isFresh(head - REPLAY_WINDOW - 1)).toBe(false);
});

test("a refused counter does not move the head", () => {
  const window = new ReplayWindow();
  window.mark(50_000);
  expect(window.mark(1)).toBe(false);
  expect(window.head).toBe(50_000);
});
