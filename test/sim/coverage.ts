/** What runs got to: counted as it happens, added up over runs, and told as a table. */
import type { BootMillis } from "../../src/base/time.js";
import { SECOND } from "../../src/base/time.js";
import type { Effect, Input } from "../../src/protocol/effects.js";
import type { Node } from "../../src/protocol/node.js";
import type { Observer } from "./observer.js";
import type { Site } from "./site.js";

/** Counts by group and name. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Two handshakes that began within this, one each way, were a simultaneous open. */
const SIMULTANEOUS = 15 * SECOND;

export class Coverage implements Observer {
  readonly #counts: Record<string, Record<string, number>> = {};
  /** When a session of each role was last made with a peer, by node. */
  readonly #made = new WeakMap<Node, Map<string, BootMillis>>();
  /** How often a node followed a peer. */
  readonly #moved = new WeakMap<Node, number>();

  count(group: string, name: string, by = 1): void {
    const names = this.#counts[group] ?? {};
    this.#counts[group] = names;
    names[name] = (names[name] ?? 0) + by;
  }

  of(group: string, name: string): number {
    return this.#counts[group]?.[name] ?? 0;
  }

  counts(): Counts {
    return this.#counts;
  }

  add(counts: Counts): void {
    for (const [group, names] of Object.entries(counts)) for (const [name, by] of Object.entries(names)) this.count(group, name, by);
  }

  input(_: Site, { type }: Input): void {
    this.count("inputs", type);
  }

  effect(site: Site, effect: Effect, now: BootMillis): void {
    if (effect.type === "notice") this.count("notices", effect.notice);
    if (effect.type === "notice" && effect.notice === "moved") this.#moved.set(site.node, (this.#moved.get(site.node) ?? 0) + 1);
    if (effect.type === "install") this.#onInstall(site, `${effect.session.peer}`, effect.session.promote, now);
  }

  delivered(): void {
    this.count("packets", "delivered");
  }

  ending(site: Site): void {
    this.collect(site);
  }

  /** Takes what an incarnation of a site has counted itself. Once, at its end. */
  collect({ node, plane }: Site): void {
    for (const [reason, count] of node.drops()) this.count("drops of the node", reason, count);
    for (const [reason, count] of plane.drops) this.count("drops of the data plane", reason, count);
    for (const [name, count] of node.insight.deadlines()) this.count("deadlines", name, count);
    const followed = this.#moved.get(node) ?? 0;
    this.count("roaming", "followed", followed);
    this.count("roaming", "stayed", (node.insight.deadlines().get("roaming") ?? 0) - followed);
  }

  /** Two lines and more: each group with what it holds, the most frequent first. */
  table(): string {
    return Object.entries(this.#counts)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([group, names]) => `${group.padEnd(24)}${row(names)}`)
      .join("\n");
  }

  #onInstall(site: Site, peer: string, responder: boolean, now: BootMillis): void {
    const made = this.#made.get(site.node) ?? new Map<string, BootMillis>();
    this.#made.set(site.node, made);
    const other = made.get(`${peer} ${!responder}`) ?? Number.NEGATIVE_INFINITY;
    if (now - other < SIMULTANEOUS) this.count("sessions", "simultaneous opens");
    this.count("sessions", responder ? "answered" : "made by calling");
    made.set(`${peer} ${responder}`, now);
  }
}

function row(names: Readonly<Record<string, number>>): string {
  return Object.entries(names)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count.toLocaleString("en-US")}`)
    .join(" · ");
}
