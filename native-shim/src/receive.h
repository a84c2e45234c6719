/* From the peers to the interface: dispatch, session, window, open, inner checks, source, write. */
#ifndef TV_RECEIVE_H
#define TV_RECEIVE_H

#include <stdint.h>

#include "device.h"

/* Takes a batch from one of the queue's sockets. Returns how many datagrams came. */
uint32_t receive_batch(struct queue *queue, int socket);

#endif
