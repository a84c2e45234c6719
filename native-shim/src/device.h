/*
 * A device: one interface, its queues and its peers.
 *
 * A lane is what one thread needs to seal and send, and to count what it does: each queue has one, and the control
 * thread has one.
 */
#ifndef TV_DEVICE_H
#define TV_DEVICE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "box.h"
#include "count.h"
#include "event.h"
#include "flow_table.h"
#include "gather.h"
#include "generation.h"
#include "grace.h"
#include "keystore.h"
#include "receiver.h"
#include "routes.h"
#include "sender.h"
#include "session.h"
#include "stage.h"
#include "tv.h"

/* So many a second, by whole seconds. */
struct rate {
	int64_t since_us;
	uint32_t used;
};

struct lane {
	_Alignas(64) struct device *device;
	uint32_t number;    /* of its column in a peer's tallies */
	int64_t now_us;     /* read once a batch */
	struct ring *ring;  /* null for the control thread */
	struct rate unknown_index, unrouted, other_version, host;
	bool untold; /* the host changed, and no event found room to tell how */
	uint32_t told_generation; /* by queue 0 */
	struct gather gather;
	struct sender sender;
	counter counts[TV_COUNTERS];
};

/* DATA of a session, not opened yet. */
struct sealed {
	struct session *session;
	struct datagram datagram;
};

#define UNSEAL_MAX 64

struct unseal {
	uint32_t count;
	/* The inner source found last to be a peer's, so that it need not be looked up again: of the same few packets. */
	struct inner owned;
	const struct peer *owner; /* or null */
	struct sealed sealed[UNSEAL_MAX];
	struct box_job jobs[UNSEAL_MAX];
};

struct queue {
	struct lane lane;
	int tun;
	bool virtio; /* a header stands before each of its packets */
	int wake;  /* eventfd */
	int watch; /* epoll */
	int host, machine; /* netlink, or -1 */
	int64_t asleep_us; /* how long the machine has slept, as far as it was noticed */
	bool attached;
	bool running; /* a thread is in tv_pump; under the lock of handles */
	int failure;  /* why it cannot go on */
	uint32_t ready; /* sources that may hold more */
	atomic_bool woken;
	struct receiver receiver;
	struct unseal unseal;
	struct flow_table flows; /* held on their way to the interface */
};

struct device {
	tv_device_config config;
	struct grace grace;
	struct keystore keystore;
	struct session_table sessions;
	struct stage stage;
	struct generation generation;
	_Atomic(struct routes *) routes;
	_Atomic(struct peer *) *peers;
	struct queue *queues;
	uint32_t offloads;    /* TV_OFFLOAD bits */
	uint32_t queues_made; /* of config.queues; fewer only while the device is made */
	struct lane control;
	atomic_bool stopped;
	atomic_bool owes; /* a peer or a session owes an event */
};

/* The device behind a handle, or null. Control thread only. */
struct device *device_find(int32_t handle);

/* The control thread's lane, its clock set. */
struct lane *control_lane(struct device *device);

/* Counts a packet that goes nowhere. peer may be null. */
void drop(struct lane *lane, struct peer *peer, uint32_t reason);

#endif
