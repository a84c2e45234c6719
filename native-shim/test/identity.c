/*
 * What one interface gives, another is given: packets and super-packets of random flows through the whole of two devices.
 * Both sides are split by the book, and then every packet has arrived once, the same to the byte, in the order of its flow.
 *
 * Of a fixed seed, unless IDENTITY_SEED gives another; a failure names the seed that begins with it.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bytes.h"
#include "flows.h"
#include "harness.h"
#include "site.h"
#include "splitter.h"
#include "transport.h"
#include "virtio.h"

#define PEER 0
#define SCENES 40
#define CASES 75 /* of a scene */
#define FLOWS_MAX 4
#define INPUTS_MAX 40

/* What waits at once: little enough for the socket pairs in the interfaces' place. */
#define WAITING_BYTES 60000
#define WAITING_PACKETS 100
#define PAIR_BUFFER (1 << 20)

static struct site left, right;
static struct pieces wanted, found;
static bool taken[PIECES_MAX];
static uint8_t framed[FRAMED_MAX];
static uint32_t mtu;
static uint64_t scene_seed, sent, sent_bytes; /* of the scene: packets that the left was given, and bytes on the wire for them */
static uint32_t scene_case, supers;

#define wrong(...) wrong_at(__LINE__, __VA_ARGS__)
#define wrong_at(line, format, ...) \
	test_fail(__FILE__, line, "seed %llu, case %u: " format, (unsigned long long)scene_seed, scene_case, __VA_ARGS__)

static void enlarge(int socket)
{
	const int bytes = PAIR_BUFFER;

	check(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) == 0);
}

static void open_side(struct site *site, const tv_device_config *config, const char *other4, const char *other6)
{
	tv_route routes[] = { route_from(other4, PEER), route_from(other6, PEER) };

	site_open(site, config);
	enlarge(site->host[0]);
	enlarge(site->device->queues[0].tun);
	check_equal(tv_peer_add(site->handle, PEER), 0);
	check_equal(tv_routes_set(site->handle, routes, 2), 0);
}

/* What an interface and its sockets can do, or cannot. */
static void choose_offloads(struct site *site, uint64_t *seed)
{
	struct queue *queue = &site->device->queues[0];

	queue->virtio = below(seed, 8);
	if (queue->virtio)
		site->device->offloads |= TV_OFFLOAD_CSUM | (below(seed, 6) ? TV_OFFLOAD_TSO : 0) | (below(seed, 6) ? TV_OFFLOAD_USO : 0);
	if (below(seed, 6) == 0)
		queue->lane.sender.v4.splits = queue->lane.sender.v6.splits = false;
}

static void open_scene(uint64_t *seed)
{
	static const uint32_t mtus[] = { 1280, 1420, 1420, 8900 };
	tv_device_config config = site_defaults;
	tv_session_config of_left = session_between(1, 2, PEER, 31, 32), of_right = session_between(2, 1, PEER, 32, 31);
	tv_endpoint to_right;

	mtu = config.mtu = mtus[below(seed, 4)];
	open_side(&left, &config, "10.0.2.0/24", "fd00:2::/64");
	open_side(&right, &config, "10.0.1.0/24", "fd00:1::/64");
	choose_offloads(&left, seed);
	choose_offloads(&right, seed);
	if (below(seed, 6) == 0)
		of_left.capabilities &= (uint32_t)~CAPABILITY_PARTIAL;
	to_right = below(seed, 2) ? endpoint4(right.port4) : endpoint6(right.port6);
	check_equal(tv_peer_endpoint(left.handle, PEER, &to_right), 0);
	check_equal(tv_session_add(left.handle, &of_left), 0);
	check_equal(tv_session_add(right.handle, &of_right), 0);
	check_equal(tv_session_use(left.handle, 1, 0), 0);
	sent = sent_bytes = 0;
}

static void add_pieces(struct pieces *pieces, const struct site *site, size_t length)
{
	const char *complaint = pieces_add(pieces, framed, length, site->device->queues[0].virtio);

	if (complaint)
		wrong("%s: %s", pieces == &wanted ? "the test itself" : "no kernel takes it", complaint);
}

/* A super-packet that the right wrote, of so many: what a kernel makes of its own, and what its interface was said to take. */
static void check_super(uint32_t count)
{
	uint32_t type = framed[1] & ~(uint32_t)VIRTIO_GSO_ECN;
	const uint8_t *transport = framed + sizeof(struct virtio_header) + (type == VIRTIO_GSO_TCP6 ? 40 : 20);

	supers++;
	if (count < 2 || count > 64)
		wrong("a super-packet of %u", count);
	if (!(right.device->offloads & (type == VIRTIO_GSO_UDP ? TV_OFFLOAD_USO : TV_OFFLOAD_TSO)))
		wrong("a super-packet of type %u, which was not obtained", type);
	if (type != VIRTIO_GSO_UDP && (transport[TCP_FLAGS] & (TCP_ACK | TCP_SYN | TCP_RST | TCP_URG)) != TCP_ACK)
		wrong("a super-packet with the flags %02x", transport[TCP_FLAGS]);
}

/* The right's writes. */
static void take_found(void)
{
	int length;

	while ((length = host_receive(&right, 0, framed, sizeof framed)) >= 0) {
		uint32_t before = found.count;

		add_pieces(&found, &right, (size_t)length);
		if (right.device->queues[0].virtio && framed[1] != VIRTIO_GSO_NONE)
			check_super(found.count - before);
	}
}

static uint64_t drops(const struct site *site)
{
	uint64_t counts[TV_COUNTERS], total = 0;

	check_equal(tv_counters_read(site->handle, counts), 0);
	for (uint32_t reason = 0; reason < TV_DROPS; reason++)
		total += counts[TV_COUNT_DROPS + reason];
	return total;
}

/* Until all that the left was given has been written by the right. */
static void pass_on(void)
{
	wait_until((site_pump(&left), site_count(&left, TV_COUNT_TX_PACKETS) + drops(&left) >= sent));
	wait_until((site_pump(&right), take_found(), site_count(&right, TV_COUNT_RX_PACKETS) + drops(&right) + drops(&left) >= sent));
	if (drops(&left) + drops(&right))
		wrong("%llu packets dropped by the left, %llu by the right", (unsigned long long)drops(&left), (unsigned long long)drops(&right));
}

/* Addresses, protocol and, where there are some, ports. Packets with extension headers or in fragments are told by addresses alone. */
static bool same_flow(const uint8_t *a, const uint8_t *b)
{
	uint32_t header = a[0] >> 4 == 4 ? (a[0] & 15u) * 4 : 40;
	uint8_t protocol = header == 40 && a[0] >> 4 == 6 ? a[6] : a[9];
	bool whole = a[0] >> 4 == 6 || ((a[6] & 0x3f) | a[7]) == 0;

	if (a[0] >> 4 != b[0] >> 4)
		return false;
	if (a[0] >> 4 == 4 ? a[0] != b[0] || a[9] != b[9] || (a[6] & 0x20) != (b[6] & 0x20) || memcmp(a + 12, b + 12, 8) != 0
			   : a[6] != b[6] || memcmp(a + 8, b + 8, 32) != 0)
		return false;
	return !whole || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) || memcmp(a + header, b + header, 4) == 0;
}

static void compare(uint32_t i, const struct piece *piece)
{
	const uint8_t *want = wanted.bytes + wanted.list[i].at, *packet = found.bytes + piece->at;

	if (piece->length != wanted.list[i].length)
		wrong("packet %u is of %u bytes, not %u", i, piece->length, wanted.list[i].length);
	for (uint32_t at = 0; at < piece->length; at++)
		if (packet[at] != want[at])
			wrong("packet %u: byte %u of %u is %02x, not %02x", i, at, piece->length, packet[at], want[at]);
}

/* For each packet the first of its flow that is left. */
static void compare_all(void)
{
	uint32_t first = 0;

	memset(taken, 0, sizeof taken);
	if (found.count != wanted.count)
		wrong("%u packets, not %u", found.count, wanted.count);
	for (uint32_t i = 0; i < wanted.count; i++) {
		uint32_t j = first;

		while (j < found.count && (taken[j] || !same_flow(wanted.bytes + wanted.list[i].at, found.bytes + found.list[j].at)))
			j++;
		if (j == found.count)
			wrong("packet %u of %u, %u bytes, is lost", i, wanted.count, wanted.list[i].length);
		taken[j] = true;
		while (first < found.count && taken[first])
			first++;
		compare(i, &found.list[j]);
	}
}

/* As the left pads them. */
static void count_wanted(uint32_t first)
{
	for (uint32_t i = first; i < wanted.count; i++) {
		uint32_t padded = (wanted.list[i].length + 15) / 16 * 16;

		sent_bytes += TV_DATA_HEADER + (padded < mtu ? padded : mtu);
		sent++;
	}
}

static void run_case(uint64_t *seed)
{
	struct flow flows[FLOWS_MAX];
	uint32_t count = 1 + below(seed, FLOWS_MAX), inputs = 1 + below(seed, INPUTS_MAX), which = 0, waiting = 0;

	wanted.count = wanted.used = found.count = found.used = 0;
	for (uint32_t i = 0; i < count; i++)
		flows[i] = flow_make(seed, mtu);
	for (uint32_t i = 0; i < inputs; i++) {
		uint32_t before = wanted.count, last = which;
		size_t length;

		if (below(seed, 4) == 0) {
			which = below(seed, count);
			if (below(seed, 2))
				flow_imitate(&flows[which], &flows[last]);
		}
		length = flow_next(&flows[which], seed, mtu, left.device->queues[0].virtio, framed);
		add_pieces(&wanted, &left, length);
		host_send(&left, 0, framed, length);
		count_wanted(before);
		waiting += (uint32_t)length;
		if (waiting > WAITING_BYTES || sent - site_count(&left, TV_COUNT_TX_PACKETS) > WAITING_PACKETS || below(seed, 20) == 0) {
			pass_on();
			waiting = 0;
		}
	}
	pass_on();
	if (site_count(&left, TV_COUNT_TX_BYTES) != sent_bytes)
		wrong("%llu bytes sent, not %llu", (unsigned long long)site_count(&left, TV_COUNT_TX_BYTES), (unsigned long long)sent_bytes);
	compare_all();
}

static void splits_and_joins(void)
{
	const char *wish = getenv("IDENTITY_SEED");
	uint64_t first = wish ? strtoull(wish, NULL, 10) : 1;

	supers = 0;
	for (scene_seed = first; scene_seed < first + SCENES; scene_seed++) {
		/* Neighbouring seeds shall have nothing in common. */
		uint64_t seed = scene_seed * UINT64_C(0x9e3779b97f4a7c15);

		open_scene(&seed);
		for (scene_case = 0; scene_case < CASES; scene_case++)
			run_case(&seed);
		site_close(&left);
		site_close(&right);
	}
	check(supers > SCENES * CASES);
}

SUITE(identity, { "splitting, sealing, opening and joining change nothing", splits_and_joins });
