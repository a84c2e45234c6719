import { expect } from "vitest";
import { makePair } from "./lab/pair.js";
import { expectRefusal } from "./lab/refusal.js";
import { shownReports } from "./lab/report.js";
import { scenario } from "./lab/scenario.js";

scenario("an agent under another runtime directory is named with that directory, by up, status and down", async ({ lab }) => {
  const { a } = await makePair(lab);
  await a.up();
  const { runtime } = a.machine.tunvpn.directories;
  const { pid } = await a.status();
  const elsewhere = a.machine.tunvpn.with({ runtime: a.machine.path("elsewhere") });
  await expectRefusal(
    a.machine,
    a.path,
    { code: "AGENT_ELSEWHERE", exit: 1, says: [a.name, runtime, String(pid)], fix: `TUNVPN_RUNTIME_DIR=${runtime} tunvpn down ${a.name}` },
    { tunvpn: elsewhere },
  );
  const status = await elsewhere.run(["status", a.name]);
  const [notRunning] = shownReports(status.stderr);
  expect({ code: status.code, report: notRunning?.code }).toEqual({ code: 3, report: "NOT_RUNNING" });
  expect(notRunning?.message).toContain(`in the runtime directory ${a.machine.path("elsewhere")}`);
  expect(notRunning?.fix).toContain(`TUNVPN_RUNTIME_DIR=${runtime}`);
  const down = await elsewhere.run(["down", a.name]);
  const [runsElsewhere] = shownReports(down.stderr);
  expect({ code: down.code, report: runsElsewhere?.code }).toEqual({ code: 1, report: "AGENT_ELSEWHERE" });
  expect(runsElsewhere?.fix).toContain(`TUNVPN_RUNTIME_DIR=${runtime} tunvpn down ${a.name}`);
  expect(
    elsewhere.leftFiles().filter((file) => !/@/.test(file)),
    "files under the other directory",
  ).toEqual([]);
  expect((await a.status()).pid).toBe(pid);
});

scenario("an agent under other directories altogether has the interface: the name is taken", async ({ lab }) => {
  const { a } = await makePair(lab);
  await a.up();
  const tunvpn = a.machine.tunvpn.with({ runtime: a.machine.path("other-run"), state: a.machine.path("other-state") });
  const refusal = { code: "INTERFACE_TAKEN", exit: 1, says: [a.name], fix: /\S/ };
  await expectRefusal(a.machine, a.path, refusal, { tunvpn });
});

scenario("one runtime directory serves agents of several network namespaces, each by its name", async ({ lab }) => {
  const { a, b } = await makePair(lab);
  const atB = b.machine.tunvpn.with(a.machine.tunvpn.directories);
  await a.up();
  await atB.up(b.path, "--wait");
  const { interfaces } = await a.machine.tunvpn.document();
  expect(interfaces.map(({ name, peers }) => ({ name, state: peers[0]?.state }))).toEqual([
    { name: a.name, state: "established" },
    { name: b.name, state: "established" },
  ]);
  await a.machine.tunvpn.down(b.name);
  expect((await a.machine.tunvpn.document()).interfaces.map(({ name }) => name)).toEqual([a.name]);
  expect((await b.machine.run(["ip", "link", "show", b.name])).code).not.toBe(0);
});
