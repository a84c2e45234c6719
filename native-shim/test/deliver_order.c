/* Flows side by side on their way to the interface: what joins, what is written when, and what overtakes what. */
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "checksum.h"
#include "deliver.h"
#include "harness.h"
#include "packets.h"
#include "scene.h"
#include "transport.h"
#include "virtio.h"

#define PAYLOAD 100

static uint8_t packets[128][256];
static uint32_t used;

static struct queue *queue;
static struct peer *peer;

static void start(void)
{
	scene_offloaded(ALL_CAPABILITIES);
	queue = &site.device->queues[0];
	peer = peer_find(site.device, PEER);
	used = 0;
}

/* What is common to those below, of which each has a number. */
static uint8_t *draft(uint8_t protocol, uint32_t number, size_t length)
{
	uint8_t *packet = packets[used++];

	check(used <= 128);
	packet4(packet, "10.0.1.9", "10.0.0.2", protocol, length);
	store16_network(packet + 4, (uint16_t)number);
	checksum_header4(packet, IPV4_HEADER);
	return packet;
}

static uint8_t *datagram_of(uint16_t port, uint32_t number)
{
	uint8_t *packet = draft(IPPROTO_UDP, number, UDP_HEADER + PAYLOAD);

	store16_network(packet + 20, port);
	store16_network(packet + 22, 9);
	store16_network(packet + 24, UDP_HEADER + PAYLOAD);
	return packet;
}

static uint8_t *segment_of(uint16_t port, uint32_t number, size_t payload)
{
	uint8_t *packet = draft(IPPROTO_TCP, number, TCP_HEADER + payload);

	store16_network(packet + 20, port);
	store16_network(packet + 22, 9);
	store32_network(packet + 20 + TCP_SEQUENCE, number * PAYLOAD);
	packet[20 + TCP_OFFSET] = 0x50;
	packet[20 + TCP_FLAGS] = TCP_ACK;
	return packet;
}

static void give_as(struct peer *from, uint8_t *packet, bool open)
{
	struct inner inner;

	check(inner_parse(&inner, packet, sizeof packets[0]));
	check(deliver(queue, from, packet, &inner, open));
}

static void give(uint8_t *packet)
{
	give_as(peer, packet, true);
}

/* The next write: from that port, the first of so many packets being that number. */
static void expect(uint16_t port, uint32_t number, uint32_t count)
{
	struct virtio_header virtio;
	const uint8_t *packet = received + sizeof virtio;
	uint32_t header;

	check(host_receive(&site, 0, received, sizeof received) > 40);
	memcpy(&virtio, received, sizeof virtio);
	header = packet[9] == IPPROTO_TCP ? 40 : 28;
	check_equal(load16_network(packet + 20), port);
	check_equal(load16_network(packet + 4), number);
	check_equal(load16_network(packet + 2), header + count * PAYLOAD);
	check_equal(virtio.gso_type, count < 2 ? VIRTIO_GSO_NONE : header == 40 ? VIRTIO_GSO_TCP4 : VIRTIO_GSO_UDP);
}

static void expect_nothing(void)
{
	check_equal(host_receive(&site, 0, received, sizeof received), -1);
}

static void interleaved(void)
{
	start();
	for (uint32_t number = 0; number < 3; number++)
		for (uint16_t port = 0; port < FLOWS_HELD; port++)
			give(port % 2 ? datagram_of(port, number) : segment_of(port, number, PAYLOAD));
	expect_nothing();
	deliver_flush(queue);
	for (uint16_t port = 0; port < FLOWS_HELD; port++)
		expect(port, 0, 3);
	expect_nothing();
	scene_close();
}

/* The oldest makes room. What it has next is the youngest then. */
static void too_many(void)
{
	start();
	for (uint16_t port = 0; port <= FLOWS_HELD; port++)
		give(datagram_of(port, 0));
	expect(0, 0, 1);
	expect_nothing();
	give(datagram_of(0, 1));
	expect(1, 0, 1);
	give(datagram_of(0, 2));
	deliver_flush(queue);
	for (uint16_t port = 2; port <= FLOWS_HELD; port++)
		expect(port, 0, 1);
	expect(0, 1, 2);
	expect_nothing();
	scene_close();
}

/* In its flow each packet keeps its place, whether it joins or not; other flows wait for none of it. */
static void within_a_flow(void)
{
	start();
	give(segment_of(1, 0, PAYLOAD));
	give(segment_of(2, 0, PAYLOAD));
	give(segment_of(1, 1, PAYLOAD));
	/* An acknowledgement by itself is written at once, behind what is held of its flow alone. */
	give(segment_of(1, 2, 0));
	expect(1, 0, 2);
	expect(1, 2, 0);
	expect_nothing();
	give(segment_of(3, 7, 0));
	expect(3, 7, 0);
	expect_nothing();
	give(segment_of(1, 2, PAYLOAD));
	/* A gap. */
	give(segment_of(1, 4, PAYLOAD));
	expect(1, 2, 1);
	expect_nothing();
	give(segment_of(2, 1, PAYLOAD));
	deliver_flush(queue);
	expect(2, 0, 2);
	expect(1, 4, 1);
	expect_nothing();
	scene_close();
}

/* Fragments, and what is neither TCP nor UDP, keep their place among all between their addresses. */
static void between_two_addresses(void)
{
	static const struct {
		uint8_t at, value;
	} others[] = { { 6, 0x20 }, { 7, 0x03 }, { 9, IPPROTO_ICMP }, { 0, 0x46 } };

	start();
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		uint8_t *other = datagram_of(1, 9), *aside = datagram_of(3, 0);

		aside[15] = 8;
		checksum_header4(aside, IPV4_HEADER);
		other[others[i].at] = others[i].value;
		give(datagram_of(1, 0));
		give(aside);
		give(segment_of(2, 0, PAYLOAD));
		give(datagram_of(1, 1));
		give_as(peer, other, false);
		expect(1, 0, 2);
		expect(2, 0, 1);
		check(host_receive(&site, 0, received, sizeof received) > 40);
		check_equal(load16_network(received + sizeof(struct virtio_header) + 4), 9);
		expect_nothing();
		deliver_flush(queue);
		expect(3, 0, 1);
	}
	scene_close();
}

/* One whose checksum is wrong comes as it is, and in its place. */
static void wrong_checksums(void)
{
	uint8_t before[256];

	start();
	for (uint32_t number = 0; number < 5; number++) {
		uint8_t *packet = datagram_of(1, number);
		struct inner inner;

		check(inner_parse(&inner, packet, 256));
		checksum_complete(packet, &inner);
		if (number == 2) {
			packet[60] ^= 4;
			memcpy(before, packet, sizeof before);
		}
		give_as(peer, packet, false);
	}
	deliver_flush(queue);
	expect(1, 0, 2);
	expect(1, 2, 1);
	check(memcmp(received + sizeof(struct virtio_header), before, 28 + PAYLOAD) == 0);
	check_equal(received[0], 0);
	expect(1, 3, 2);
	expect_nothing();
	scene_close();
}

/* Identifications that stand still, under "don't fragment": joined for this host, as they are for all who live behind it. */
static void still_identifications(void)
{
	for (int own = 0; own < 2; own++) {
		start();
		if (own) {
			const tv_route routes[] = { route_from("10.0.1.0/24", PEER), route_from("10.0.0.2/32", TV_NO_PEER) };

			check_equal(tv_routes_set(site.handle, routes, 2), 0);
		}
		for (uint32_t i = 0; i < 3; i++) {
			uint8_t *packet = datagram_of(1, 0);

			packet[6] = 0x40;
			checksum_header4(packet, IPV4_HEADER);
			give(packet);
		}
		deliver_flush(queue);
		for (uint32_t i = 0; i < 3; i += own ? 3 : 1)
			expect(1, 0, own ? 3 : 1);
		expect_nothing();
		scene_close();
	}
}

/* A flow that changes from peer to peer, as a route that is moved lets it. Each is told what became of its own. */
static void of_two_peers(void)
{
	struct peer *other;

	start();
	check_equal(tv_peer_add(site.handle, PEER + 1), 0);
	other = peer_find(site.device, PEER + 1);
	give(datagram_of(1, 0));
	give(datagram_of(1, 1));
	give_as(other, datagram_of(1, 2), true);
	expect(1, 0, 2);
	give_as(other, datagram_of(1, 3), true);
	give_as(other, datagram_of(1, 4), true);
	give(datagram_of(2, 0));
	/* Nobody takes them. */
	close(site.host[0]);
	site.host[0] = -1;
	deliver_flush(queue);
	check_equal(site_stats(&site, PEER).drops[TV_DROP_DEVICE_FULL], 1);
	check_equal(site_stats(&site, PEER + 1).drops[TV_DROP_DEVICE_FULL], 3);
	check_equal(site_drops(&site, TV_DROP_DEVICE_FULL), 4);
	scene_close();
}

/* Each kind only where the interface takes it. */
static void without_super_packets(void)
{
	static const uint32_t offloads[] = { TV_OFFLOAD_CSUM, TV_OFFLOAD_CSUM | TV_OFFLOAD_TSO, TV_OFFLOAD_CSUM | TV_OFFLOAD_USO };

	for (size_t i = 0; i < sizeof offloads / sizeof *offloads; i++) {
		start();
		site.device->offloads = offloads[i];
		for (uint32_t number = 0; number < 2; number++)
			give(segment_of(1, number, PAYLOAD));
		for (uint32_t number = 0; number < 2; number++)
			give(datagram_of(2, number));
		deliver_flush(queue);
		/* What does not join is written at once. */
		for (uint32_t number = 0; number < 2 && i != 1; number++)
			expect(1, number, 1);
		for (uint32_t number = 0; number < 2 && i != 2; number++)
			expect(2, number, 1);
		if (i)
			expect((uint16_t)i, 0, 2);
		expect_nothing();
		scene_close();
	}
}

SUITE(deliver_order, { "interleaved flows join", interleaved }, { "more flows than are held", too_many },
      { "order within a flow", within_a_flow }, { "order between two addresses", between_two_addresses },
      { "wrong checksums", wrong_checksums }, { "identifications that stand still", still_identifications },
      { "a flow of two peers", of_two_peers }, { "without super-packets", without_super_packets });
