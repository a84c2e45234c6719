import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeKey } from "../../../src/base/keys.js";
import { FakeTerminal, run } from "./fake-surroundings.js";

/** By Node's own X25519. */
function publicKeyOf(privateKey: Uint8Array): string {
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), privateKey]);
  const { x = "" } = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })).export({ format: "jwk" });
  return Buffer.from(x, "base64url").toString("base64");
}

async function pubkey(input: string) {
  const terminal = new FakeTerminal();
  terminal.input = input;
  return run(["pubkey"], {}, terminal);
}

describe("genkey", () => {
  it("answers with a new clamped key each time", async () => {
    const keys = await Promise.all(Array.from({ length: 32 }, async () => (await run(["genkey"])).answered));
    expect(new Set(keys).size).toBe(32);
    for (const line of keys) {
      expect(line).toMatch(/^\S{44}\n$/);
      const bytes = decodeKey(line.trim()) ?? new Uint8Array(32);
      expect([(bytes[0] ?? 0) & 7, (bytes[31] ?? 0) & 0xc0]).toEqual([0, 0x40]);
    }
  });
});

describe("genpsk", () => {
  it("answers with 32 new bytes each time, all bits in use", async () => {
    const keys = await Promise.all(Array.from({ length: 64 }, async () => decodeKey((await run(["genpsk"])).answered.trim())));
    const seen = Array.from({ length: 32 }, (_, i) => keys.reduce((bits, key) => bits | (key?.[i] ?? 0), 0));
    expect(seen).toEqual(Array.from({ length: 32 }, () => 0xff));
  });
});

describe.each(["genkey", "genpsk"])("%s", (command) => {
  it("warns when the secret goes where everybody can read it", async () => {
    const terminal = new FakeTerminal();
    terminal.isPublic = true;
    const { code, answered, told } = await run([command], {}, terminal);
    expect(code).toBe(0);
    expect(told).toMatch(/^warning WORLD_ACCESSIBLE: .*\n {2}fix: .*umask 077\n$/);
    expect(told).not.toContain(answered.trim());
    expect((await run([command])).told).toBe("");
  });
});

describe("pubkey", () => {
  it("answers with what Node makes of the same key", async () => {
    const { answered: privateKey } = await run(["genkey"]);
    const expected = publicKeyOf(decodeKey(privateKey.trim()) ?? new Uint8Array());
    expect(await pubkey(privateKey)).toEqual({ code: 0, answered: `${expected}\n`, told: "" });
    expect((await pubkey(`\n ${privateKey}\n\n`)).answered).toBe(`${expected}\n`);
  });

  it.each(["", "hello", `${Buffer.alloc(31).toString("base64")}`, `${Buffer.alloc(32, 8).toString("base64")} and more`])(
    "refuses %j",
    async (input) => {
      const { code, answered, told } = await pubkey(input);
      expect({ code, answered }).toEqual({ code: 1, answered: "" });
      expect(told).toMatch(/^error KEY_INVALID: /);
      if (input !== "") expect(told).not.toContain(input);
    },
  );

  it("does not read on for ever", async () => {
    expect(await pubkey(`${Buffer.alloc(32, 8).toString("base64")}${" ".repeat(1 << 20)}x`)).toMatchObject({ code: 1 });
  });
});
