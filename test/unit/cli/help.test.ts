import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { COMMAND_NAMES, loadCommand, loadGroups } from "../../../src/cli/commands.js";
import { formatCommandHelp, formatProgramHelp } from "../../../src/cli/help.js";
import { parseArguments } from "../../../src/cli/parse-arguments.js";
import { COLOURED, PLAIN } from "../../../src/observe/style.js";

const commands = await Promise.all(COMMAND_NAMES.map(loadCommand));

describe("formatProgramHelp", () => {
  it("names every command once, within a screen", async () => {
    const lines = formatProgramHelp(await loadGroups(), PLAIN).split("\n");
    for (const name of COMMAND_NAMES)
      expect(
        lines.filter((line) => new RegExp(`^  ${name}( |$)`).test(line)),
        name,
      ).toHaveLength(1);
    expect(lines.length).toBeLessThanOrEqual(30);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(105);
  });

  it("is the same text in colours", async () => {
    const groups = await loadGroups();
    expect(stripVTControlCharacters(formatProgramHelp(groups, COLOURED))).toBe(formatProgramHelp(groups, PLAIN));
  });
});

describe("formatCommandHelp", () => {
  it.each(commands)("says of $name how it is called, each of its words, and an example", (command) => {
    const help = formatCommandHelp(command, PLAIN);
    expect(help.split("\n")[0]).toMatch(new RegExp(`^tunvpn ${command.name}\\b`));
    for (const { label } of Object.values(command.positionals))
      expect(help).toMatch(new RegExp(`^ {2}${label.replace("|", "[|]")} +\\S`, "m"));
    for (const name of Object.keys(command.options)) expect(help).toMatch(new RegExp(`^ +(-\\w, )?--${name}[ =[]`, "m"));
    expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(105);
  });

  it("is laid out for reading", () => {
    const up = commands.find(({ name }) => name === "up");
    expect(up && formatCommandHelp(up, PLAIN)).toBe(
      `
tunvpn up <file|name> [options]

Start a tunnel, and return once device, addresses and routes are in.

Names are resolved and peers are called later: up does not fail because the other side is down. With
--wait it says so, and exits 1 when no peer has answered in time; the tunnel stays up and goes on
trying.

  file|name         a config file, or the name of one in /etc/tunvpn

  --foreground      run in this process until SIGTERM or Ctrl-C, for systemd
  --wait[=SECONDS]  wait for the first handshake too, 30 seconds if not told

Examples
  $ tunvpn up ./branch.conf     the interface is called branch
  $ tunvpn up branch --wait=10  /etc/tunvpn/branch.conf; fails when nobody answers in 10 s
`.trim(),
    );
  });

  it("puts what examples do above them where they are long", () => {
    const pair = commands.find(({ name }) => name === "pair");
    expect(pair && formatCommandHelp(pair, PLAIN)).toMatch(
      /\n {2}# branch calls head.*\n {2}[$] tunvpn pair head branch --endpoint-a=\S+\n/,
    );
  });

  it.each(commands.flatMap(({ name, examples }) => examples.map(([example]) => [example, name] as const)))(
    "has an example that is right: %s",
    async (example) => {
      const [name = "", ...words] = example.split(/ [|>] | </, 1)[0]?.split(" ") ?? [];
      const command = commands.find((one) => one.name === name);
      expect(command).toBeDefined();
      if (command) await expect(parseArguments(command, words)).resolves.toBeDefined();
    },
  );
});
