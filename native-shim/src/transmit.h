/* From the interface to the peers: inner packet, route, session, seal, batch. */
#ifndef TV_TRANSMIT_H
#define TV_TRANSMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "peer.h"

/* Reads a batch from the queue's interface and sends it. Returns how many packets came. */
uint32_t transmit_batch(struct queue *queue);

/*
 * Seals the text of `length` bytes in the sender's slot and adds it to the batch. pad: to a multiple of 16, within the
 * MTU. False when the session has reached its last counter.
 */
bool transmit_seal(struct lane *lane, struct session *session, const struct destination *to, uint8_t kind, uint32_t length, bool pad);

#endif
