/**
 * Writes native-shim/build/fuzz-ts.mjs: the fuzzers of test/fuzz, with src counting where it goes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { withPoints } from "./fuzz-points.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COUNTERS = `${ROOT}test/fuzz/engine/counters.ts`;
const OUT = `${ROOT}native-shim/build/fuzz-ts.mjs`;
const OUTSIDE = [/^node:/, "ffi-rs", "pino-pretty"];

let points = 0;
const bundle = await rolldown({
  cwd: ROOT,
  input: "test/fuzz/engine/main.ts",
  platform: "node",
  external: OUTSIDE,
  plugins: [
    {
      name: "points",
      load(id) {
        if (!id.startsWith(`${ROOT}src/`) || !id.endsWith(".ts")) return null;
        const instrumented = withPoints(readFileSync(id, "utf8"), points, "pointHits");
        points += instrumented.points;
        return { code: `import { pointHits } from ${JSON.stringify(COUNTERS)};${instrumented.code}`, moduleType: "ts" };
      },
    },
  ],
});
const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
writeFileSync(OUT, `globalThis.FUZZ_POINTS = ${points};\n${output[0].code}`);
