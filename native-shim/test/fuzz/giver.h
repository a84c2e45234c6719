/* Gives packets to the interface, as an input says: super-packets and plain ones, described truly or not. */
#ifndef FUZZ_GIVER_H
#define FUZZ_GIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "input.h"

void giver_begin(void);

/* Whether another packet may find no room, and memory that one of at most 65,535 bytes may have instead. */
bool giver_full(void);
uint8_t *giver_bytes(uint32_t length);

/* A packet as it stands in the input, a super-packet, and some packets of one flow, of equal length but the last. */
void give_raw(struct input *input, uint8_t how);
void give_super(struct input *input, uint8_t how);
void give_plain(struct input *input, uint8_t how);

/* All that was given was read. */
void giver_pumped(void);

/* Moves what was given; the fuzzer's own. */
void pump(void);

#endif
