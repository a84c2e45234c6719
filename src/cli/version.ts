import { EXIT } from "../base/errors.js";
import { defineCommand } from "./command.js";

export const versionCommand = defineCommand({
  name: "version",
  about: "the version of tunvpn",
  details: [],
  positionals: {},
  options: { json: { about: "as JSON" } },
  examples: [],
  async run({ json }, { terminal, agent }) {
    const { VERSION } = await agent.client();
    terminal.answer(json ? JSON.stringify({ version: VERSION, node: process.versions.node }) : `tunvpn ${VERSION}`);
    return EXIT.done;
  },
});
