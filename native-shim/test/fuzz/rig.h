/*
 * A device for a fuzzer to work on: three peers, their routes and sessions, made anew for each input. A few devices of
 * different MTUs are made once.
 */
#ifndef FUZZ_RIG_H
#define FUZZ_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "kernel.h"
#include "site.h"

/* Peers 1 and 2 have an endpoint, IPv4's and IPv6's; peer 3 has none, and no session. There is no peer 0. */
#define RIG_PEERS 4
#define RIG_IFINDEX 7
#define RIG_STAGED 12
#define RIG_STAGED_PEER 6

/* Sessions by number; their indices are in rig_sessions. */
enum {
	RIG_COMMON, /* of peer 1, with all capabilities */
	RIG_PLAIN,  /* of peer 2, without open checksums */
	RIG_SHORT,  /* of peer 1; it soon ends, by time and by counter */
	RIG_NEXT,   /* of peer 2, promoted by its first DATA */
	RIG_SESSIONS
};

#define RIG_SHORT_MESSAGES 40
#define RIG_SHORT_US (1 << 20)

struct rig_session {
	uint32_t peer;
	uint64_t send_seed, receive_seed; /* of the device's directions: see site.h */
	tv_session_config config;
};

struct rig {
	int32_t handle;
	struct device *device;
	uint8_t *ring;
	uint32_t mtu;
	size_t largest; /* datagram that it takes */
};

extern const struct rig *rig; /* in use */
extern struct rig_session rig_sessions[RIG_SESSIONS];
extern const tv_route rig_routes[];
extern const uint32_t rig_route_count;

/* A device, chosen and set by the bits of an input's first bytes. Its peers are there, its sessions are not. */
void rig_begin(uint8_t device, uint8_t offloads, const struct observer *observer);

/* Adds one of the sessions, whose time begins now. */
void rig_session_add(uint32_t number);
uint32_t rig_session_by_index(uint32_t index); /* or RIG_SESSIONS */

/* The owner of an address, from the list of routes from end to end: a peer, or TV_NO_PEER for none and for this host. */
uint32_t rig_owner(uint32_t family, const uint8_t *address);

/* Whether an IPv4 address is this host's. */
bool rig_own4(const uint8_t *address);

/* Pumps until the kernel holds nothing any more, and hands each batch's events on. A null function leaves them in the ring. */
void rig_pump(void (*seen)(const tv_event *event, const uint8_t *data));

/* Takes away the peers with all they have. */
void rig_end(void);

/* Endpoints that datagrams go to and come from, of either family. */
tv_endpoint rig_endpoint(uint32_t family, uint8_t number);

#endif
