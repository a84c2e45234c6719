/* Inner packets for tests. */
#ifndef TEST_PACKETS_H
#define TEST_PACKETS_H

#include <stddef.h>
#include <stdint.h>

/* Builds an IPv4 packet from text addresses; payload bytes count up. Returns its length. */
size_t packet4(uint8_t *out, const char *source, const char *destination, uint8_t protocol, size_t payload);
size_t packet6(uint8_t *out, const char *source, const char *destination, uint8_t protocol, size_t payload);

/* The checksum of a transport header and its pseudo-header, by the textbook. Zero where the sum of a right one is. */
uint16_t transport_sum(const uint8_t *packet);

#endif
