/** HELLO: what each side tells the other of itself, once a session. @see docs/protocol.md §9 */
import type { NodeContext } from "./context.js";
import type { Peer } from "./peer.js";
import type { Session } from "./session.js";
import { encodeControl, type Hello } from "./wire/control.js";
import { KIND } from "./wire/kinds.js";

export class Greeting {
  readonly #plaintext: Uint8Array;

  constructor(private readonly context: NodeContext) {
    const { agent, innerMtu } = context;
    this.#plaintext = encodeControl({ type: "hello", agent, innerMtu });
  }

  /** Under a session that we may send under from now on. */
  greet(session: Session): void {
    this.context.emit({ type: "seal", index: session.index, kind: KIND.control, plaintext: this.#plaintext });
  }

  /** Two ends with different MTUs are told of once, until one of them changes. */
  onHello(peer: Peer, hello: Hello): void {
    const told = peer.hello?.innerMtu === hello.innerMtu;
    peer.hello = hello;
    if (!told && hello.innerMtu !== this.context.innerMtu) this.context.emit({ type: "notice", peer: peer.id, notice: "mtu-differs" });
  }
}
