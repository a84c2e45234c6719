import { resolve } from "node:path";
import { EXIT } from "../base/errors.js";
import { checkDocument, formatCheckFindings, formatVerdict } from "../observe/config-check.js";
import { defineCommand } from "./command.js";

export const checkCommand = defineCommand({
  name: "check",
  about: "every problem of a config file, with its line and remedy",
  details: ["Changes nothing, and needs no root. Exits 2 when up would refuse the file, and 0 when there is nothing to say but warnings."],
  positionals: { target: { label: "file|name", about: "a config file, or the name of one in /etc/tunvpn" } },
  options: { json: { about: "as JSON: ok, problems, unsupported" } },
  examples: [["check ./branch.conf", "before it goes to the other site"]],
  async run({ target, json }, { terminal, agent }) {
    const { loadConfig } = await agent.offline();
    const { path, parsed } = await loadConfig(target);
    const check = checkDocument(resolve(target) === path ? target : path, parsed);
    terminal.tell(formatCheckFindings(check));
    terminal.answer(json ? JSON.stringify(check) : formatVerdict(check));
    return check.ok ? EXIT.done : EXIT.usage;
  },
});
