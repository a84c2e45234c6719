/* What a device owes to its interface and to its events, until it delivered it. */
#ifndef FUZZ_RECEIVE_STORE_H
#define FUZZ_RECEIVE_STORE_H

#include <stdint.h>

#include "textbook.h"
#include "tv.h"

/* The most that one input may bring. */
#define MODEL_DATAGRAMS 4096
#define MODEL_BYTES (1u << 20)

void store_begin(void);

/* Memory that stays until the end of the input: what is made of so many bytes of datagram needs no more. */
uint8_t *store_room(size_t length);

/* A packet of a peer, its checksum complete, is to reach the interface, whole or as a segment of a super-packet. */
void store_due(uint32_t peer, const uint8_t *packet, const struct ip *ip);

/* All that was due was written. */
void store_all_written(void);

/* An event is due, unless the ring is full. */
void store_event(const tv_event *event, const uint8_t *data, size_t length);

#endif
