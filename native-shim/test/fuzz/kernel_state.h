/* What the parts of the kernel in memory share. */
#ifndef FUZZ_KERNEL_STATE_H
#define FUZZ_KERNEL_STATE_H

#include <sys/uio.h>

#include "kernel.h"

/* Messages of one socket. */
struct inbox {
	struct arrival arrivals[KERNEL_ARRIVALS];
	uint32_t count, taken;
};

struct answers {
	int list[KERNEL_ANSWERS];
	uint32_t count, taken;
};

struct kernel {
	const struct queue *queue;
	const struct observer *observer;
	struct inbox inbox4, inbox6;
	struct outbound outbound[KERNEL_OUTBOUND];
	uint32_t outbound_count, outbound_taken;
	struct answers answers[KERNEL_CALLS];
	/* Behind what was received or read, where nobody has any business. */
	struct iovec poisoned[BATCH];
	uint32_t poisoned_count;
	struct iovec behind_packet;
};

extern struct kernel kernel;

/* The next answer, or that all goes well. */
int next_answer(enum kernel_call call, int well);

/* Whether there is more, and if not, room again. */
bool waits(struct inbox *inbox);
bool gives(void);

/* What was poisoned behind the last batch that was received, and behind the last packet that was read. */
void unpoison_received(void);
void unpoison_packet(void);

#endif
