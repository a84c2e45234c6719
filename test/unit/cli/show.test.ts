import { describe, expect, it } from "vitest";
import { formatShow } from "../../../src/observe/show.js";
import { PLAIN } from "../../../src/observe/style.js";
import { document, head, NOW, OWN_KEY } from "../observe/sample-status.js";
import { run } from "./fake-surroundings.js";

const DOORS = {
  agentNames: async () => ["head", "lab"],
  readStatus: async (name?: string) =>
    document(...["head", "lab"].filter((one) => name === undefined || one === name).map((one) => head({ name: one }))),
};

describe("show", () => {
  it.each([[], ["all"]])("shows all interfaces in wg's words: %j", async (...words) => {
    const { code, answered } = await run(["show", ...words], DOORS);
    expect(code).toBe(0);
    expect(answered).toBe(`${formatShow(document(head(), head({ name: "lab" })), NOW, PLAIN)}\n`);
  });

  it("shows one interface", async () => {
    expect((await run(["show", "lab"], DOORS)).answered).toMatch(/^interface: lab\n/);
  });

  it("lists the names of interfaces", async () => {
    expect(await run(["show", "interfaces"], DOORS)).toEqual({ code: 0, answered: "head lab\n", told: "" });
  });

  it("prints columns, with the interface's name only when all are asked for", async () => {
    expect((await run(["show", "lab", "dump"], DOORS)).answered).toMatch(
      new RegExp(`^\\(none\\)\t${OWN_KEY.replace("+", "[+]")}\t51820\t0x6d\n`),
    );
    expect((await run(["show", "all", "listen-port"], DOORS)).answered).toBe("head\t51820\nlab\t51820\n");
  });

  it("says nothing when nothing is up, as wg does", async () => {
    expect(await run(["show"])).toEqual({ code: 0, answered: "", told: "" });
    expect(await run(["show", "interfaces"])).toEqual({ code: 0, answered: "", told: "" });
    expect(await run(["show", "head"])).toMatchObject({ code: 3 });
  });

  it("refuses a column that there is not, and names the nearest", async () => {
    expect(await run(["show", "all", "dmup"], DOORS)).toMatchObject({ code: 2, told: expect.stringContaining("\n  fix: write dump\n") });
    expect((await run(["show", "all", "zzz"], DOORS)).told).toContain("  fix: write one of dump, public-key, ");
  });

  it("warns of agents of another version", async () => {
    const readStatus = async () => document(head({ agentVersion: "0.0.1" }));
    expect((await run(["show", "head"], { readStatus })).told).toMatch(/^warning VERSION_SKEW: /);
  });
});
