import { defineConfig } from "vitest/config";

/** One project a level; `npm test` runs them one after the other. */
export default defineConfig({
  test: {
    environment: "node",
    pool: "forks",
    // A developer's `vitest run test/unit/base` matches one project's files only.
    passWithNoTests: false,
    projects: [
      // No file of these changes what another sees, and a process of its own for each costs more than the tests.
      level("unit", ["test/unit/**/*.test.ts", "test/vectors/**/*.test.ts"], { isolate: false, testTimeout: 30_000 }),
      level("property", ["test/property/**/*.test.ts"], { isolate: false, testTimeout: 60_000 }),
      level("sim", ["test/sim/*.test.ts"], { isolate: false, testTimeout: 120_000 }),
      level("targets", ["test/sim/targets/*.test.ts"], { isolate: false, testTimeout: 600_000 }),
      level("native", ["test/native/**/*.test.ts", "test/fuzz/**/*.test.ts"], { testTimeout: 120_000 }),
      // Scenarios share one kernel, hence one file at a time.
      level("kernel", ["test/kernel/**/*.test.ts"], { fileParallelism: false, testTimeout: 120_000, hookTimeout: 60_000 }),
    ],
  },
});

function level(name: string, include: string[], limits: object = {}) {
  return { extends: true as const, test: { name, include, ...limits } };
}
