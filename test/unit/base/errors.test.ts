import { describe, expect, it } from "vitest";
import { EXIT, formatReport, OperatorErrors, operatorError } from "../../../src/base/errors.js";
import { InvariantViolation, invariant } from "../../../src/base/invariant.js";

const portTaken = operatorError<{ port: number }>(
  "PORT_TAKEN",
  ({ port }) => `port ${port} is in use`,
  ({ port }) => `ss -ulpn sport = :${port}`,
  EXIT.usage,
);

describe("errors for operators", () => {
  it("carry code, facts, remedy and exit code", () => {
    const error = portTaken({ port: 7 });
    expect(error.report()).toEqual({ code: "PORT_TAKEN", message: "port 7 is in use", fix: "ss -ulpn sport = :7" });
    expect(error.exitCode).toBe(2);
    expect(portTaken.code).toBe("PORT_TAKEN");
  });

  it("are read in one form", () => {
    expect(formatReport(portTaken({ port: 7 }).report())).toBe("error PORT_TAKEN: port 7 is in use\n  fix: ss -ulpn sport = :7");
    expect(formatReport(portTaken({ port: 7 }).report(), "warning")).toMatch(/^warning PORT_TAKEN: /);
  });

  it("can come several at once", () => {
    expect(new OperatorErrors([portTaken({ port: 1 }), portTaken({ port: 2 })]).message).toBe("port 1 is in use; port 2 is in use");
  });
});

describe("invariants", () => {
  it("throw what is ours to mend", () => {
    expect(() => invariant(false, "a bound socket has a port")).toThrow(InvariantViolation);
    expect(() => invariant(true, "")).not.toThrow();
  });
});
