import { constants } from "node:os";
import { describe, expect, it } from "vitest";
import { openInterface, openSockets } from "../../../src/dataplane/sockets.js";
import type { Shim } from "../../../src/shim/library.js";

const { errno } = constants;

/** The part of the shim that opens descriptors, with a kernel that does what the test says. */
class FakeKernel {
  #next = 10;
  readonly open = new Set<number>();
  exists = false;
  tun: (call: number) => number = () => this.take();
  udp: (family: 4 | 6, port: number) => number = () => this.take();
  #tunCalls = 0;

  readonly shim = {
    interfaceIndex: () => (this.exists ? 5 : -errno.ENODEV),
    tunOpen: () => this.tun(this.#tunCalls++),
    udpOpen: (family: 4 | 6, { port }: { port: number }) => this.udp(family, port),
    udpPort: () => 40_000,
    close: (descriptor: number) => Number(this.open.delete(descriptor)),
  } as unknown as Shim;

  take(): number {
    this.open.add(this.#next);
    return this.#next++;
  }
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}

describe("making the interface", () => {
  it("gives a descriptor a queue", () => {
    const kernel = new FakeKernel();
    expect(openInterface(kernel.shim, { name: "peer", queues: 3 })).toEqual([10, 11, 12]);
  });

  it("refuses a name that is taken before it opens anything", () => {
    const kernel = new FakeKernel();
    kernel.exists = true;
    expect(codeOf(() => openInterface(kernel.shim, { name: "peer", queues: 1 }))).toBe("INTERFACE_TAKEN");
    expect(kernel.open.size).toBe(0);
  });

  it.each([
    ["EBUSY", "INTERFACE_TAKEN"],
    ["EPERM", "TUN_OPEN_DENIED"],
    ["EACCES", "TUN_OPEN_DENIED"],
    ["ENOENT", "TUN_MISSING"],
    ["ENODEV", "TUN_MISSING"],
    ["EINVAL", "TUN_OPEN_FAILED"],
  ] as const)("%s is %s, and what was open is closed", (name, code) => {
    const kernel = new FakeKernel();
    kernel.tun = (call) => (call === 0 ? kernel.take() : -errno[name]);
    expect(codeOf(() => openInterface(kernel.shim, { name: "peer", queues: 2 }))).toBe(code);
    expect(kernel.open.size).toBe(0);
  });
});

describe("binding the sockets", () => {
  const request = { port: 51_820, fwMark: 0, queues: 2 };

  it("binds both families and every queue to one port", () => {
    const kernel = new FakeKernel();
    const ports: number[] = [];
    kernel.udp = (_, port) => {
      ports.push(port);
      return kernel.take();
    };
    expect(openSockets(kernel.shim, { ...request, port: 0 })).toEqual({ port: 40_000, udp4: [10, 11], udp6: [12, 13] });
    expect(ports).toEqual([0, 40_000, 40_000, 40_000]);
  });

  it("does without IPv6 where the kernel has none", () => {
    const kernel = new FakeKernel();
    kernel.udp = (family) => (family === 6 ? -errno.EAFNOSUPPORT : kernel.take());
    expect(openSockets(kernel.shim, request).udp6).toEqual([-1, -1]);
  });

  it.each([
    ["EADDRINUSE", 0, "PORT_TAKEN"],
    ["EPERM", 7, "FWMARK_DENIED"],
    ["EPERM", 0, "UDP_OPEN_FAILED"],
    ["EMFILE", 0, "UDP_OPEN_FAILED"],
  ] as const)("%s with mark %i is %s, and what was open is closed", (name, fwMark, code) => {
    const kernel = new FakeKernel();
    kernel.udp = (family) => (family === 6 ? -errno[name] : kernel.take());
    expect(codeOf(() => openSockets(kernel.shim, { ...request, fwMark }))).toBe(code);
    expect(kernel.open.size).toBe(0);
  });

  it("tries another random port when IPv6 does not have the one that IPv4 had", () => {
    const kernel = new FakeKernel();
    let refusals = 3;
    kernel.udp = (family) => (family === 6 && refusals-- > 0 ? -errno.EADDRINUSE : kernel.take());
    expect(openSockets(kernel.shim, { ...request, port: 0, queues: 1 }).port).toBe(40_000);
    expect(kernel.open.size).toBe(2);
  });

  it("does not try for ever", () => {
    const kernel = new FakeKernel();
    kernel.udp = (family) => (family === 6 ? -errno.EADDRINUSE : kernel.take());
    expect(codeOf(() => openSockets(kernel.shim, { ...request, port: 0 }))).toBe("PORT_TAKEN");
    expect(kernel.open.size).toBe(0);
  });
});
