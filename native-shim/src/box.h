/*
 * The box of the data path. A session's subkey, HSalsa20(K, sid || kind), is computed once; from there on a packet is
 * Salsa20-Poly1305 under its counter as an 8-byte nonce, bit-exact with crypto_secretbox under the nonce of 24 bytes.
 *
 * Packets are best given many at a time, of any lengths and sessions: a batch costs a fraction of its packets one by one.
 */
#ifndef TV_BOX_H
#define TV_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tv.h"

/* A packet to seal or to open, in place. Nothing outside of tag and text is touched, not read either. */
struct box_job {
	uint8_t *tag;          /* TV_TAG bytes: written by seal, read by open */
	uint8_t *text;
	const uint8_t *subkey; /* TV_KEY bytes */
	uint64_t counter;
	uint32_t length;       /* of text: 0..65535 */
};

/*
 * Chooses how boxes are computed: the quickest way that this processor has and that computes what libsodium does. With
 * the name of one, neither null nor empty, that one or -ENOTSUP. -EIO: libsodium itself is wrong. Before any queue is
 * pumped; until then it is libsodium.
 */
int box_init(const char *name);

/* What was chosen: "avx512", "avx2" or "sodium". */
const char *box_name(void);

/* Encrypts every text and writes its tag. */
void box_seal_many(const struct box_job *jobs, uint32_t count);

/*
 * Verifies, then decrypts. ok[i] is whether job i is authentic; the text of one that is not stays as it was. No byte of
 * a text changes before its tag was found right. Returns how many are authentic.
 */
uint32_t box_open_many(const struct box_job *jobs, uint32_t count, bool *ok);

/* One packet, by whatever is quickest for one. */
void box_seal(uint8_t tag[TV_TAG], uint8_t *text, size_t length, const uint8_t subkey[TV_KEY], uint64_t counter);
bool box_open(const uint8_t tag[TV_TAG], uint8_t *text, size_t length, const uint8_t subkey[TV_KEY], uint64_t counter);

#endif
