/* What the counters of a device must say: in all and of each peer, of each reason. */
#ifndef FUZZ_LEDGER_H
#define FUZZ_LEDGER_H

#include <stdint.h>

/* From now on, with peers that have counted nothing yet. */
void ledger_begin(int32_t handle);

/* peer: an id, or TV_NO_PEER. */
void ledger_drop(uint32_t peer, uint32_t reason, uint32_t count);
/* One more drop, for this reason or for that. */
void ledger_drop_either(uint32_t peer, uint32_t reason, uint32_t other);
void ledger_received(uint32_t peer, uint64_t bytes);
void ledger_sent(uint32_t peer, uint64_t bytes);

/* Compares. Events that found the ring full do not count; how many those were. */
uint64_t ledger_check(void);

#endif
