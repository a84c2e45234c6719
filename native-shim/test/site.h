/*
 * A device on real UDP sockets, with a socket pair in the place of its interface, and a stranger who builds datagrams
 * from crypto_secretbox and nothing of the device's own.
 */
#ifndef TEST_SITE_H
#define TEST_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "peer.h"
#include "tv.h"

#define SITE_QUEUES 2
#define SITE_RING (TV_RING_HEADER + 65536)
#define SITE_EVENTS 512
#define SITE_MTU 1420

#define ALL_CAPABILITIES (CAPABILITY_L3 | CAPABILITY_PARTIAL | CAPABILITY_PROBE | CAPABILITY_CONTROL)
#define HOUR_US INT64_C(3600000000)

struct seen {
	tv_event event;
	uint8_t data[TV_MESSAGE_MAX];
};

struct site {
	int32_t handle;
	struct device *device;
	int host[SITE_QUEUES]; /* the host's end of the interface, by queue */
	uint16_t port4, port6; /* of queue 0, and of all unless they were opened apart */
	uint16_t ports4[SITE_QUEUES], ports6[SITE_QUEUES];
	uint8_t *rings[SITE_QUEUES];
	struct seen seen[SITE_EVENTS]; /* of queue 0 */
	uint32_t seen_count;
};

/* The defaults: one queue, no interface index, 64 peers, 16 packets staged, 8 a peer. */
extern const tv_device_config site_defaults;

void site_open(struct site *site, const tv_device_config *config);
/* The same, but each queue has ports of its own: whoever sends decides which queue receives. */
void site_open_apart(struct site *site, const tv_device_config *config);
void site_close(struct site *site);

/* Pumps queue 0 for a batch, without waiting, and keeps its events. */
int32_t site_pump(struct site *site);
/* Moves what a queue's ring holds to the events seen. */
void site_read_ring(struct site *site, uint32_t queue);

/* Events seen of a type, and the newest of them. */
uint32_t site_events(const struct site *site, uint16_t type);
const struct seen *site_event(const struct site *site, uint16_t type);
void site_forget(struct site *site);

uint64_t site_drops(const struct site *site, uint32_t reason);
uint64_t site_count(const struct site *site, uint32_t counter);
tv_peer_stats site_stats(const struct site *site, uint32_t peer);

/* A packet from the host, and the next one to it: its length, or -1. */
void host_send(struct site *site, uint32_t queue, const uint8_t *packet, size_t length);
int host_receive(struct site *site, uint32_t queue, uint8_t *packet, size_t room);

/* One route for a peer in text, such as 10.0.1.0/24. */
tv_route route_from(const char *prefix, uint32_t peer);

tv_endpoint endpoint4(uint16_t port);
tv_endpoint endpoint6(uint16_t port);

/* A session whose keys follow from two numbers: what it sends under, and what it opens with. */
tv_session_config session_between(uint32_t index, uint32_t remote_index, uint32_t peer, uint64_t send_seed, uint64_t receive_seed);

/* Another end, in the open: a socket of its own and the keys of both directions. */
struct stranger {
	int socket;
	uint16_t port;
	uint32_t index;        /* of the device's session */
	uint64_t send_seed;    /* what the stranger seals with: the device's receive_seed */
	uint64_t receive_seed;
};

void stranger_open(struct stranger *stranger, uint32_t family);
void stranger_close(struct stranger *stranger);
void stranger_send(const struct stranger *stranger, const struct site *site, const uint8_t *datagram, size_t length);
/* The next datagram, or -1. */
int stranger_receive(const struct stranger *stranger, uint8_t *datagram, size_t room);
/* Opens DATA. Returns the plaintext's length, or -1. */
int stranger_open_data(const struct stranger *stranger, const uint8_t *datagram, size_t length, uint8_t *plaintext);

/* A whole DATA datagram. */
size_t seal_data(uint8_t *datagram, uint64_t seed, uint32_t index, uint8_t kind, uint64_t counter, const uint8_t *plaintext, size_t length);

#endif
