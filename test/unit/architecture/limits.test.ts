import { describe, expect, it } from "vitest";
import * as limits from "../../../src/protocol/limits.js";
import { filesIn, textOf } from "./source-files.js";

const LIMITS = "src/protocol/limits.ts";
const protocol = filesIn("src/protocol", /[.]ts$/).filter((path) => path !== LIMITS);

/** A unit of time, or a constant whose name says how many, how often or how long. */
const STRAY =
  /\b(MINUTE|SECOND)\b|^(?:export )?const [A-Z_]*(?:MAX|MOST|LEAST|INTERVAL|TIMEOUT|LIFETIME|PER_SECOND|PER_PEER|REMEMBERED)\b/m;

describe("the protocol's limits", () => {
  it("stand in one file", () => {
    expect(protocol.length).toBeGreaterThan(30);
    // What turns a rate into tokens has to know how long a second is.
    const allowed = new Set(["src/protocol/rate-limit.ts"]);
    expect(protocol.filter((path) => !allowed.has(path) && STRAY.test(textOf(path)))).toEqual([]);
  });

  it.each(["const A = 3 * SECOND;", "const PINGS_REMEMBERED = 4;", "\nexport const PATHS_MAX = 3;"])(
    "would not pass elsewhere: %j",
    (text) => {
      expect(STRAY.test(text)).toBe(true);
    },
  );

  it("each have a reason, of their own or of the one before", () => {
    const blocks = textOf(LIMITS)
      .split("\n\n")
      .slice(2)
      .flatMap((block) => block.split(/\n(?=\/\*\*)/));
    expect(blocks.filter((block) => block.includes("export const") && !block.trimStart().startsWith("/**"))).toEqual([]);
  });

  it("fit together", () => {
    const { REKEY_AFTER_TIME, RESPONDER_REKEY_AFTER_TIME, RESPONDER_REKEY_AFTER_TIME_JITTER, REJECT_AFTER_TIME } = limits;
    expect(RESPONDER_REKEY_AFTER_TIME, "the responder after the initiator").toBeGreaterThan(REKEY_AFTER_TIME);
    const steppedIn = RESPONDER_REKEY_AFTER_TIME + RESPONDER_REKEY_AFTER_TIME_JITTER;
    expect(REJECT_AFTER_TIME - steppedIn, "three tries before the end").toBeGreaterThan(3 * limits.INIT_RETRY_DELAY_SERVED);
    expect(limits.SILENCE_TIMEOUT, "a keepalive comes before silence is noticed").toBeGreaterThan(
      limits.KEEPALIVE_TIMEOUT + 2 * limits.RETRY_JITTER,
    );
    expect(limits.PENDING_LIFETIME, "the initiator repeats itself in time").toBeGreaterThan(Math.max(...limits.CONFIRM_REPEATS));
    expect(limits.PINGS_REMEMBERED, "all that are counted may be answered").toBeGreaterThan(limits.PINGS_UNANSWERED);
    expect(limits.INDEX_REUSE_AFTER, "no packet of a session is left").toBeGreaterThanOrEqual(REJECT_AFTER_TIME);
    expect(Math.max(...limits.MOVING_REPEATS), "the last word is heard").toBeGreaterThan(limits.HOLD_DOWN);
    expect(limits.RENEWAL_SPREAD, "a session is renewed before the peer misses anything").toBeLessThan(limits.SILENCE_TIMEOUT);
    expect(limits.GOODBYE_PAUSE, "no INIT after GOODBYE").toBeGreaterThanOrEqual(limits.RECOVERY_SILENCE);
    expect(limits.PENDING_KEPT_FOR_KNOWN).toBeLessThan(limits.PENDING_PER_PEER);
    expect(limits.REKEY_AFTER_MESSAGES).toBeLessThan(limits.REJECT_AFTER_MESSAGES);
    expect(limits.REJECT_AFTER_MESSAGES, "exact in a double").toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it("are the shim's where both know one", () => {
    const defined = (path: string, name: string) => Number(new RegExp(`#define ${name} (\\d+)`).exec(textOf(path))?.[1]);
    expect(defined("native-shim/include/tv.h", "TV_RECEIVE_MAX")).toBe(limits.RX_MAX);
    expect(defined("native-shim/src/replay.h", "REPLAY_WORDS") * 64).toBe(limits.REPLAY_MAP_BITS);
  });
});
