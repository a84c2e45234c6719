/*
 * The box of the data path. A session's subkey, HSalsa20(K, sid || kind), is computed once; from there on a packet is
 * Salsa20-Poly1305 under its counter as an 8-byte nonce, bit-exact with crypto_secretbox under the nonce of 24 bytes.
 */
#ifndef TV_BOX_H
#define TV_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tv.h"

const char *box_name(void);

/* Encrypts text in place and writes its tag. */
void box_seal(uint8_t tag[TV_TAG], uint8_t *text, size_t length, const uint8_t subkey[TV_KEY], uint64_t counter);

/* Verifies, then decrypts text in place. False leaves text as it was. */
bool box_open(const uint8_t tag[TV_TAG], uint8_t *text, size_t length, const uint8_t subkey[TV_KEY], uint64_t counter);

#endif
