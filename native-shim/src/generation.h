/*
 * Generations of keys. When this process's memory may have been copied, as a machine's is that is cloned or taken back to a snapshot,
 * what was made before must seal nothing more: two copies would use the same counters. A clock that was set is a sign of that, and so
 * is another generation id of the machine.
 */
#ifndef TV_GENERATION_H
#define TV_GENERATION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device;
struct lane;
struct queue;

struct generation {
	_Alignas(64) _Atomic(uint32_t) number; /* of what is made now */
	_Atomic(uint32_t) cause;               /* of the last change: TV_GENERATION_CLOCK or TV_GENERATION_MACHINE */
	_Atomic(int64_t) clock_us;             /* the real-time clock less the boot clock */
	_Atomic(int64_t) rest_until_us;        /* until when a set clock changes nothing */
};

void generation_init(struct device *device);

/* Looks whether the clock was set, at the time that the lane knows. */
void generation_watch(struct lane *lane);

/* A socket that is told when the machine gets another generation id, or -errno. */
int generation_open(void);

/* Reads what it holds, but for a bounded part. Returns whether there may be more. */
bool generation_read(struct queue *queue);

/* Whether a message of the kernel's says that the machine has another generation id. */
bool generation_changed(const char *message, size_t length);

#endif
