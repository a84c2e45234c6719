/* What a device is to seal, in the order of its counters, and what was sent of it. */
#ifndef FUZZ_SEALED_STORE_H
#define FUZZ_SEALED_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "endpoint.h"
#include "textbook.h"

/* A packet as the interface gave it: what its segments are made from. */
struct given {
	struct virtio_header virtio;
	struct ip ip;
	struct super_packet super; /* of a plain packet: one segment */
	bool plain;
	const uint8_t *bytes;
};

/* The plaintext of one datagram. */
struct text {
	const struct given *given; /* segment `segment` of it; null: `bytes` as they are */
	uint32_t segment;
	const uint8_t *bytes;
	uint32_t length;
	uint8_t kind;
	bool padded;
};

/* The most of one session that may wait to be sent. */
#define SEALED_MAX 8192

void sealed_begin(void);

/* The session's next datagram is to carry this, to that address. Past its last counter it is dropped instead. */
void sealed_add(uint32_t session, const struct text *text, const struct destination *to);

/* For the observer: compares a datagram with what it was to be. */
void sealed_sent(const union socket_address *to, socklen_t size, const uint8_t *bytes, size_t length);

/* One that follows only if none of those before it, since the last flush, was sent; and when they were. */
void sealed_add_optional(uint32_t session, const struct text *text, const struct destination *to);
void sealed_optional_done(uint32_t session);

/* Whatever was not sent by now was dropped. */
void sealed_flushed(void);

/* A session's counters begin at 0. */
void sealed_session(uint32_t session);

/* Bytes of a segment. */
uint32_t given_length(const struct given *given, uint32_t segment);

#endif
