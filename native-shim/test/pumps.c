#include "pumps.h"

#include <errno.h>

#include "harness.h"

static void *pump_until_stopped(void *argument)
{
	struct pump *pump = argument;

	do
		pump->result = tv_pump(pump->site->handle, pump->queue, pump->site->rings[pump->queue], SITE_RING);
	while (pump->result >= 0);
	return NULL;
}

void pump_start(struct pump *pump, struct site *site, uint32_t queue)
{
	*pump = (struct pump){ .site = site, .queue = queue };
	check(pthread_create(&pump->thread, NULL, pump_until_stopped, pump) == 0);
}

void pumps_stop(struct pump *pumps, uint32_t count)
{
	check_equal(tv_device_stop(pumps[0].site->handle), 0);
	for (uint32_t i = 0; i < count; i++)
		pthread_join(pumps[i].thread, NULL);
	for (uint32_t i = 0; i < count; i++)
		check_equal(pumps[i].result, -ESHUTDOWN);
}
