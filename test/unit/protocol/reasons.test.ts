import { describe, expect, it } from "vitest";
import { sendRefusal } from "../../../src/protocol/reasons.js";

describe("what the kernel says when it does not send", () => {
  it.each([
    ["ENETUNREACH", "no-route"],
    ["EHOSTUNREACH", "no-route"],
    ["ENETDOWN", "no-route"],
    ["EHOSTDOWN", "no-route"],
    ["EPERM", "blocked"],
    ["EACCES", "blocked"],
    ["EINVAL", "send-failed"],
    ["EMSGSIZE", "send-failed"],
  ])("%s means %s", (error, code) => {
    expect(sendRefusal("192.0.2.2:1", error)).toEqual({ code, endpoint: "192.0.2.2:1", error });
  });
});
