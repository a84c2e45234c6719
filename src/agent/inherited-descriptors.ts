import { closeSync, readdirSync, readFileSync } from "node:fs";

const STANDARD = 2;
const O_CLOEXEC = 0o2000000;

/**
 * Closes what whoever started this process left open in it, such as the lock of a shell script.
 *
 * Node marks its own descriptors to be closed on exec, and the first few inherited ones, which thus end with the process that inherited
 * them. What bears no mark was passed on by two processes that know nothing of it.
 */
export function closeInheritedDescriptors(): void {
  for (const name of readdirSync("/proc/self/fdinfo")) {
    if (Number(name) > STANDARD && !isClosedOnExec(name)) closeSync(Number(name));
  }
}

/** True, too, for the descriptor that listed the others, which is gone by now. */
function isClosedOnExec(name: string): boolean {
  try {
    const [, flags = "0"] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, "utf8")) ?? [];
    return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return true;
  }
}
