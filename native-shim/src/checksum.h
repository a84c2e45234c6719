/* Checksums: of IPv4 headers, and of TCP and UDP, which packets of kind 0x01 leave open. docs/protocol.md section 3. */
#ifndef TV_CHECKSUM_H
#define TV_CHECKSUM_H

#include <stdbool.h>
#include <stdint.h>

#include "inner.h"

/*
 * Where the checksum stands of a packet that may travel with it left open, from the packet's start. 0 for one that may
 * not, or is too short for one.
 */
uint32_t checksum_open_place(const uint8_t *packet, const struct inner *inner);

/* Completes what a packet of kind 0x01 leaves open. False for a packet that may not travel so. */
bool checksum_complete(uint8_t *packet, const struct inner *inner);

/* The sum of the pseudo-header over a transport header and payload of `length` bytes, folded. */
uint16_t checksum_pseudo(const struct inner *inner, uint32_t length);

/*
 * Completes a checksum whose field, at `place`, holds the pseudo-header's sum: from `start` to the packet's end. The field
 * stands behind the start and within the packet.
 */
void checksum_finish(uint8_t *packet, uint32_t length, uint32_t start, uint32_t place);

/* Writes the checksum of an IPv4 header. */
void checksum_header4(uint8_t *packet, uint32_t header);

/*
 * Whether a checksum stands in a packet as the kernel writes it: right, and of the two ways to write zero the one that is
 * its own. Of a whole TCP or UDP packet that could travel with it left open, and of an IPv4 header without options.
 */
bool checksum_right(const uint8_t *packet, const struct inner *inner);
bool checksum_header4_right(const uint8_t *packet);

#endif
