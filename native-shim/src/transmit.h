/* From the interface to the peers: inner packet, route, session, segments, gathered for sealing. */
#ifndef TV_TRANSMIT_H
#define TV_TRANSMIT_H

#include <stdbool.h>

#include "device.h"

/* Reads a batch from the queue's interface and sends it. Whether there may be more. */
bool transmit_batch(struct queue *queue);

#endif
