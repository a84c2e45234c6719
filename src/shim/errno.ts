import { constants } from "node:os";

const NAMES = new Map<number, string>(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** @param result a negative return value of the shim @returns such as "EPERM" */
export function errnoName(result: number): string {
  return NAMES.get(-result) ?? `errno ${-result}`;
}

/** @returns whether the shim's return value means that error */
export function isErrno(result: number, name: keyof typeof constants.errno): boolean {
  return result === -constants.errno[name];
}
