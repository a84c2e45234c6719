import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InvariantViolation } from "../../../src/base/invariant.js";
import { IprouteHost } from "../../../src/hostnet/iproute-host.js";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "iproute-"));
});

afterEach(() => rm(directory, { recursive: true }));

/** A host whose `ip` is this shell script. */
async function hostWith(script: string): Promise<IprouteHost> {
  const path = join(directory, "ip");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return new IprouteHost({ path: `${directory}:/usr/bin:/bin` });
}

describe("observe", () => {
  test("puts the answers together, asked in the C locale", async () => {
    const host = await hostWith(`
[ "$LC_ALL" = C ] || exit 9
case "$*" in
"-j -d link show") echo '[{"ifname":"tv0","ifindex":3,"mtu":1500,"flags":["UP"]}]';;
"-j addr show") echo '[{"ifname":"tv0","ifindex":3,"addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]';;
"-j -4 route show table main") echo '[{"dst":"10.8.0.0/16","dev":"tv0"}]';;
"-j -6 route show table main") echo '[{"dst":"fd08::/48","dev":"tv0","metric":1024}]';;
*) exit 8;;
esac`);
    const observed = await host.observe("no-such-name");
    expect(observed.links).toHaveLength(1);
    expect(observed.addresses).toHaveLength(1);
    expect(observed.routes.map((route) => route.network.address.family)).toEqual([4, 6]);
  });

  test("a kernel without IPv6 is not asked for its IPv6 routes", async () => {
    await hostWith('case "$*" in *-6*) exit 1;; *) echo "[]";; esac');
    const without = new IprouteHost({ path: `${directory}:/usr/bin:/bin`, enter: ["env"] });
    await expect(without.observe("tv0")).rejects.toMatchObject({ code: "IP_COMMAND_FAILED" });
    await writeFile(join(directory, "cat"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    expect(await without.observe("tv0")).toEqual({ links: [], addresses: [], routes: [], ipv6: "disabled" });
  });

  test("IPv6 is as the interface has it, or as one yet to be made will have it", async () => {
    await hostWith('echo "[]"');
    await writeFile(join(directory, "cat"), "#!/bin/sh\ncase $1 in */off/*) echo 1;; */default/*) echo 0;; *) exit 1;; esac\n", {
      mode: 0o755,
    });
    const host = new IprouteHost({ path: `${directory}:/usr/bin:/bin`, enter: ["env"] });
    expect((await host.observe("off")).ipv6).toBe("disabled");
    expect((await host.observe("tv0")).ipv6).toBe("enabled");
  });

  test("another program named ip is told by its words", async () => {
    const host = await hostWith(`echo "ip: unrecognized option '-j'"`);
    await expect(host.observe("tv0")).rejects.toMatchObject({
      code: "IP_OUTPUT_UNREADABLE",
      message: expect.stringContaining("unrecognized option"),
    });
  });

  test("a failure is told with the command", async () => {
    const host = await hostWith("echo 'Cannot open netlink socket: Address family not supported by protocol' >&2; exit 1");
    await expect(host.observe("tv0")).rejects.toMatchObject({
      code: "IP_COMMAND_FAILED",
      message: expect.stringContaining("netlink socket"),
    });
  });

  test("without ip", async () => {
    await expect(new IprouteHost({ path: directory }).observe("tv0")).rejects.toMatchObject({ code: "IPROUTE2_MISSING" });
  });
});

describe("run", () => {
  test("hands the lines to ip -batch, and nothing when there are none", async () => {
    const host = await hostWith(`echo "$*" > ${directory}/words; cat > ${directory}/batch`);
    expect(await host.run([], "stop")).toEqual([]);
    await expect(readBack("words")).rejects.toMatchObject({ code: "ENOENT" });
    expect(await host.run(["a b", "c d"], "stop")).toEqual([]);
    expect(await readBack("batch")).toBe("a b\nc d\n");
    expect(await readBack("words")).toBe("-batch -\n");
    await host.run(["a b"], "continue");
    expect(await readBack("words")).toBe("-force -batch -\n");
  });

  test("tells which line was refused", async () => {
    const host = await hostWith("cat > /dev/null; echo 'RTNETLINK answers: File exists' >&2; echo 'Command failed -:2' >&2; exit 1");
    expect(await host.run(["a b", "c d"], "stop")).toEqual([{ line: "c d", words: "RTNETLINK answers: File exists" }]);
  });

  test("a failure without words is one, and words without failure are none", async () => {
    expect(await (await hostWith("exit 3")).run(["a b"], "stop")).toEqual([{ line: "", words: "exit code 3" }]);
    expect(await (await hostWith("cat > /dev/null; echo 'Warning: x' >&2")).run(["a b"], "stop")).toEqual([]);
  });

  test("an ip that does not answer is killed", async () => {
    await hostWith("exec sleep 60");
    const impatient = new IprouteHost({ path: `${directory}:/usr/bin:/bin`, answerWithin: 100 });
    await expect(impatient.run(["a b"], "stop")).rejects.toMatchObject({
      code: "IP_COMMAND_FAILED",
      message: expect.stringContaining("no answer within 0.1 s"),
    });
  });

  test("an ip that is killed is an error, one that does not read its input is none", async () => {
    await expect((await hostWith("kill -9 $$")).run(["a b"], "stop")).rejects.toMatchObject({
      code: "IP_COMMAND_FAILED",
      message: expect.stringContaining("SIGKILL"),
    });
    const many = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    expect(await (await hostWith("exit 0")).run(many, "stop")).toEqual([]);
  });
});

describe("readSysctl", () => {
  test("reads, trims, and knows what is not there", async () => {
    const host = new IprouteHost();
    expect(await host.readSysctl("kernel/ostype")).toBe("Linux");
    expect(await host.readSysctl("kernel/no-such")).toBeUndefined();
  });

  test("reads where the words before lead", async () => {
    const host = new IprouteHost({ enter: ["env"] });
    expect(await host.readSysctl("kernel/ostype")).toBe("Linux");
    expect(await host.readSysctl("kernel/no-such")).toBeUndefined();
  });

  test("stays below /proc/sys", async () => {
    await expect(new IprouteHost().readSysctl("../version")).rejects.toThrow(InvariantViolation);
  });
});

async function readBack(name: string): Promise<string> {
  return readFile(join(directory, name), "utf8");
}
