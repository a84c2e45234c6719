/**
 * Every limit of the protocol and of what the node does by it, with its reason. Times in milliseconds.
 *
 * What the data plane limits by itself, which are the rates of its events, stands beside them in native-shim/src/raise.c.
 *
 * @see docs/protocol.md
 */
import { MINUTE, type Millis, SECOND } from "../base/time.js";

/** The initiator renews a session that it sends on at this age, less a random part so that two ends do not fall into step. */
export const REKEY_AFTER_TIME: Millis = 120 * SECOND;
export const REKEY_AFTER_TIME_JITTER: Millis = 12 * SECOND;
/** The responder steps in when the initiator did not: later than the initiator's last chance, early enough for three tries. */
export const RESPONDER_REKEY_AFTER_TIME: Millis = 150 * SECOND;
export const RESPONDER_REKEY_AFTER_TIME_JITTER: Millis = 10 * SECOND;
/** A session older than this neither sends nor accepts, which bounds what a stolen key opens. */
export const REJECT_AFTER_TIME: Millis = 180 * SECOND;
/** Far below the limit at which a session refuses to send, so that a rekey is never late. */
export const REKEY_AFTER_MESSAGES = 2 ** 48;
/** A DATA counter at or beyond it is never sent and never accepted: far below what the box allows, and exact in a double. */
export const REJECT_AFTER_MESSAGES = 2 ** 52;
/** Bits of the window's map: what may overtake a packet on its way at some gigabits a second. A block of them is always refilled. */
export const REPLAY_MAP_BITS = 8192;

/** An INIT follows its predecessor after these. Quick at first, since a lost datagram is the usual cause. */
export const INIT_RETRY_DELAYS: readonly Millis[] = [1, 1, 2, 3, 5].map((s) => s * SECOND);
/** Then after this, less a random part: ten thousand that began to call a hub at once would go on calling it at once. */
export const INIT_RETRY_DELAY_LAST: Millis = 5 * SECOND;
export const INIT_RETRY_DELAY_LAST_JITTER: Millis = INIT_RETRY_DELAY_LAST / 3;
/** While a session still serves there is no hurry. */
export const INIT_RETRY_DELAY_SERVED: Millis = 5 * SECOND;
/** Keeps two ends that lost each other at once from calling in step for ever. */
export const RETRY_JITTER: Millis = 334;
/** A peer that stays silent for so long is called again only when there is new data for it. */
export const REKEY_ATTEMPT_TIME: Millis = 90 * SECOND;
/** Peers with a persistent keepalive are called again without data. */
export const PERSISTENT_ATTEMPT_INTERVAL: Millis = 60 * SECOND;
/** A name that did not resolve is asked for again, also while nobody calls. */
export const RESOLVE_INTERVAL: Millis = 30 * SECOND;
/** And not more often, however often it is wanted: what a resolver of this host is asked. */
export const RESOLVE_INTERVAL_LEAST: Millis = SECOND;
/** An unanswered INIT is forgotten after this; the next one has keys of its own. */
export const HANDSHAKE_LIFETIME: Millis = 10 * SECOND;
/** Of ours: one on its way, and the one before it, whose answer may be late. */
export const HANDSHAKES_PER_PEER = 2;
/** So many INITs without an answer (12 s) and the peer is shown as unreachable. */
export const UNANSWERED_UNREACHABLE = 6;

/** The initiator repeats an empty packet at these times after its RESP, until DATA shows that the responder confirmed. */
export const CONFIRM_REPEATS: readonly Millis[] = [1, 2, 4, 8].map((s) => s * SECOND);
/** Longer than the initiator repeats itself. */
export const PENDING_LIFETIME: Millis = 15 * SECOND;
/** An INIT proves nothing, so what it makes is bounded: a flood of them costs some memory for seconds. */
export const PENDING_PER_PEER = 32;
export const PENDING_PER_DEVICE = 4096;
/** Of a peer's pending sessions, how many only sources equal to one of its known endpoints can fill. */
export const PENDING_KEPT_FOR_KNOWN = 16;
/** Ephemeral keys of INITs that were answered, so that a recording draws no second answer. */
export const ANSWERED_REMEMBERED = 65_536;
/** Receive-only sessions, for packets still on their way when the keys changed. */
export const RETIRED_PER_PEER = 3;
/** A session index is not used again while packets for its last owner may still arrive. */
export const INDEX_REUSE_AFTER: Millis = 180 * SECOND;

/** After receiving data and sending nothing: an empty packet, so that the sender knows it arrived. */
export const KEEPALIVE_TIMEOUT: Millis = 10 * SECOND;
/** After sending data and receiving nothing, not even that empty packet: the peer may have lost the session. */
export const SILENCE_TIMEOUT: Millis = 15 * SECOND;
/** Unanswered persistent keepalives that start a handshake. */
export const PINGS_UNANSWERED = 3;
/** PINGs that a PONG may still be an answer to: those that are counted as unanswered, and the one behind. */
export const PINGS_REMEMBERED = 4;
/** Answers to probes a second and peer: many times what anybody asks, and too few to be of use to a flood. */
export const PROBE_REPLIES_PER_SECOND = 50;
/** What a control message may consist of: a decoder's work and memory stay small whoever sends. */
export const CBOR_LIMITS = { bytes: 1200, depth: 3, items: 256, array: 32, map: 16, string: 64 } as const;
/** Control messages a second that a peer may send: many times what it has a use for, little work for whoever reads them. */
export const CONTROL_PER_SECOND = 20;
/** A peer with a persistent keepalive that said goodbye is called again after this: a restart is over by then, and it may call first. */
export const GOODBYE_PAUSE: Millis = 10 * SECOND;
/** So that all who knew it do not call in the same moment. */
export const GOODBYE_PAUSE_JITTER: Millis = 5 * SECOND;

/** DATA under an unknown index from a peer's own endpoint means that we restarted, unless the peer was heard this recently. */
export const RECOVERY_SILENCE: Millis = 10 * SECOND;
/** It is the one answer to something unauthenticated that is larger than it, so it is a rare one: of a peer, and of the device. */
export const RECOVERY_INTERVAL_PEER: Millis = 5 * SECOND;
export const RECOVERIES_PER_SECOND = 20;

/** Packets kept while a session is made: about 180 KB a peer, 5.8 MB a device. */
export const STAGED_PER_PEER = 128;
export const STAGED_PER_DEVICE = 4096;

/** Losers of a roaming decision, and addresses that stayed silent, are not considered again for this long. */
export const HOLD_DOWN: Millis = 10 * SECOND;
/** An address adopted this recently may lose to one that answers earlier; an older one may not. */
export const ROAMING_CONTEST: Millis = 30 * SECOND;
/** Both addresses get at least this long to answer, where two round trips are shorter. */
export const ROAMING_DECISION_LEAST: Millis = 200;
/** While no round trip is known: less would shut out every longer path. */
export const ROAMING_DECISION_UNMEASURED: Millis = SECOND;
/**
 * While neither answers: the round trip that is known is that of a path that is gone, and the new one may be longer. And always: it may
 * be as wrong as a PONG that was held back, and packets go to the old address meanwhile.
 */
export const ROAMING_DECISION_MOST: Millis = 3 * SECOND;

/** Addresses and routes change in bursts: one round of "I moved" for what changes within this. */
export const MOVING_SETTLE: Millis = 100;
/** Rounds a second, however often the host changes: each is a packet and its answer for every peer concerned. */
export const MOVING_ROUNDS_PER_SECOND = 3;
/**
 * "I moved" is said again at these times, until it is answered. The last time comes whatever was answered: an address that we left and
 * came back to is held down until then.
 */
export const MOVING_REPEATS: readonly Millis[] = [1, 3, 7, 11].map((s) => s * SECOND);
/** Networks with another way to them that are looked at one by one; more in one burst concern everybody. */
export const HOST_NETWORKS_HELD = 64;
/** Addresses of the host that are remembered as no news: some hundred bytes each. */
export const HOST_ADDRESSES_KNOWN = 1024;

/** Calls that are not answered, and still looked at for what they say of the link: each is a look at every peer, or a DH. */
export const DIAGNOSES_PER_SECOND = 5;
/** What such a call made us suspect is shown for this long. */
export const HINT_LIFETIME: Millis = 2 * MINUTE;
/** Strangers who called, as `status` shows them. Enough for a machine that was set up wrongly, and a small list for a flood. */
export const STRANGERS_REMEMBERED = 8;
export const STRANGER_LIFETIME: Millis = 10 * MINUTE;
/** Between two lines in the log about new ones. */
export const STRANGER_NOTICE_INTERVAL: Millis = 10 * SECOND;

/** A clock set by more than this is no correction: the machine may be a copy, or have been taken back to an earlier state. */
export const CLOCK_STEP: Millis = 2 * SECOND;
/** Where the clock is set again and again, keys end once in this. */
export const CLOCK_REST: Millis = MINUTE;
/** Peers whose sessions must not send any more are called within this, not all at once; those that there is traffic for do not wait. */
export const RENEWAL_SPREAD: Millis = 10 * SECOND;

/** The largest UDP payload we say that we accept: a jumbo frame's. TV_RECEIVE_MAX of the shim. */
export const RX_MAX = 9216;
/** The smallest that a peer may say: what carries an inner packet of 1,280 bytes, the least that IPv6 asks of a link. */
export const RX_MAX_FLOOR = 1312;
/** What an ICMP error holds of the packet that it is about: IPv4's then stays within the 576 bytes that every host takes. */
export const ICMP_EXCERPT = 512;
