import { wipe } from "../../src/base/bytes.js";
import type { SessionInstall } from "../../src/protocol/effects.js";
import { REJECT_AFTER_MESSAGES } from "../../src/protocol/limits.js";
import { KINDS, type Kind } from "../../src/protocol/wire/kinds.js";
import { type DataMessage, encodeCounter, encodeData } from "../../src/protocol/wire/layouts.js";
import { ReplayWindow } from "../../src/protocol/wire/replay.js";
import { openUnder, sealUnder } from "./subkey-box.js";

const KEY = 32;

export interface Sealed {
  readonly subkey: Uint8Array;
  readonly counter: number;
  readonly datagram: Uint8Array;
}

/** A session as the data plane holds it: keys, counters, replay window. */
export class DataSession {
  readonly install: Omit<SessionInstall, "sendSubkeys" | "receiveSubkeys">;
  readonly window = new ReplayWindow();
  /** What was raised already. */
  firstReceived = false;
  rekeyRaised = false;
  readonly #sendSubkeys: Uint8Array;
  readonly #receiveSubkeys: Uint8Array;
  #counter: number;

  /** @param firstCounter 0, unless its end is to be seen */
  constructor({ sendSubkeys, receiveSubkeys, ...install }: SessionInstall, firstCounter: number) {
    this.install = install;
    this.#counter = firstCounter;
    this.#sendSubkeys = sendSubkeys.slice();
    this.#receiveSubkeys = receiveSubkeys.slice();
    wipe(sendSubkeys, receiveSubkeys);
  }

  isUsable(now: number): boolean {
    return this.isOpen(now) && this.#counter < REJECT_AFTER_MESSAGES;
  }

  isOpen(now: number): boolean {
    return now < this.install.expiresAt;
  }

  seal(kind: Kind, plaintext: Uint8Array): Sealed {
    const counter = this.#counter++;
    const subkey = subkeyOf(this.#sendSubkeys, kind);
    const box = sealUnder(subkey, encodeCounter(counter), plaintext);
    return { subkey, counter, datagram: encodeData({ kind, receiverIndex: this.install.remoteIndex, counter, box }) };
  }

  /** Undefined when it does not authenticate. */
  open({ kind, counter, box }: DataMessage): Uint8Array | undefined {
    return openUnder(this.receiveSubkey(kind), encodeCounter(counter), box);
  }

  receiveSubkey(kind: Kind): Uint8Array {
    return subkeyOf(this.#receiveSubkeys, kind);
  }
}

function subkeyOf(subkeys: Uint8Array, kind: Kind): Uint8Array {
  const position = KINDS.indexOf(kind) * KEY;
  return subkeys.subarray(position, position + KEY);
}
