import { describe, expect, it } from "vitest";
import { displayWidth } from "../../../src/observe/display-width.js";

describe("displayWidth", () => {
  it.each([
    ["", 0],
    ["branch", 6],
    ["Zürich", 6],
    ["Zu\u0308rich", 6],
    ["支店", 4],
    ["ﾃｽﾄ", 3],
    ["テスト", 6],
    ["ＡＢ", 4],
    ["서울", 4],
    ["a🚀b", 4],
    ["👩‍🚀", 2],
  ])("measures %j as %d", (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});
