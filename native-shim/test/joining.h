/* Three segments of one super-packet, or packets made of them by a change, that are joined or are not. */
#ifndef TEST_JOINING_H
#define TEST_JOINING_H

#include <stdbool.h>
#include <stdint.h>

#include "coalesce.h"
#include "supers.h"

#define JOINING_STRIDE 300
#define JOINING_SIZE 200
#define JOINING_LAST 50 /* payload bytes of the third */

extern struct super super;
extern struct coalesced held;

/* whole: with complete checksums, which are then to be added so. */
void joining_make(int family, bool udp, bool whole);

uint8_t *joining_at(uint32_t i);
uint8_t *joining_transport(uint32_t i);

/* Begins with one, which can have neighbours; and adds one. */
void joining_begin(uint32_t i);
bool joining_begins(uint32_t i);
bool joining_adds(uint32_t i);

/* Changes a bit of a packet's header, and makes its sums right again. */
void joining_flip(uint32_t i, uint32_t at);
void joining_mend(uint32_t i);

/* Another length of payload, for which the packet has room. */
void joining_resize(uint32_t i, uint32_t payload);

#endif
