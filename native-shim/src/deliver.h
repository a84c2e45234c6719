/*
 * To the interface: packets singly, or many of a flow as one super-packet where the interface takes it.
 *
 * Several flows are held at once, until the batch ends, so that those which come interleaved join as well. Of two packets
 * of one source and one destination, the one that came first is written first, unless both are of TCP or UDP and differ
 * in protocol or ports, as read right behind an IP header without options or extensions: then they are two flows. So a
 * fragment, an ICMP message or a tunnel's packet overtakes nothing between its two addresses, and nothing overtakes it.
 * Packets between other addresses may change places within a batch.
 */
#ifndef TV_DELIVER_H
#define TV_DELIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "inner.h"

/*
 * A packet of a peer. It may be held, and stays where it is until deliver_flush. open: its checksum is left open. False
 * for one that may not travel so.
 */
bool deliver(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner, bool open);

/* Writes what is held, the oldest first. */
void deliver_flush(struct queue *queue);

#endif
