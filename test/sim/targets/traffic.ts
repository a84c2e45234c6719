import type { BootMillis, Millis } from "../../../src/base/time.js";
import type { Site } from "../site.js";
import type { World } from "../world.js";

/** A steady flow of packets from one site to another, and what became of them. */
export class Flow {
  readonly #sent: { readonly id: number; readonly at: BootMillis }[] = [];
  #stopped = false;

  constructor(
    private readonly world: World,
    private readonly from: Site,
    private readonly to: Site,
    private readonly interval: Millis,
  ) {
    this.#next(world.now);
  }

  stop(): void {
    this.#stopped = true;
  }

  get sent(): number {
    return this.#sent.length;
  }

  /** Packets that did not arrive. */
  get lost(): number {
    return this.#sent.filter(({ id }) => !this.to.has(id)).length;
  }

  /** When the first packet arrived that was sent at that time or later; undefined: none did yet. */
  arrivedAfter(time: BootMillis): BootMillis | undefined {
    const late = new Set(this.#sent.filter(({ at }) => at >= time).map(({ id }) => id));
    return this.to.delivered.find(({ id }) => late.has(id))?.at;
  }

  #next(at: BootMillis): void {
    this.world.at(at, () => {
      if (this.#stopped) return;
      if (this.from.awake) this.#sent.push({ id: this.from.transmit(this.to.name), at });
      this.#next(at + this.interval);
    });
  }
}

/** How long after `time` traffic is back on each of some flows. */
export function timeToTraffic(world: World, flows: readonly Flow[], time: BootMillis, within: Millis): Millis {
  const back = () => flows.map((flow) => flow.arrivedAfter(time));
  const end = time + within;
  while (back().includes(undefined) && world.now < end) world.run(200);
  return Math.max(...back().map((at) => (at ?? Number.POSITIVE_INFINITY) - time));
}
