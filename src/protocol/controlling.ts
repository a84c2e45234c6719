/** Control messages as they come: a bounded number, checked before anything reads them. @see docs/protocol.md §9 */
import type { Now } from "../base/time.js";
import type { NodeContext } from "./context.js";
import type { Farewell } from "./farewell.js";
import type { Greeting } from "./greeting.js";
import type { Peer } from "./peer.js";
import { decodeControl } from "./wire/control.js";
import { isDrop } from "./wire/drop-reason.js";

export class Controlling {
  constructor(
    private readonly context: NodeContext,
    private readonly greeting: Greeting,
    private readonly farewell: Farewell,
  ) {}

  /** @param index of the session that carried it */
  onControl(peer: Peer, index: number, plaintext: Uint8Array, now: Now): void {
    if (!peer.controlMessages.allows(now.boot)) return this.context.drop("rate");
    const message = decodeControl(plaintext);
    if (isDrop(message)) return this.context.drop(message);
    switch (message.type) {
      case "hello":
        return this.greeting.onHello(peer, message);
      case "goodbye":
        return this.farewell.onGoodbye(peer, index, now);
      case "unknown":
        return this.context.drop("control");
    }
  }
}
