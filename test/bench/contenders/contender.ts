import type { Background } from "../../kernel/lab/background.js";
import type { Lab } from "../../kernel/lab/lab.js";
import type { Machine } from "../../kernel/lab/machine.js";

/** MTU of every interface that is measured. */
export const MTU = 1420;

/** Addresses of the two machines on the cable between them. */
export const OUTER = { a: "192.0.2.1", b: "192.0.2.2" } as const;

export type Side = "a" | "b";

export const SIDES: readonly Side[] = ["a", "b"];

export function otherSide(side: Side): Side {
  return side === "a" ? "b" : "a";
}

/** Where a contender's two sides meet: every contender has addresses, a port and interface names that no other has. */
export interface Place {
  readonly lab: Lab;
  readonly machines: Readonly<Record<Side, Machine>>;
  /** Inside the tunnel, without the length of their network, which is 24. */
  readonly inner: Readonly<Record<Side, string>>;
  /** UDP, on both machines. */
  readonly port: number;
  /** One for each side, since some programs keep files by that name in one folder. */
  readonly device: Readonly<Record<Side, string>>;
}

/** A tunnel between the two machines. */
export interface Tunnel {
  /** Process of the agent on each side; undefined where no program carries the packets. */
  readonly agents?: Readonly<Record<Side, number>>;
  /** Programs that have to run as long as it is used. */
  readonly daemons: readonly Background[];
}

/** One that takes part in the comparison. */
export interface Contender {
  readonly name: string;
  /** @returns what its program says of its version, or why it cannot take part */
  find(): Promise<{ readonly version: string } | { readonly missing: string }>;
  /** Configures and starts both sides, and gives their interfaces addresses. The tunnel need not be open yet. */
  start(place: Place): Promise<Tunnel>;
}
