/* Little-endian integers at any alignment. The machines this builds for are little-endian themselves. */
#ifndef TV_BYTES_H
#define TV_BYTES_H

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "structs of tv.h cross to JavaScript in host order");

static inline uint32_t load32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof value);
	return value;
}

static inline uint64_t load64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof value);
	return value;
}

static inline void store32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof value);
}

static inline void store64(uint8_t *at, uint64_t value)
{
	memcpy(at, &value, sizeof value);
}

/* Network order, as inner packets and their addresses have it. */
static inline uint16_t load16_network(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline void store16_network(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void store32_network(uint8_t *at, uint32_t value)
{
	store32(at, __builtin_bswap32(value));
}

static inline uint32_t load32_network(const uint8_t *at)
{
	return __builtin_bswap32(load32(at));
}

static inline uint64_t load64_network(const uint8_t *at)
{
	return __builtin_bswap64(load64(at));
}

#endif
