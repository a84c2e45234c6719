import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig as loadConfigWith } from "../../../src/agent/config-file.js";
import { configPath, interfaceNameOf } from "../../../src/agent/config-path.js";
import { referenceSuite } from "../../../src/crypto/reference.js";

const KEY = "uIw2/7TDR+e/+JibN99aJrqiXSFjsh3GSmQZ6kCXq2I=";
const isRoot = process.getuid?.() === 0;
let directory: string;

function loadConfig(target: string) {
  return loadConfigWith(target, referenceSuite);
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tunvpn-config-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string, mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}

describe("finding a config file", () => {
  it("takes a bare word for a name, and anything else for a path", () => {
    expect(configPath("peer")).toBe("/etc/tunvpn/peer.conf");
    expect(configPath("/a/peer")).toBe("/a/peer");
    expect(configPath("peer.conf")).toBe(join(process.cwd(), "peer.conf"));
  });

  it("names the interface after it", () => {
    expect(interfaceNameOf("/a/site-a.conf")).toBe("site-a");
    expect(interfaceNameOf("site-a")).toBe("site-a");
    expect(codeOf(() => interfaceNameOf("/a/a-name-that-is-too-long.conf"))).toBe("IF_NAME_INVALID");
  });
});

describe("judging it", () => {
  const text = `[Interface]\nPrivateKey = ${KEY}\n`;

  it("says when there is none", () => {
    expect(codeOf(() => loadConfig(join(directory, "none.conf")))).toBe("CONFIG_NOT_FOUND");
    expect(codeOf(() => loadConfig(join(write("file", ""), "x.conf")))).toBe("CONFIG_NOT_FOUND");
  });

  it("refuses what is no regular file", () => {
    mkdirSync(join(directory, "dir.conf"));
    expect(codeOf(() => loadConfig(join(directory, "dir.conf")))).toBe("CONFIG_UNREADABLE");
  });

  it.each([0o604, 0o602, 0o601, 0o666])("refuses a secret that others have access to: %o", (mode) => {
    expect(codeOf(() => loadConfig(write("a.conf", text, mode)))).toBe("CONFIG_READABLE_BY_OTHERS");
  });

  it.each([0o600, 0o400, 0o640])("takes one that is kept: %o", (mode) => {
    expect(loadConfig(write("a.conf", text, mode)).parsed.config?.name).toBe("a");
  });

  it.runIf(isRoot)("refuses a secret that a group beside root's has access to", () => {
    const path = write("a.conf", text, 0o640);
    chownSync(path, 0, 4242);
    expect(codeOf(() => loadConfig(path))).toBe("CONFIG_READABLE_BY_OTHERS");
    chmodSync(path, 0o600);
    expect(codeOf(() => loadConfig(path))).toBeUndefined();
  });

  it("lets anybody read a file whose secret is elsewhere, and judges that one", () => {
    const key = write("key", `${KEY}\n`, 0o600);
    const path = write("a.conf", "[Interface]\nPrivateKeyFile = key\n", 0o644);
    expect(loadConfig(path).parsed.config?.interface.privateKey.reveal()).toBe(KEY);
    chmodSync(key, 0o644);
    const { config, problems } = loadConfig(path).parsed;
    expect(config).toBeUndefined();
    expect(problems.map(({ code, line }) => [code, line])).toContainEqual(["CONFIG_READABLE_BY_OTHERS", 2]);
  });
});
