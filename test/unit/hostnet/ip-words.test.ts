import { expect, test } from "vitest";
import { batchFailures, commandError, failureError } from "../../../src/hostnet/ip-words.js";

const LINES = ["addr add 10.9.0.1/24 dev tv0", "link set dev tv0 up", "route add 10.8.0.0/16 dev tv0"];

test("the number after the words leads back to the line", () => {
  expect(batchFailures("RTNETLINK answers: File exists\nCommand failed -:3\n", LINES)).toEqual([
    { line: "route add 10.8.0.0/16 dev tv0", words: "RTNETLINK answers: File exists" },
  ]);
});

test("several refusals, as with -force, and words of more than a line", () => {
  const stderr =
    "Error: ipv4: Address already assigned.\nCommand failed -:1\nRTNETLINK answers: x\nWe have an error talking to the kernel\nCommand failed -:3\n";
  expect(batchFailures(stderr, LINES)).toEqual([
    { line: LINES[0], words: "Error: ipv4: Address already assigned." },
    { line: LINES[2], words: "RTNETLINK answers: x; We have an error talking to the kernel" },
  ]);
});

test("a line that cannot be parsed comes without a number", () => {
  expect(batchFailures('Error: any valid prefix is expected rather than "10.9.0.300/24".\n', LINES)).toEqual([
    { line: "", words: 'Error: any valid prefix is expected rather than "10.9.0.300/24".' },
  ]);
});

test.each([
  ["RTNETLINK answers: Operation not permitted", "NET_ADMIN_DENIED"],
  ["Error: ipv6: IPv6 is disabled on this device.", "IPV6_DISABLED"],
  ["Error: IPv6 is disabled on nexthop device.", "IPV6_DISABLED"],
  ['Cannot find device "tv0"', "LINK_MISSING"],
  ["RTNETLINK answers: File exists", "IP_COMMAND_FAILED"],
])("%s is %s", (words, code) => {
  expect(failureError({ line: LINES[0] ?? "", words }, "tv0").code).toBe(code);
});

test("what is unexpected is told with the command and its own words", () => {
  const error = commandError("ip route add 10.8.0.0/16 dev tv0", "RTNETLINK answers: File exists", "tv0");
  expect(error.message).toBe("ip route add 10.8.0.0/16 dev tv0: File exists");
});
