import { describe, expect, it } from "vitest";
import { readLines } from "../../../src/config/lines.js";

describe("lines of a file", () => {
  it("leaves out blank lines and comments, and counts them", () => {
    expect(readLines("\n# note\n\n  # [Peer]\nMTU = 1400\n")).toMatchObject([{ kind: "entry", number: 5, key: "MTU", value: "1400" }]);
  });

  it("cuts the comment off a value, and keeps it in the whole value", () => {
    expect(readLines("PostUp = echo a#b # c")).toMatchObject([{ key: "PostUp", value: "echo a", wholeValue: "echo a#b # c" }]);
  });

  it("takes a comment that starts before the = as a comment", () => {
    expect(readLines("Post#Up = x")).toEqual([{ kind: "other", number: 1, text: "Post" }]);
  });

  it("reads CRLF and a byte order mark", () => {
    const lines = readLines("\u{feff}[Interface]\r\nMTU = 1400\r\n");
    expect(lines).toMatchObject([
      { kind: "section", name: "Interface", wellFormed: true },
      { key: "MTU", value: "1400", wholeValue: "1400" },
    ]);
  });

  it("ignores white space in keys and headers, as wg does", () => {
    expect(readLines(" [ Peer ] \n\tAllowed IPs\t=  10.0.0.0/8  ")).toMatchObject([
      { kind: "section", name: "Peer", wellFormed: true },
      { kind: "entry", key: "AllowedIPs", value: "10.0.0.0/8" },
    ]);
  });

  it("splits at the first =", () => {
    expect(readLines("PostUp = a=b")).toMatchObject([{ key: "PostUp", value: "a=b" }]);
  });

  it.each(["[Peer", "[Peer] x", "[Peer]]"])("marks the header %s as malformed", (text) => {
    expect(readLines(text)).toMatchObject([{ kind: "section", name: "Peer", wellFormed: false }]);
  });

  it.each(["; note", "= 5", "Peer]"])("has no name for %s", (text) => {
    expect(readLines(text)).toEqual([{ kind: "other", number: 1, text }]);
  });
});
