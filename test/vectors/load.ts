import { readFileSync } from "node:fs";

/** A checked-in vector file. The type is that of the maker in scripts/vectors. */
export function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), "utf8")) as T;
}
