/* Carries datagrams of peers to the sockets: joins them to messages as a kernel does, and seals what is to be sealed. */
#ifndef FUZZ_CARRIER_H
#define FUZZ_CARRIER_H

#include <stdbool.h>
#include <stdint.h>

/* The largest message. */
#define CARRIER_MESSAGE 65507

void carrier_begin(void);

/* Where messages come from and through which interface, from now on. */
void carrier_source(uint32_t family, uint8_t number, uint32_t ifindex);

/* A message as it is. segment: the length at which it was joined, or 0. */
void carrier_raw(const uint8_t *bytes, uint32_t length, uint16_t segment, bool truncated);

/*
 * DATA of a session, which was to be sealed under its next counter, or under one near it or far from it that a byte chooses.
 * hurt: what becomes of it after that, 0 for nothing.
 */
void carrier_seal(uint32_t session, uint8_t kind, uint8_t counter, const uint8_t *plaintext, uint32_t length, uint8_t hurt);

/* The message that still grows. */
uint8_t *carrier_message(uint32_t *length);

/* Hands it over. */
void carrier_end_message(void);

/* Moves what was handed over; the fuzzer's own. */
void pump(void);

#endif
