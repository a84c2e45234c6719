/**
 * Whoever may signal a process of Node opens its debugger with SIGUSR1, on a port of this host that asks nobody for a password: from
 * there on every user of the host reads its keys. So the signal does nothing, and what was opened before is closed.
 */
export async function refuseDebugger(): Promise<void> {
  process.on("SIGUSR1", () => undefined);
  if (!process.features.inspector) return;
  const { close } = await import("node:inspector");
  close();
}
