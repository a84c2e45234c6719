/* How the control thread gives a device its sessions and routes. */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "device.h"
#include "peer.h"

static int32_t add_session(struct device *device, const tv_session_config *config)
{
	struct peer *peer = peer_find(device, config->peer);
	struct session *session;
	int result;

	if (!peer)
		return -ENOENT;
	if (session_find(&device->sessions, config->index))
		return -EEXIST;
	result = session_new(&session, &device->keystore, config, peer, &device->generation);
	if (result < 0)
		return result;
	session->sibling = peer->sessions;
	peer->sessions = session;
	session_link(&device->sessions, session);
	return 0;
}

int32_t tv_session_add(int32_t handle, const tv_session_config *config)
{
	struct device *device = device_find(handle);
	tv_session_config copy;
	int32_t result;

	if (!device)
		return -EBADF;
	memcpy(&copy, config, sizeof copy);
	result = add_session(device, &copy);
	sodium_memzero(&copy, sizeof copy);
	return result;
}

int32_t tv_session_remove(int32_t handle, uint32_t index)
{
	struct device *device = device_find(handle);
	struct session *session = device ? session_find(&device->sessions, index) : NULL;

	if (!session)
		return device ? -ENOENT : -EBADF;
	peer_retire_session(device, session);
	return 0;
}

static void release_routes(struct retired *retired, void *owner)
{
	(void)owner;
	routes_free((struct routes *)retired);
}

int32_t tv_routes_set(int32_t handle, const tv_route *list, uint32_t count)
{
	struct device *device = device_find(handle);
	struct routes *routes, *before;
	int result;

	if (!device)
		return -EBADF;
	result = routes_build(&routes, (const uint8_t *)list, count, device->config.peers_max);
	if (result < 0)
		return result;
	before = atomic_exchange_explicit(&device->routes, routes, memory_order_acq_rel);
	if (before)
		grace_retire(&device->grace, routes_retired(before), release_routes);
	return 0;
}

int64_t tv_route_lookup(int32_t handle, uint32_t family, const uint8_t *address)
{
	struct device *device = device_find(handle);
	const struct routes *routes;
	uint32_t owner;

	if (!device)
		return -EBADF;
	if (family != 4 && family != 6)
		return -EINVAL;
	routes = atomic_load_explicit(&device->routes, memory_order_acquire);
	owner = family == 4 ? routes_lookup4(routes, address) : routes_lookup6(routes, address);
	return owner == ROUTE_NONE ? -ENOENT : (int64_t)owner;
}
