/* The primitives of the handshake, as libsodium has them. docs/protocol.md section 1. */
#include <errno.h>
#include <sodium.h>

#include "tv.h"

/* libsodium may be handed no null pointer, not even for nothing. */
static const uint8_t *readable(const uint8_t *in, uint32_t length)
{
	static const uint8_t nothing[1];

	return length ? in : nothing;
}

int32_t tv_random(uint8_t *out, uint32_t length)
{
	randombytes_buf(out, length);
	return 0;
}

int32_t tv_public_key(uint8_t *out32, const uint8_t *private32)
{
	crypto_scalarmult_base(out32, private32);
	return 0;
}

int32_t tv_dh(uint8_t *out32, const uint8_t *private32, const uint8_t *public32)
{
	if (crypto_scalarmult(out32, private32, public32) == 0 && !sodium_is_zero(out32, TV_KEY))
		return 0;
	sodium_memzero(out32, TV_KEY);
	return -EDOM;
}

int32_t tv_hash(uint8_t *out64, const uint8_t *in, uint32_t length)
{
	crypto_hash_sha512(out64, readable(in, length), length);
	return 0;
}

int32_t tv_hmac(uint8_t *out64, const uint8_t *key, uint32_t key_length, const uint8_t *in, uint32_t length)
{
	crypto_auth_hmacsha512_state state;

	crypto_auth_hmacsha512_init(&state, readable(key, key_length), key_length);
	crypto_auth_hmacsha512_update(&state, readable(in, length), length);
	crypto_auth_hmacsha512_final(&state, out64);
	sodium_memzero(&state, sizeof state);
	return 0;
}

int32_t tv_seal(uint8_t *out, const uint8_t *key32, const uint8_t *nonce24, const uint8_t *in, uint32_t length)
{
	crypto_secretbox_easy(out, readable(in, length), length, nonce24, key32);
	return 0;
}

int32_t tv_open(uint8_t *out, const uint8_t *key32, const uint8_t *nonce24, const uint8_t *box, uint32_t length)
{
	if (length < TV_TAG)
		return -EBADMSG;
	return crypto_secretbox_open_easy(out, box, length, nonce24, key32) == 0 ? 0 : -EBADMSG;
}

int32_t tv_hsalsa20(uint8_t *out32, const uint8_t *key32, const uint8_t *in16)
{
	crypto_core_hsalsa20(out32, in16, key32, NULL);
	return 0;
}

int32_t tv_equal(const uint8_t *a, const uint8_t *b, uint32_t length)
{
	return sodium_memcmp(readable(a, length), readable(b, length), length) == 0;
}
