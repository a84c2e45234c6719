import type { Endpoint } from "../base/endpoint.js";
import type { BootMillis } from "../base/time.js";

/** A decision between two addresses under way. */
export interface Contest {
  readonly candidate: Endpoint;
  readonly startedAt: BootMillis;
  readonly candidateToken: bigint;
  readonly activeToken: bigint;
  /** The candidate's own packet said that its sender moved. */
  saidMoved: boolean;
  /** Its time is over, and nobody has answered: the first answer decides. */
  overdue: boolean;
  candidateAnsweredAt: BootMillis | undefined;
  activeAnsweredAt: BootMillis | undefined;
}
