import { test } from "vitest";
import { Lab } from "./lab.js";

/** A test with a lab of its own, which leaves nothing behind however the test ends. */
export const scenario = test.extend<{ lab: Lab }>({
  lab: async ({ onTestFailed }, use) => {
    const lab = new Lab();
    let logs = "";
    onTestFailed(() => {
      process.stderr.write(logs);
    });
    await use(lab);
    logs = lab.logs();
    await lab.close();
  },
});
