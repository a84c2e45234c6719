/* Completes the TCP or UDP checksum that a packet of kind 0x01 leaves open. docs/protocol.md section 3. */
#ifndef TV_CHECKSUM_H
#define TV_CHECKSUM_H

#include <stdbool.h>
#include <stdint.h>

#include "inner.h"

/* False for a packet that may not travel with its checksum open, or is too short for one. */
bool checksum_complete(uint8_t *packet, const struct inner *inner);

#endif
