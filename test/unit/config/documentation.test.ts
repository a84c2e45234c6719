import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { effectOf, type KeyDefinition } from "../../../src/config/key-definition.js";
import { KEYS } from "../../../src/config/keys.js";
import { found, OWN_PRIVATE, parse } from "./sample.js";

const PAGE = readFileSync(new URL("../../../docs/config.md", import.meta.url), "utf8");

function row(key: KeyDefinition<unknown>): string {
  return `| \`${key.name}\` | ${key.about} | ${key.values} | \`${key.example}\` | ${effectOf(key)} | ${key.wgQuick ? "yes" : "no"} |`;
}

/** The rows between a heading and the next. */
function rowsUnder(heading: string): string[] {
  const [, after = ""] = PAGE.split(`\n${heading}\n`);
  const [section = ""] = after.split(/\n#+ /);
  return section.split("\n").filter((line) => line.startsWith("| `"));
}

describe("docs/config.md", () => {
  it.each(["Interface", "Peer"])("lists the keys of [%s] as the table has them, and no others", (section) => {
    expect(rowsUnder(`### [${section}]`)).toEqual(KEYS.filter((key) => key.section === section).map(row));
  });

  it("starts with a file that loads", () => {
    const [, example = ""] = /```ini\n(.*?)```/s.exec(PAGE) ?? [];
    const parsed = parse(example, { "/etc/tunvpn/head-office.key": OWN_PRIVATE });
    expect(found(parsed)).toEqual([]);
    expect(parsed.config?.peers).toHaveLength(1);
  });

  it("says why each key is without effect", () => {
    for (const { name, lacking } of KEYS) if (lacking) expect(PAGE, name).toContain(lacking.reason);
  });
});
