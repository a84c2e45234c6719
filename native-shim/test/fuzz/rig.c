#include "rig.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "box_engine.h"
#include "bytes.h"
#include "harness.h"

#define RIG_RING (TV_RING_HEADER + 65536)

/* The usual one, the least, one for jumbo frames, and the greatest: some datagram is then the largest that UDP carries. */
static const uint32_t mtus[] = { 1420, 68, 9000, 65475 };
#define RIGS (sizeof mtus / sizeof *mtus)

static struct rig rigs[RIGS];
static const struct box_engine *quickest;
const struct rig *rig;
struct rig_session rig_sessions[RIG_SESSIONS];

/*
 * One peer's prefix within another's, addresses of our own within a peer's, and prefixes that cover what no peer may
 * use as a source.
 */
const tv_route rig_routes[] = {
	{ .family = 4, .length = 24, .peer = 1, .addr = { 10, 0, 1 } },
	{ .family = 4, .length = 25, .peer = 2, .addr = { 10, 0, 1, 128 } },
	{ .family = 4, .length = 24, .peer = 2, .addr = { 10, 0, 2 } },
	{ .family = 4, .length = 24, .peer = 3, .addr = { 10, 0, 3 } },
	{ .family = 4, .length = 32, .peer = TV_NO_PEER, .addr = { 10, 0, 1, 1 } },
	{ .family = 4, .length = 32, .peer = TV_NO_PEER, .addr = { 10, 0, 0, 2 } },
	{ .family = 4, .length = 0, .peer = 2 },
	{ .family = 6, .length = 64, .peer = 1, .addr = { 0xfd, 0, 0, 1 } },
	{ .family = 6, .length = 64, .peer = 2, .addr = { 0xfd, 0, 0, 2 } },
	{ .family = 6, .length = 64, .peer = 3, .addr = { 0xfd, 0, 0, 3 } },
	{ .family = 6, .length = 128, .peer = TV_NO_PEER, .addr = { 0xfd, 0, 0, 1, [15] = 1 } },
	{ .family = 6, .length = 1, .peer = 2 },
	{ .family = 6, .length = 8, .peer = 1, .addr = { 0xff } },
};
const uint32_t rig_route_count = sizeof rig_routes / sizeof *rig_routes;

static const tv_device_config config = { .queues = 1,
					 .ifindex = RIG_IFINDEX,
					 .peers_max = RIG_PEERS,
					 .staged_max = RIG_STAGED,
					 .staged_max_peer = RIG_STAGED_PEER };

static void open_rig(struct rig *made, uint32_t mtu)
{
	tv_device_config own = config;
	int tun[2], udp4[2], udp6[2];

	own.mtu = mtu;
	made->mtu = mtu;
	made->largest = mtu + 48 > TV_RECEIVE_MAX ? mtu + 48 : TV_RECEIVE_MAX;
	if (made->largest > DATAGRAM_MAX)
		made->largest = DATAGRAM_MAX;
	made->handle = tv_device_new(&own);
	check(made->handle >= 0);
	made->device = device_find(made->handle);
	check(socketpair(AF_UNIX, SOCK_DGRAM, 0, tun) == 0 && socketpair(AF_UNIX, SOCK_DGRAM, 0, udp4) == 0 &&
	      socketpair(AF_UNIX, SOCK_DGRAM, 0, udp6) == 0);
	check_equal(tv_queue_attach(made->handle, 0, tun[1], udp4[1], udp6[1]), 0);
	check_equal(tv_routes_set(made->handle, rig_routes, rig_route_count), 0);
	made->ring = aligned_alloc(64, (RIG_RING + 63) / 64 * 64);
	check(made->ring);
}

static void define_session(uint32_t number, uint32_t peer, uint32_t capabilities)
{
	struct rig_session *session = &rig_sessions[number];

	*session = (struct rig_session){ .peer = peer, .send_seed = 100 + number, .receive_seed = 200 + number };
	session->config = session_between(0x01010101u * (number + 1), 0x10101010u * (number + 1), peer, session->send_seed,
					  session->receive_seed);
	session->config.capabilities = capabilities;
}

static void open_all(void)
{
	check(tv_init() == 0);
	quickest = box_engine_choose(box_engines, NULL);
	check(quickest);
	for (uint32_t i = 0; i < RIGS; i++)
		open_rig(&rigs[i], mtus[i]);
	define_session(RIG_COMMON, 1, ALL_CAPABILITIES);
	define_session(RIG_PLAIN, 2, ALL_CAPABILITIES & ~(uint32_t)CAPABILITY_PARTIAL);
	define_session(RIG_SHORT, 1, ALL_CAPABILITIES);
	define_session(RIG_NEXT, 2, ALL_CAPABILITIES);
	rig_sessions[RIG_SHORT].config.reject_after_messages = RIG_SHORT_MESSAGES;
	rig_sessions[RIG_SHORT].config.rekey_after_messages = RIG_SHORT_MESSAGES / 2;
	rig_sessions[RIG_NEXT].config.promote = 1;
}

/* What an earlier input may have left. */
static void reset_queue(struct queue *queue)
{
	queue->ready = 0;
	queue->receiver.wanted = BATCH;
	queue->lane.unknown_index = queue->lane.unrouted = (struct rate){ 0 };
}

static void set_offloads(struct device *device, uint8_t offloads)
{
	struct queue *queue = &device->queues[0];

	/* Mostly libsodium, which nobody instrumented: the quickest here. */
	box_use((offloads & 0xf0) == 0xf0 ? quickest : &box_sodium);

	queue->virtio = offloads & 1;
	device->offloads = (offloads & 2 ? TV_OFFLOAD_TSO : 0) | (offloads & 4 ? TV_OFFLOAD_USO : 0);
	queue->lane.sender.v4.splits = queue->lane.sender.v6.splits = offloads & 8;
	device->control.sender.v4.splits = device->control.sender.v6.splits = offloads & 8;
}

tv_endpoint rig_endpoint(uint32_t family, uint8_t number)
{
	if (family == 4)
		return (tv_endpoint){ .family = 4, .port = (uint16_t)(4000 + number), .addr = { 192, 0, 2, number } };
	return (tv_endpoint){ .family = 6, .port = (uint16_t)(6000 + number), .addr = { 0x20, 1, 0x0d, 0xb8, [15] = number } };
}

void rig_begin(uint8_t device, uint8_t offloads, const struct observer *observer)
{
	const tv_endpoint endpoint4 = rig_endpoint(4, 1), endpoint6 = rig_endpoint(6, 2);

	if (!rigs[0].device)
		open_all();
	rig = &rigs[device % RIGS];
	kernel_use(rig->device, observer);
	kernel_now_us += INT64_C(3600000000);
	reset_queue(&rig->device->queues[0]);
	set_offloads(rig->device, offloads);
	memset(rig->ring, 0, TV_RING_HEADER);
	for (uint32_t peer = 1; peer < RIG_PEERS; peer++)
		check_equal(tv_peer_add(rig->handle, peer), 0);
	check_equal(tv_peer_endpoint(rig->handle, 1, &endpoint4), 0);
	check_equal(tv_peer_endpoint(rig->handle, 2, &endpoint6), 0);
}

void rig_session_add(uint32_t number)
{
	tv_session_config own = rig_sessions[number].config;

	own.rekey_at_us = kernel_now_us + (number == RIG_SHORT ? RIG_SHORT_US / 2 : HOUR_US);
	own.expires_at_us = kernel_now_us + (number == RIG_SHORT ? RIG_SHORT_US : HOUR_US);
	check_equal(tv_session_add(rig->handle, &own), 0);
}

uint32_t rig_session_by_index(uint32_t index)
{
	uint32_t number = 0;

	while (number < RIG_SESSIONS && rig_sessions[number].config.index != index)
		number++;
	return number;
}

static bool covers(const tv_route *route, const uint8_t *address)
{
	for (uint32_t bit = 0; bit < route->length; bit++)
		if ((route->addr[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

uint32_t rig_owner(uint32_t family, const uint8_t *address)
{
	uint32_t owner = TV_NO_PEER;
	int longest = -1;

	for (uint32_t i = 0; i < rig_route_count; i++)
		if (rig_routes[i].family == family && rig_routes[i].length > longest && covers(&rig_routes[i], address)) {
			longest = rig_routes[i].length;
			owner = rig_routes[i].peer;
		}
	return owner;
}

bool rig_own4(const uint8_t *address)
{
	/* The prefix of length 0 is a peer's: what no peer has, is ours. */
	return rig_owner(4, address) == TV_NO_PEER;
}

/* Reads the ring as a consumer does, and checks each record's form. */
static void read_ring(void (*seen)(const tv_event *event, const uint8_t *data))
{
	uint32_t write = load32(rig->ring), read = load32(rig->ring + 64);

	check(write - read <= RIG_RING - TV_RING_HEADER && write % 8 == 0);
	while (read != write) {
		uint32_t place = read % (RIG_RING - TV_RING_HEADER), left = RIG_RING - TV_RING_HEADER - place;
		const uint8_t *at = rig->ring + TV_RING_HEADER + place;
		uint32_t length = load32(at + 4);
		tv_event event;

		check(length >= 8 && length % 8 == 0 && length <= left && length <= write - read);
		read += length;
		if (at[0] == TV_EVENT_PAD) {
			check_equal(length, left);
			continue;
		}
		check(length >= sizeof event);
		memcpy(&event, at, sizeof event);
		check(event.type <= TV_EVENT_MOVED || event.type == TV_EVENT_OTHER_VERSION);
		check(sizeof event + event.data_length <= length);
		check(event.time_us <= kernel_now_us && (event.peer < RIG_PEERS || event.peer == TV_NO_PEER));
		seen(&event, at + sizeof event);
	}
	store32(rig->ring + 64, read);
}

void rig_pump(void (*seen)(const tv_event *event, const uint8_t *data))
{
	/* An answer may end a batch early, and there are so many. */
	for (uint32_t rounds = 0; kernel_holds(); rounds++) {
		check(rounds < KERNEL_ARRIVALS + KERNEL_OUTBOUND + KERNEL_ANSWERS);
		check_equal(tv_wake(rig->handle, 0), 0);
		check(tv_pump(rig->handle, 0, rig->ring, RIG_RING) >= 0);
		if (seen)
			read_ring(seen);
	}
	if (seen)
		read_ring(seen);
}

void rig_end(void)
{
	for (uint32_t peer = 1; peer < RIG_PEERS; peer++)
		check_equal(tv_peer_remove(rig->handle, peer), 0);
	check_equal(rig->device->stage.count, 0);
	check(!rig->device->grace.list);
}
