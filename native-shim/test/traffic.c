/*
 * Super-packets both ways between two sites of two queues each, while the control thread replaces routes, sessions and
 * endpoints under them. Every segment is accounted for, and what arrives is what was sent; the sanitizers see the rest.
 */
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "pumps.h"
#include "splitter.h"
#include "transport.h"
#include "virtio.h"

#define PEER 5
#define ROUNDS 150
#define SIZE 400 /* payload bytes of a segment, of which the first four number it */
#define SEGMENTS_MAX 16
#define NUMBERS_MAX 40000

struct side {
	struct site site;
	struct pump pumps[2];
	const char *host4, *host6, *network4, *network6;
	uint32_t base;     /* of its sessions' indices */
	uint32_t given;    /* segments, which bear the numbers below */
	uint32_t arrived;  /* of the other side's */
	uint32_t joined;   /* super-packets */
	uint8_t seen[NUMBERS_MAX];
};

static struct side left, right;
static struct pieces pieces;
static uint8_t framed[1 << 17];

static void open_side(struct side *side, uint32_t base, const char *host4, const char *host6, const char *network4, const char *network6)
{
	tv_device_config config = site_defaults;

	memset(side, 0, sizeof *side);
	side->host4 = host4;
	side->host6 = host6;
	side->network4 = network4;
	side->network6 = network6;
	side->base = base;
	config.queues = 2;
	site_open_apart(&side->site, &config);
	side->site.device->offloads |= TV_OFFLOAD_CSUM | TV_OFFLOAD_TSO | TV_OFFLOAD_USO;
	check_equal(tv_peer_add(side->site.handle, PEER), 0);
	for (uint32_t queue = 0; queue < 2; queue++) {
		side->site.device->queues[queue].virtio = true;
		pump_start(&side->pumps[queue], &side->site, queue);
	}
}

/* Both networks, at times one of them, or none at all. */
static void set_routes(const struct side *side, const struct side *other, uint32_t round)
{
	tv_route routes[] = { route_from(other->network4, PEER), route_from(other->network6, PEER) };

	check_equal(tv_routes_set(side->site.handle, routes, round % 7 == 0 ? 0 : round % 5 == 0 ? 1 : 2), 0);
}

/* One queue, or the other. */
static void set_endpoint(const struct side *side, const struct side *other, uint32_t round)
{
	tv_endpoint endpoint = round % 3 ? endpoint4(other->site.ports4[round % 2]) : endpoint6(other->site.ports6[round % 2]);

	check_equal(tv_peer_endpoint(side->site.handle, PEER, &endpoint), 0);
}

static void add_session(const struct side *side, const struct side *other, uint32_t round, uint64_t send_seed, uint64_t receive_seed)
{
	tv_session_config config = session_between(side->base + round, other->base + round, PEER, send_seed, receive_seed);

	if (round % 3 == 0)
		config.capabilities &= (uint32_t)~CAPABILITY_PARTIAL;
	config.rekey_after_messages = 20;
	check_equal(tv_session_add(side->site.handle, &config), 0);
}

static void remove_sessions(uint32_t round)
{
	check_equal(tv_session_remove(left.site.handle, left.base + round), 0);
	check_equal(tv_session_remove(right.site.handle, right.base + round), 0);
}

/* Those before stay for two rounds more, unless they are gone. */
static void replace_sessions(uint32_t round)
{
	add_session(&left, &right, round, 2 * round, 2 * round + 1);
	add_session(&right, &left, round, 2 * round + 1, 2 * round);
	check(tv_session_use(right.site.handle, right.base + round, 0) >= 0);
	check(tv_session_use(left.site.handle, left.base + round, 0) >= 0);
	if (round >= 3 && round % 4 != 3)
		remove_sessions(round - 3);
}

/* A super-packet, or a packet with its checksum open, whose segments bear the numbers from `number` on. */
static size_t make(const struct side *side, const struct side *other, int family, bool udp, uint32_t number, uint32_t segments)
{
	uint32_t own = udp ? UDP_HEADER : TCP_HEADER, header = family == 4 ? 20 : 40, payload = own + segments * SIZE;
	uint8_t protocol = udp ? IPPROTO_UDP : IPPROTO_TCP, *bytes = framed + sizeof(struct virtio_header), *transport = bytes + header;
	struct virtio_header virtio = { .flags = VIRTIO_NEEDS_CHECKSUM, .checksum_start = (uint16_t)header,
					.checksum_offset = udp ? UDP_CHECKSUM : TCP_CHECKSUM };

	if (family == 4)
		packet4(bytes, side->host4, other->host4, protocol, payload);
	else
		packet6(bytes, side->host6, other->host6, protocol, payload);
	if (segments > 1) {
		virtio.gso_type = udp ? VIRTIO_GSO_UDP : family == 4 ? VIRTIO_GSO_TCP4 : VIRTIO_GSO_TCP6;
		virtio.gso_size = SIZE;
		virtio.header_length = (uint16_t)(header + own);
	}
	if (family == 4) {
		bytes[6] = 0x40;
		store16_network(bytes + 10, (uint16_t)~textbook_sum(bytes, 20, 0));
	}
	memset(transport, 0, own);
	store32_network(transport, 5000u << 16 | 6000u);
	if (udp) {
		store16_network(transport + UDP_LENGTH, (uint16_t)payload);
	} else {
		store32_network(transport + TCP_SEQUENCE, number * SIZE);
		transport[TCP_OFFSET] = 0x50;
		transport[TCP_FLAGS] = TCP_ACK;
	}
	store16_network(transport + virtio.checksum_offset,
			textbook_sum(bytes + (family == 4 ? 12 : 8), family == 4 ? 8 : 32, protocol + payload));
	for (uint32_t i = 0; i < segments; i++)
		store32(transport + own + i * SIZE, number + i);
	memcpy(framed, &virtio, sizeof virtio);
	return sizeof virtio + header + payload;
}

/* Unless the interface's queue is full. */
static void give(struct side *side, const struct side *other, uint32_t queue, uint32_t round)
{
	uint32_t segments = 1 + round * 7 % SEGMENTS_MAX;
	size_t length = make(side, other, round % 3 ? 4 : 6, round % 4 == 0, side->given, segments);

	check(side->given + segments <= NUMBERS_MAX);
	if (write(side->site.host[queue], framed, length) == (ssize_t)length)
		side->given += segments;
}

static void give_all(uint32_t round)
{
	for (uint32_t i = 0; i < 8; i++) {
		give(&left, &right, i % 2, round * 8 + i);
		give(&right, &left, i % 2, round * 8 + i);
	}
}

/* One segment, which never came before. */
static void take_segment(struct side *side, const struct side *other, const uint8_t *packet, uint32_t length)
{
	uint32_t header = packet[0] >> 4 == 4 ? 20 : 40, number;

	header += packet[packet[0] >> 4 == 4 ? 9 : 6] == IPPROTO_UDP ? UDP_HEADER : TCP_HEADER;
	check_equal(length, header + SIZE);
	check_equal(transport_sum(packet), 0);
	number = load32(packet + header);
	check(number < other->given);
	check(!side->seen[number]);
	side->seen[number] = 1;
	side->arrived++;
}

static void take_arrived(struct side *side, const struct side *other)
{
	int length;

	for (uint32_t queue = 0; queue < 2; queue++)
		while ((length = host_receive(&side->site, queue, framed, sizeof framed)) >= 0) {
			const char *complaint;

			pieces.count = pieces.used = 0;
			complaint = pieces_add(&pieces, framed, (size_t)length, 1);
			if (complaint)
				test_fail(__FILE__, __LINE__, "%s", complaint);
			for (uint32_t i = 0; i < pieces.count; i++)
				take_segment(side, other, pieces.bytes + pieces.list[i].at, pieces.list[i].length);
			side->joined += pieces.count > 1;
		}
}

static void take_all(void)
{
	take_arrived(&left, &right);
	take_arrived(&right, &left);
}

static void look(struct side *side, uint32_t round)
{
	tv_peer_stats stats[8];

	check_equal(tv_peers_read(side->site.handle, 0, 8, stats), 0);
	check_equal(tv_peer_watch(side->site.handle, PEER), 0);
	site_read_ring(&side->site, 0);
	site_read_ring(&side->site, 1);
	site_forget(&side->site);
	check_equal(tv_wake(side->site.handle, round % 2), 0);
}

static uint64_t drops(const struct side *side, uint32_t from, uint32_t to)
{
	uint64_t total = 0;

	for (uint32_t reason = from; reason <= to; reason++)
		total += site_drops(&side->site, reason);
	return total;
}

/* Segments that left or were dropped on the way out. */
static uint64_t gone(const struct side *side)
{
	return site_count(&side->site, TV_COUNT_TX_PACKETS) + drops(side, TV_DROP_MALFORMED, TV_DROP_SEND_ERROR);
}

/* A segment that was opened was written or dropped afterwards; one that was not was dropped before, or never came. */
static void check_sums(const struct side *side, const struct side *other)
{
	uint64_t sent = site_count(&other->site, TV_COUNT_TX_PACKETS), opened = site_count(&side->site, TV_COUNT_RX_PACKETS);
	tv_peer_stats stats = site_stats(&side->site, PEER);

	check_equal(gone(side), side->given);
	check_equal(opened, side->arrived + drops(side, TV_DROP_INNER, TV_DROP_DEVICE_FULL));
	check(sent >= opened + drops(side, TV_DROP_TYPE, TV_DROP_EXPIRED));
	check_equal(drops(side, TV_DROP_TYPE, TV_DROP_LOOP) + drops(side, TV_DROP_KIND, TV_DROP_COUNTER), 0);
	check_equal(drops(side, TV_DROP_REPLAY, TV_DROP_AUTH) + site_drops(&side->site, TV_DROP_INNER), 0);
	check_equal(stats.rx_packets, opened);
	check_equal(stats.rx_bytes, site_count(&side->site, TV_COUNT_RX_BYTES));
	check_equal(stats.tx_packets, site_count(&side->site, TV_COUNT_TX_PACKETS));
	check_equal(stats.tx_bytes, site_count(&side->site, TV_COUNT_TX_BYTES));
	check_equal(stats.drops[TV_DROP_SOURCE], site_drops(&side->site, TV_DROP_SOURCE));
	check(side->joined > 0);
	for (uint32_t queue = 0; queue < 2; queue++) {
		const counter *counts = side->site.device->queues[queue].lane.counts;

		check(count_read(&counts[TV_COUNT_TX_PACKETS]) > 0 && count_read(&counts[TV_COUNT_RX_PACKETS]) > 0);
	}
}

static void both_ways(void)
{
	open_side(&left, 10000, "10.0.1.5", "fd00:1::5", "10.0.1.0/24", "fd00:1::/64");
	open_side(&right, 50000, "10.0.2.5", "fd00:2::5", "10.0.2.0/24", "fd00:2::/64");
	for (uint32_t round = 0; round < ROUNDS; round++) {
		/* One in four goes before the next one comes: packets are staged. */
		if (round % 4 == 1)
			remove_sessions(round - 1);
		give_all(round);
		set_routes(&left, &right, round);
		set_endpoint(&left, &right, round);
		set_routes(&right, &left, round + 1);
		set_endpoint(&right, &left, round + 3);
		replace_sessions(round);
		look(&left, round);
		look(&right, round);
		take_all();
	}
	/* Once the changes end, nothing is lost any more. */
	set_routes(&left, &right, 2);
	set_routes(&right, &left, 2);
	wait_until((take_all(), gone(&left) == left.given && gone(&right) == right.given));
	for (uint32_t round = 1; round < 4; round++) {
		uint32_t before[] = { left.given, right.given };

		give_all(round);
		for (uint32_t i = before[0]; i < left.given; i++)
			wait_until((take_all(), right.seen[i]));
		for (uint32_t i = before[1]; i < right.given; i++)
			wait_until((take_all(), left.seen[i]));
	}
	pumps_stop(left.pumps, 2);
	pumps_stop(right.pumps, 2);
	take_all();
	check_sums(&left, &right);
	check_sums(&right, &left);
	site_close(&left.site);
	site_close(&right.site);
}

SUITE(traffic, { "super-packets both ways while everything changes", both_ways });
