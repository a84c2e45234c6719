import { expect } from "vitest";
import { INNER, makePair } from "./lab/pair.js";
import { scenario } from "./lab/scenario.js";

const HEADERS = { 4: 20 + 8, 6: 40 + 8 };

for (const underlay of [4, 6] as const) {
  scenario(
    `over IPv${underlay} a packet of the default MTU of 1420 passes unfragmented, and one byte more is refused here`,
    async ({ lab }) => {
      const { a, b } = await makePair(lab, {}, underlay);
      await b.up();
      await a.up("--wait");
      expect(JSON.parse(await a.machine.must(["ip", "-j", "link", "show", a.name]))).toMatchObject([{ mtu: 1420 }]);
      for (const family of [4, 6] as const) {
        const full = 1420 - HEADERS[family];
        expect(await a.machine.reaches(INNER[family].b, "-M", "do", "-s", String(full)), `IPv${family}, 1420 bytes`).toBe(true);
        const { code, stdout, stderr } = await a.machine.run([
          "ping",
          "-n",
          "-c",
          "1",
          "-W",
          "1",
          "-M",
          "do",
          "-s",
          String(full + 1),
          INNER[family].b,
        ]);
        expect(code, `IPv${family}, 1421 bytes`).not.toBe(0);
        expect(stdout + stderr).toMatch(/mtu.? ?1420|message too long/i);
      }
      expect((await a.status()).drops).toEqual({});
      expect((await a.peer()).drops).toEqual({});
    },
  );
}

scenario("MTU of the file is the interface's, and large packets pass in fragments", async ({ lab }) => {
  const { a, b } = await makePair(lab, { a: { interface: { MTU: "1300" } }, b: { interface: { MTU: "1300" } } });
  await b.up();
  await a.up("--wait");
  expect(JSON.parse(await a.machine.must(["ip", "-j", "link", "show", a.name]))).toMatchObject([{ mtu: 1300 }]);
  expect(await a.machine.reaches(INNER[4].b, "-s", "8000")).toBe(true);
  expect(await a.machine.reaches(INNER[6].b, "-s", "8000")).toBe(true);
});
