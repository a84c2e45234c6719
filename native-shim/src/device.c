#include "device.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "handles.h"
#include "peer.h"
#include "queue.h"

/* What IPv4 demands, and what fits a datagram. */
#define MTU_MIN 68
#define MTU_MAX (DATAGRAM_MAX - TV_DATA_HEADER)

/* Frees a device as far as it was made. */
static void device_finish(struct device *device)
{
	for (uint32_t id = 0; device->peers && id < device->config.peers_max; id++) {
		struct peer *peer = peer_find(device, id);

		if (peer)
			peer_retire(device, peer);
	}
	grace_finish(&device->grace);
	for (uint32_t i = 0; i < device->queues_made; i++)
		queue_finish(&device->queues[i]);
	gather_finish(&device->control.gather);
	routes_free(atomic_load_explicit(&device->routes, memory_order_relaxed));
	sessions_finish(&device->sessions);
	stage_finish(&device->stage);
	keystore_finish(&device->keystore);
	free(device->peers);
	free(device->queues);
	free(device);
}

static void *zeroed(size_t count, size_t size)
{
	size_t bytes = (count * size + 63) / 64 * 64;
	void *memory = aligned_alloc(64, bytes);

	return memory ? memset(memory, 0, bytes) : NULL;
}

static int device_init(struct device *device, const tv_device_config *config)
{
	int result = 0;

	device->config = *config;
	grace_init(&device->grace, device);
	keystore_init(&device->keystore, sizeof(struct session));
	generation_init(device);
	stage_init(&device->stage, config->staged_max, config->staged_max_peer);
	device->control.device = device;
	device->control.number = config->queues;
	device->peers = calloc(config->peers_max, sizeof *device->peers);
	device->queues = zeroed(config->queues, sizeof *device->queues);
	sender_init(&device->control.sender);
	if (!device->peers || !device->queues || sessions_init(&device->sessions, config->peers_max) < 0 ||
	    gather_init(&device->control.gather) < 0)
		return -ENOMEM;
	while (device->queues_made < config->queues && result == 0) {
		uint32_t number = device->queues_made++;

		result = queue_init(&device->queues[number], device, number);
	}
	return result;
}

int32_t tv_device_new(const tv_device_config *config)
{
	struct device *device;
	tv_device_config copy;
	int32_t result;

	memcpy(&copy, config, sizeof copy);
	if (copy.queues < 1 || copy.queues > TV_QUEUES_MAX || copy.mtu < MTU_MIN || copy.mtu > MTU_MAX || copy.peers_max < 1 ||
	    copy.peers_max > ROUTE_PEERS_MAX)
		return -EINVAL;
	device = zeroed(1, sizeof *device);
	if (!device)
		return -ENOMEM;
	result = device_init(device, &copy);
	if (result == 0)
		result = handle_publish(device);
	if (result < 0)
		device_finish(device);
	return result;
}

struct lane *control_lane(struct device *device)
{
	device->control.now_us = tv_boottime_us();
	generation_watch(&device->control);
	device->control.sender.error = 0;
	return &device->control;
}

int32_t tv_device_stop(int32_t handle)
{
	struct device *device = device_find(handle);

	if (!device)
		return -EBADF;
	atomic_store_explicit(&device->stopped, true, memory_order_release);
	for (uint32_t i = 0; i < device->config.queues; i++)
		queue_wake(&device->queues[i]);
	return 0;
}

int32_t tv_device_free(int32_t handle)
{
	struct device *device = device_find(handle);
	int result = device ? handle_withdraw(handle, device) : -EBADF;

	if (result == 0)
		device_finish(device);
	return result;
}
