/* To the interface: packets singly, or neighbours of a flow as one super-packet where the interface takes it. */
#ifndef TV_DELIVER_H
#define TV_DELIVER_H

#include <stdint.h>

#include "device.h"
#include "inner.h"

/* A packet of a peer, complete. It may be held, and stays where it is until deliver_flush. */
void deliver_whole(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner);

/* The same of one whose checksum is left open. False for one that may not travel so. */
bool deliver_open(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner);

/* Writes what is held. */
void deliver_flush(struct queue *queue);

#endif
