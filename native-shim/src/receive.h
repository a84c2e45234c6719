/* From the peers to the interface: dispatch, session, window, open, inner checks, source, write. */
#ifndef TV_RECEIVE_H
#define TV_RECEIVE_H

#include <stdbool.h>

#include "device.h"

/* Takes a batch from one of the queue's sockets. Whether there may be more. */
bool receive_batch(struct queue *queue, int socket);

#endif
