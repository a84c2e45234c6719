import { describe, expect, it } from "vitest";
import { drawChart } from "../../bench/chart.js";
import { sampleDocument } from "./sample-document.js";

const chart = drawChart(sampleDocument()) ?? "";

/** Widths of the bars of one class. */
function widths(name: string): number[] {
  return [...chart.matchAll(new RegExp(`<rect class="${name}"[^>]* width="([\\d.]+)"`, "g"))].map(([, width]) => Number(width));
}

describe("the chart", () => {
  it("has a bar for each contender and throughput, as long as its ratio", () => {
    const [own = 0, small = 0] = widths("tunvpn");
    const [one = 0] = widths("reference");
    expect(widths("reference")).toEqual([one, one]);
    expect(own / one).toBeCloseTo(3, 1);
    expect(small / one).toBeCloseTo(2.5, 1);
    expect((widths("no-cipher")[0] ?? 0) / one).toBeCloseTo(4.5, 1);
  });

  it("writes no figure across the line of wireguard-go", () => {
    const slow = drawChart(sampleDocument({}, { tcp: { tunvpn: [0.5], "wireguard-go": [2] } })) ?? "";
    const [, line] = /class="one" x1="([\d.]+)"/.exec(slow) ?? [];
    const [, figure] = /x="([\d.]+)"[^>]*>0[.]25x/.exec(slow) ?? [];
    expect(Number(figure)).toBeGreaterThan(Number(line));
  });

  it("tells of the bare cable, whose bar would leave the others no room", () => {
    expect(chart).toContain("one TCP stream (bare veth 10.0x)");
    expect(chart).toContain(">UDP, 64 bytes</text>");
    expect(widths("other")).toEqual([]);
  });

  it("stays within its own width", () => {
    const [, width] = /viewBox="0 0 (\d+) /.exec(chart) ?? [];
    const ends = [...chart.matchAll(/ x2="([\d.]+)"/g)].map(([, end]) => Number(end));
    expect(ends.length).toBeGreaterThan(0);
    for (const end of ends) expect(end).toBeLessThan(Number(width));
  });

  it("is well-formed, and needs nothing from elsewhere", () => {
    const open: string[] = [];
    for (const [, close, name = "", empty] of chart.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!empty) open.push(name);
    }
    expect(open).toEqual([]);
    expect(chart).toContain("Fast &amp; &lt;Small&gt;");
    expect(chart.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|url\(|href|<script|<image|@import/);
  });

  it("says in words what it shows", () => {
    expect(chart).toContain('aria-label="Throughput of tunvpn beside wireguard-go: one TCP stream 3.00x, UDP, 64 bytes 2.50x"');
  });

  it("is not drawn of what is no throughput, nor without wireguard-go", () => {
    expect(drawChart(sampleDocument({}, { ping: { tunvpn: [1], "wireguard-go": [2] } }))).toBeUndefined();
    expect(drawChart(sampleDocument({}, { tcp: { tunvpn: [1], veth: [2] } }))).toBeUndefined();
  });
});
