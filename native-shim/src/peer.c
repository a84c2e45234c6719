#include "peer.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "send.h"

_Static_assert(offsetof(struct peer, retired) == 0 && offsetof(struct destination, retired) == 0, "grace hands back the first member");

struct peer *peer_find(const struct device *device, uint32_t id)
{
	return id < device->config.peers_max ? atomic_load_explicit(&device->peers[id], memory_order_acquire) : NULL;
}

struct session *peer_session(const struct peer *peer, int64_t now_us)
{
	struct session *session = atomic_load_explicit(&peer->current, memory_order_acquire);

	return session && session_usable(session, now_us) ? session : NULL;
}

void unanswered_clear(_Atomic(int64_t) *at)
{
	if (atomic_load_explicit(at, memory_order_relaxed))
		atomic_store_explicit(at, 0, memory_order_relaxed);
}

void unanswered_note(_Atomic(int64_t) *at, int64_t now_us)
{
	int64_t none = 0;

	if (!atomic_load_explicit(at, memory_order_relaxed))
		atomic_compare_exchange_strong_explicit(at, &none, now_us, memory_order_relaxed, memory_order_relaxed);
}

static uint32_t discard(struct device *device, struct lane *lane, struct peer *peer)
{
	struct staged *packet;
	uint32_t count = 0;

	for (; (packet = stage_take(&device->stage, peer)); count++) {
		if (lane)
			drop(lane, peer, TV_DROP_STAGED);
		free(packet);
	}
	return count;
}

static void release_session(struct retired *retired, void *owner)
{
	struct device *device = owner;

	keystore_give(&device->keystore, retired);
}

static void release_destination(struct retired *retired, void *owner)
{
	(void)owner;
	free(retired);
}

/* A queue may have staged more while it still held the peer. Its statistics are gone by now: these are not counted. */
static void release_peer(struct retired *retired, void *owner)
{
	struct peer *peer = (struct peer *)retired;

	discard(owner, NULL, peer);
	free(peer);
}

static void lock_current(struct peer *peer)
{
	while (atomic_flag_test_and_set_explicit(&peer->current_lock, memory_order_acquire))
		sched_yield();
}

static void unlock_current(struct peer *peer)
{
	atomic_flag_clear_explicit(&peer->current_lock, memory_order_release);
}

void peer_promote(struct session *session)
{
	struct peer *peer = session->peer;

	if (!session->promote || atomic_load_explicit(&session->promoted, memory_order_relaxed) ||
	    !atomic_load_explicit(&peer->destination, memory_order_relaxed))
		return;
	lock_current(peer);
	if (!session->gone && !atomic_exchange_explicit(&session->promoted, true, memory_order_relaxed))
		atomic_store_explicit(&peer->current, session, memory_order_release);
	unlock_current(peer);
}

void peer_retire_session(struct device *device, struct session *session)
{
	struct peer *peer = session->peer;
	struct session **at = &peer->sessions;

	while (*at != session)
		at = &(*at)->sibling;
	*at = session->sibling;
	lock_current(peer);
	session->gone = true;
	if (atomic_load_explicit(&peer->current, memory_order_relaxed) == session)
		atomic_store_explicit(&peer->current, NULL, memory_order_release);
	unlock_current(peer);
	session_unlink(&device->sessions, session);
	grace_retire(&device->grace, &session->retired, release_session);
}

static void swap_destination(struct device *device, struct peer *peer, struct destination *to)
{
	struct destination *before = atomic_exchange_explicit(&peer->destination, to, memory_order_acq_rel);

	if (before)
		grace_retire(&device->grace, &before->retired, release_destination);
}

void peer_retire(struct device *device, struct peer *peer)
{
	atomic_store_explicit(&device->peers[peer->id], NULL, memory_order_release);
	while (peer->sessions)
		peer_retire_session(device, peer->sessions);
	swap_destination(device, peer, NULL);
	discard(device, control_lane(device), peer);
	grace_retire(&device->grace, &peer->retired, release_peer);
}

int32_t tv_peer_add(int32_t handle, uint32_t id)
{
	struct device *device = device_find(handle);
	struct peer *peer;
	size_t size;

	if (!device)
		return -EBADF;
	if (id >= device->config.peers_max)
		return -ERANGE;
	if (peer_find(device, id))
		return -EEXIST;
	size = (sizeof *peer + (device->config.queues + 1) * sizeof *peer->tallies + 63) / 64 * 64;
	peer = aligned_alloc(64, size);
	if (!peer)
		return -ENOMEM;
	memset(peer, 0, size);
	peer->id = id;
	atomic_flag_clear(&peer->current_lock);
	atomic_store_explicit(&device->peers[id], peer, memory_order_release);
	return 0;
}

int32_t tv_peer_remove(int32_t handle, uint32_t id)
{
	struct device *device = device_find(handle);
	struct peer *peer = device ? peer_find(device, id) : NULL;

	if (!peer)
		return device ? -ENOENT : -EBADF;
	peer_retire(device, peer);
	return 0;
}

int32_t tv_peer_endpoint(int32_t handle, uint32_t id, const tv_endpoint *endpoint)
{
	struct device *device = device_find(handle);
	struct peer *peer = device ? peer_find(device, id) : NULL;
	struct destination *to;
	tv_endpoint copy;

	if (!peer)
		return device ? -ENOENT : -EBADF;
	memcpy(&copy, endpoint, sizeof copy);
	if (copy.family == 0) {
		swap_destination(device, peer, NULL);
		return 0;
	}
	to = malloc(sizeof *to);
	if (!to)
		return -ENOMEM;
	if (!destination_set(to, &copy)) {
		free(to);
		return -EINVAL;
	}
	swap_destination(device, peer, to);
	/* Packets may have stayed staged for want of an endpoint alone. */
	send_staged(control_lane(device), peer);
	return 0;
}

int32_t tv_peer_watch(int32_t handle, uint32_t id)
{
	struct device *device = device_find(handle);
	struct peer *peer = device ? peer_find(device, id) : NULL;

	if (!peer)
		return device ? -ENOENT : -EBADF;
	atomic_store_explicit(&peer->watched, true, memory_order_relaxed);
	return 0;
}

int32_t tv_peer_discard(int32_t handle, uint32_t id)
{
	struct device *device = device_find(handle);
	struct peer *peer = device ? peer_find(device, id) : NULL;

	if (!peer)
		return device ? -ENOENT : -EBADF;
	return (int32_t)discard(device, control_lane(device), peer);
}
