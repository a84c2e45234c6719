/** Counts of tests, read from what the levels print or write. A level that ended badly has failed at least once, whatever it printed. */

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** A level that is one test. @param {boolean} ok @returns {Tally} */
export function single(ok) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/**
 * @param {string | undefined} report the file of Vitest's JSON reporter; undefined when it wrote none
 * @param {boolean} ok whether Vitest exited with 0
 * @returns {Tally}
 */
export function fromVitest(report, ok) {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report === undefined ? [] : JSON.parse(report).testResults) {
    let failures = 0;
    for (const { status } of file.assertionResults) {
      if (status === "passed") tally.passed++;
      else if (status === "failed") failures++;
      else tally.skipped++;
    }
    // A file that did not load, or whose hooks failed, has no failed test of its own.
    tally.failed += file.status === "failed" ? Math.max(failures, 1) : failures;
  }
  return atLeastOne(tally, ok);
}

/**
 * @param {string} output lines `ok NAME`, `not ok NAME`, `skip NAME: reason`; others are ignored, save the last `N passed, N failed`,
 * which must agree with them
 * @param {boolean} ok whether the tests exited with 0
 * @returns {Tally}
 */
export function fromNative(output, ok) {
  /** @param {RegExp} line */
  const count = (line) => output.match(line)?.length ?? 0;
  const tally = { passed: count(/^ok /gm), failed: count(/^not ok /gm), skipped: count(/^skip /gm) };
  const [, passed, failed] = [...output.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1) ?? [];
  return atLeastOne(tally, ok && Number(passed) === tally.passed && Number(failed) === tally.failed);
}

/** No test at all is a failure too. @param {Tally} tally @param {boolean} ok @returns {Tally} */
function atLeastOne(tally, ok) {
  const sound = ok && tally.passed + tally.failed + tally.skipped > 0;
  return sound || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

/** @param {Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const tally of tallies) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped += tally.skipped;
  }
  return total;
}

/** For runs in which everything can run. @param {Tally} tally @returns {Tally} */
export function skipsAsFailures(tally) {
  return { passed: tally.passed, failed: tally.failed + tally.skipped, skipped: 0 };
}

/** The plain last line of `npm test`. @param {Tally} tally */
export function line(tally) {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
}
