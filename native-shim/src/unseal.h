/* DATA of known sessions: gathered, opened many at a time, marked in the window, and handed on in order. */
#ifndef TV_UNSEAL_H
#define TV_UNSEAL_H

#include <stdint.h>

#include "device.h"

/*
 * Checks what can be told without the key. The datagram, of TV_DATA_HEADER bytes at least and of a kind that there is, stays
 * until unseal_flush.
 */
void unseal_add(struct queue *queue, struct session *session, const struct datagram *datagram);

/* Opens what waits. */
void unseal_flush(struct queue *queue);

#endif
