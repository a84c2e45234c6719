import { describe, expect, it } from "vitest";
import { Seeded } from "../sim/seeded.js";
import { readInputs } from "./engine/corpus.js";
import { failureOf } from "./engine/fuzz.js";
import { mutated } from "./engine/mutate.js";
import { TARGETS } from "./targets/all.js";

/** Of each input of a corpus, the same ones each time. */
const MUTATIONS = 5;

describe.each(TARGETS.map((target) => [target.name, target] as const))("%s", (name, target) => {
  it("fails for no input of its corpus, and for none that is much like one", async () => {
    const inputs = readInputs([`test/fuzz/corpus/${name}`]);
    expect(inputs.length).toBeGreaterThan(0);
    const random = new Seeded(name);
    for (const input of inputs) {
      const like = Array.from({ length: MUTATIONS }, () => mutated(input, inputs, target.words, target.longest, random));
      for (const each of [input, ...like]) {
        const failure = await failureOf(target, each);
        expect(failure, `the input ${Buffer.from(each).toString("base64")}`).toBeUndefined();
      }
    }
  });
});
