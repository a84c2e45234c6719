/* Names, and the primitives against vectors and identities that do not come from this code. */
#include <errno.h>
#include <string.h>

#include "harness.h"
#include "tv.h"

static void abi(void)
{
	check_equal(tv_abi(), TV_ABI);
	check_equal(tv_init(), 0);
	check_equal(tv_init(), 0);
}

static void drop_names(void)
{
	char names[512] = { 0 };
	int32_t length = tv_drop_names((uint8_t *)names, sizeof names);
	const char *at = names;

	check(length > 0);
	check_equal(strlen(names), length);
	for (int reason = 0; reason < TV_DROPS - 1; reason++) {
		if (reason == TV_DROP_REPLAY)
			check(strncmp(at, "replay,", 7) == 0);
		if (reason == TV_DROP_DEVICE_FULL)
			check(strncmp(at, "device-full,", 12) == 0);
		if (reason == TV_DROP_QUEUE_FULL)
			check(strncmp(at, "queue-full,", 11) == 0);
		at = strchr(at, ',');
		check(at);
		at++;
	}
	check(strcmp(at, "event") == 0);
	check_equal(tv_drop_names((uint8_t *)names, (uint32_t)length - 1), -ENOSPC);
}

static void box_name(void)
{
	uint8_t name[16] = { 0 };
	int32_t length = tv_box_name(name, sizeof name);

	check(length == 4 || length == 6);
	check(strcmp((char *)name, "avx512") == 0 || strcmp((char *)name, "avx2") == 0 || strcmp((char *)name, "sodium") == 0);
	check_equal(tv_box_name(name, (uint32_t)length - 1), -ENOSPC);
}

/* RFC 7748, section 6.1. */
static void diffie_hellman(void)
{
	static const uint8_t private_a[32] = {
		0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66, 0x45,
		0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9, 0x2c, 0x2a,
	};
	static const uint8_t public_a[32] = {
		0x85, 0x20, 0xf0, 0x09, 0x89, 0x30, 0xa7, 0x54, 0x74, 0x8b, 0x7d, 0xdc, 0xb4, 0x3e, 0xf7, 0x5a,
		0x0d, 0xbf, 0x3a, 0x0d, 0x26, 0x38, 0x1a, 0xf4, 0xeb, 0xa4, 0xa9, 0x8e, 0xaa, 0x9b, 0x4e, 0x6a,
	};
	static const uint8_t public_b[32] = {
		0xde, 0x9e, 0xdb, 0x7d, 0x7b, 0x7d, 0xc1, 0xb4, 0xd3, 0x5b, 0x61, 0xc2, 0xec, 0xe4, 0x35, 0x37,
		0x3f, 0x83, 0x43, 0xc8, 0x5b, 0x78, 0x67, 0x4d, 0xad, 0xfc, 0x7e, 0x14, 0x6f, 0x88, 0x2b, 0x4f,
	};
	static const uint8_t shared[32] = {
		0x4a, 0x5d, 0x9d, 0x5b, 0xa4, 0xce, 0x2d, 0xe1, 0x72, 0x8e, 0x3b, 0xf4, 0x80, 0x35, 0x0f, 0x25,
		0xe0, 0x7e, 0x21, 0xc9, 0x47, 0xd1, 0x9e, 0x33, 0x76, 0xf0, 0x9b, 0x3c, 0x1e, 0x16, 0x17, 0x42,
	};
	static const uint8_t zero[32];
	uint8_t out[32];

	check_equal(tv_public_key(out, private_a), 0);
	check(memcmp(out, public_a, 32) == 0);
	check_equal(tv_dh(out, private_a, public_b), 0);
	check(memcmp(out, shared, 32) == 0);
	memset(out, 0xff, sizeof out);
	check_equal(tv_dh(out, private_a, zero), -EDOM);
	check(memcmp(out, zero, 32) == 0);
}

/* SHA-512 of nothing, and RFC 4231, test case 2; then a key longer than a block, which is its own hash (RFC 2104). */
static void hashes(void)
{
	static const uint8_t empty[8] = { 0xcf, 0x83, 0xe1, 0x35, 0x7e, 0xef, 0xb8, 0xbd };
	static const uint8_t jefe[8] = { 0x16, 0x4b, 0x7a, 0x7b, 0xfc, 0xf8, 0x19, 0xe2 };
	uint8_t out[64], other[64], long_key[200] = { 7 }, hashed[64];

	check_equal(tv_hash(out, NULL, 0), 0);
	check(memcmp(out, empty, sizeof empty) == 0);
	check_equal(tv_hmac(out, (const uint8_t *)"Jefe", 4, (const uint8_t *)"what do ya want for nothing?", 28), 0);
	check(memcmp(out, jefe, sizeof jefe) == 0);
	tv_hash(hashed, long_key, sizeof long_key);
	tv_hmac(out, long_key, sizeof long_key, NULL, 0);
	tv_hmac(other, hashed, sizeof hashed, NULL, 0);
	check(memcmp(out, other, sizeof out) == 0);
	check_equal(tv_hmac(out, NULL, 0, NULL, 0), 0);
}

static void seal_and_open(void)
{
	uint8_t key[32], nonce[24], text[40], box[56], out[40];
	uint64_t state = 3;

	random_fill(&state, key, sizeof key);
	random_fill(&state, nonce, sizeof nonce);
	random_fill(&state, text, sizeof text);
	check_equal(tv_seal(box, key, nonce, text, sizeof text), 0);
	check_equal(tv_open(out, key, nonce, box, sizeof box), 0);
	check(memcmp(out, text, sizeof text) == 0);
	box[20] ^= 1;
	check_equal(tv_open(out, key, nonce, box, sizeof box), -EBADMSG);
	check_equal(tv_open(out, key, nonce, box, 15), -EBADMSG);
	check_equal(tv_seal(box, key, nonce, NULL, 0), 0);
	check_equal(tv_open(out, key, nonce, box, 16), 0);
}

static void equality(void)
{
	uint8_t a[3] = { 1, 2, 3 }, b[3] = { 1, 2, 4 };

	check_equal(tv_equal(a, a, 3), 1);
	check_equal(tv_equal(a, b, 3), 0);
	check_equal(tv_equal(a, b, 2), 1);
	check_equal(tv_equal(NULL, NULL, 0), 1);
}

static void randomness(void)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	check_equal(tv_random(a, sizeof a), 0);
	check_equal(tv_random(b, sizeof b), 0);
	check(memcmp(a, b, sizeof a) != 0);
}

SUITE(library, { "abi and init", abi }, { "drop names stand in the order of the reasons", drop_names }, { "box name", box_name },
      { "X25519 against RFC 7748, and a zero result", diffie_hellman }, { "SHA-512 and HMAC against their RFCs", hashes },
      { "seal and open", seal_and_open }, { "equality", equality }, { "random bytes differ", randomness });
