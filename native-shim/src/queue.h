/* The queues of a device: their descriptors, and the right to pump one. */
#ifndef TV_QUEUE_H
#define TV_QUEUE_H

#include <stdint.h>

#include "device.h"

/* What a queue waits for. */
enum { SOURCE_TUN, SOURCE_UDP4, SOURCE_UDP6, SOURCE_WAKE, SOURCE_HOST, SOURCE_MACHINE, SOURCES };

/* Makes a queue of zeroed memory. queue_finish is due after it even when it fails. */
int queue_init(struct queue *queue, struct device *device, uint32_t number);
void queue_finish(struct queue *queue);

/* Marks a queue as running, or not any more. -EBADF, -EINVAL, -EBUSY, -ENOTCONN before it was attached. */
int queue_begin(int32_t handle, uint32_t number, struct queue **out);
void queue_end(struct queue *queue);

/* Makes a blocked queue look up. */
void queue_wake(struct queue *queue);

#endif
