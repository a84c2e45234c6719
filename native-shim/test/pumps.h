/* Threads that pump the queues of a site, as an agent's workers do. */
#ifndef TEST_PUMPS_H
#define TEST_PUMPS_H

#include <pthread.h>

#include "site.h"

struct pump {
	struct site *site;
	uint32_t queue;
	int32_t result; /* what ended it */
	pthread_t thread;
};

void pump_start(struct pump *pump, struct site *site, uint32_t queue);

/* Stops the device and waits for its pumps. Each must have ended for that reason. */
void pumps_stop(struct pump *pumps, uint32_t count);

#endif
