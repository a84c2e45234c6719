import { setTimeout as pause } from "node:timers/promises";
import { processorSeconds } from "../readings/process-times.js";
import type { Run } from "./run.js";

/** All at once: so little is used that they do not disturb each other, and one after the other it would take minutes. */
export const idle: Run = {
  title: "CPU, idle",
  gives: ["idleCpu"],
  together: true,
  rare: true,
  appliesTo: ({ agents }) => agents !== undefined,
  seconds: ({ idleSeconds }) => idleSeconds,
  async take({ agents }, { idleSeconds }) {
    if (!agents) return {};
    const [start, before] = [performance.now(), processorSeconds(agents.a)];
    await pause(idleSeconds * 1000);
    const used = processorSeconds(agents.a) - before;
    return { idleCpu: (used / ((performance.now() - start) / 1000)) * 100 };
  },
};
