import { describe, expect, it } from "vitest";
import { formatReport } from "../../../src/base/errors.js";
import { paintReport } from "../../../src/observe/report.js";
import { COLOURED, PLAIN } from "../../../src/observe/style.js";
import { NO_ANSWER } from "./sample-status.js";

describe("paintReport", () => {
  it("has the shape of every error without colours", () => {
    expect(paintReport(NO_ANSWER, PLAIN)).toBe(formatReport(NO_ANSWER));
    expect(paintReport(NO_ANSWER, PLAIN, "warning")).toBe(formatReport(NO_ANSWER, "warning"));
  });

  it("sets off the code", () => {
    expect(paintReport(NO_ANSWER, COLOURED)).toBe(`${COLOURED.bad("error NO_ANSWER:")} ${NO_ANSWER.message}\n  fix: ${NO_ANSWER.fix}`);
    expect(paintReport(NO_ANSWER, COLOURED, "warning")).toContain(COLOURED.careful("warning NO_ANSWER:"));
  });
});
