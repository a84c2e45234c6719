import type { Machine } from "./machine.js";

/** Everything that a tunnel might change on a machine, each line one thing, in no order of time. */
export async function hostState(machine: Machine): Promise<string[]> {
  const questions = ["-d link show", "addr show", "-4 route show table all", "-6 route show table all", "-4 rule show", "-6 rule show"];
  const answers = await Promise.all(
    questions.map(async (question) => {
      const json = await machine.must(["ip", "-j", ...question.split(" ")]);
      return (JSON.parse(json) as unknown[]).map((entry) => `${question}: ${JSON.stringify(entry)}`);
    }),
  );
  const filters = (await machine.must(["nft", "list", "ruleset"])).split("\n").filter((line) => line !== "");
  return [...answers.flat().sort(), ...filters];
}
