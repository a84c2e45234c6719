import { describe, expect, it } from "vitest";
import { interfaceNameOf, pathFromConfig } from "../../../src/config/file-name.js";

describe("interfaceNameOf", () => {
  it.each([
    ["/etc/tunvpn/wg0.conf", "wg0"],
    ["peer.conf", "peer"],
    ["./a/site-a", "site-a"],
    ["wg0.conf.conf", "wg0.conf"],
    ["/tmp/head office.conf", "head office"],
  ])("%s is %s", (path, name) => {
    expect(interfaceNameOf(path)).toBe(name);
  });
});

describe("pathFromConfig", () => {
  it.each([
    ["/etc/tunvpn/wg0.conf", "wg0.key", "/etc/tunvpn/wg0.key"],
    ["/etc/tunvpn/wg0.conf", "../keys/wg0", "/etc/keys/wg0"],
    ["/etc/tunvpn/wg0.conf", "/run/keys/wg0", "/run/keys/wg0"],
    ["wg0.conf", "wg0.key", "wg0.key"],
  ])("in %s, %s is %s", (config, written, path) => {
    expect(pathFromConfig(config, written)).toBe(path);
  });
});
