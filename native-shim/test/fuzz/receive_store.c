#include "receive_store.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "ledger.h"
#include "receive_model.h"
#include "rig.h"
#include "splitter.h"

struct due {
	const uint8_t *packet;
	struct ip ip;
	struct flow_key key;
	uint32_t peer;
	bool written;
};

struct due_event {
	tv_event event;
	const uint8_t *data;
	size_t length;
};

static struct due dues[MODEL_DATAGRAMS];
static uint32_t due_count, due_written; /* those before due_written all are */
static struct due_event events[MODEL_DATAGRAMS];
static uint32_t event_count, event_seen, event_missed;
static uint8_t memory[MODEL_BYTES + MODEL_DATAGRAMS * 16];
static size_t used;

void store_begin(void)
{
	due_count = due_written = 0;
	event_count = event_seen = event_missed = 0;
	used = 0;
}

uint8_t *store_room(size_t length)
{
	uint8_t *room = memory + used;

	check(length <= sizeof memory - used);
	used += length;
	return room;
}

void store_due(uint32_t peer, const uint8_t *packet, const struct ip *ip)
{
	check(due_count < MODEL_DATAGRAMS);
	dues[due_count++] = (struct due){ .packet = packet, .ip = *ip, .key = flow_of(ip, packet), .peer = peer };
}

void store_all_written(void)
{
	if (due_written < due_count)
		test_fail(__FILE__, __LINE__, "packet %u of %u, of peer %u, was not written", due_written, due_count,
			  dues[due_written].peer);
}

void store_event(const tv_event *event, const uint8_t *data, size_t length)
{
	check(event_count < MODEL_DATAGRAMS);
	events[event_count++] = (struct due_event){ *event, data, length };
}

static bool event_equal(const struct due_event *due, const tv_event *event, const uint8_t *data)
{
	const tv_event *wanted = &due->event;

	return wanted->type == event->type && wanted->peer == event->peer && wanted->index == event->index && wanted->kind == event->kind &&
	       memcmp(&wanted->source, &event->source, sizeof wanted->source) == 0 && due->length == event->data_length &&
	       memcmp(due->data, data, due->length) == 0;
}

void model_seen(const tv_event *event, const uint8_t *data)
{
	if (event->type != TV_EVENT_HANDSHAKE && event->type != TV_EVENT_MESSAGE)
		return;
	while (event_seen < event_count && !event_equal(&events[event_seen], event, data)) {
		event_seen++;
		event_missed++;
	}
	if (event_seen == event_count)
		test_fail(__FILE__, __LINE__, "an event of type %u, of %u bytes, that nothing gave rise to", event->type,
			  event->data_length);
	event_seen++;
}

void model_events_done(uint64_t lost)
{
	event_missed += event_count - event_seen;
	check(event_missed <= lost);
}

/* Whether the host receives what the peer sent. joined: it was split off a super-packet. */
static bool same_packet(const struct due *due, const uint8_t *packet, uint32_t length, bool joined)
{
	uint32_t transport = due->ip.header, sum_at = due->ip.protocol == IPPROTO_TCP ? transport + 16 : transport + 6;
	static uint8_t copy[65536];

	if (length != due->ip.total)
		return false;
	if (!joined)
		return memcmp(packet, due->packet, length) == 0;
	memcpy(copy, packet, length);
	/* On its way to this host itself an identification means nothing beside "don't fragment". */
	if (due->ip.family == 4 && copy[6] & 0x40 && rig_own4(due->ip.destination)) {
		memcpy(copy + 4, due->packet + 4, 2);
		memcpy(copy + 10, due->packet + 10, 2);
	}
	if (!sums_equal(load16_network(copy + sum_at), load16_network(due->packet + sum_at)))
		return false;
	memcpy(copy + sum_at, due->packet + sum_at, 2);
	return memcmp(copy, due->packet, length) == 0;
}

/* Whether a packet that is due must reach the host before a later one of that key. */
static bool precedes(const struct due *due, const struct flow_key *key)
{
	if (due->key.told && key->told)
		return due->key.flow == key->flow;
	return due->key.addresses == key->addresses;
}

/* What the host's own stack gets to see: it must be the next packet of its flow. */
static void take_packet(const uint8_t *packet, uint32_t length, bool joined, bool taken)
{
	struct flow_key key;
	struct ip ip;

	check(ip_read(&ip, packet, length) && ip.total == length);
	key = flow_of(&ip, packet);
	for (uint32_t i = due_written; i < due_count; i++) {
		if (dues[i].written || !precedes(&dues[i], &key))
			continue;
		if (!same_packet(&dues[i], packet, length, joined))
			test_fail(__FILE__, __LINE__, "packet %u of peer %u was changed, or overtaken by another of its flow", i,
				  dues[i].peer);
		dues[i].written = true;
		if (!taken)
			ledger_drop(dues[i].peer, TV_DROP_DEVICE_FULL, 1);
		while (due_written < due_count && dues[due_written].written)
			due_written++;
		return;
	}
	test_fail(__FILE__, __LINE__, "a packet of %u bytes that nobody sent", length);
}

/* Completes a checksum that is left open, which its place must allow. */
static void finish_open(const struct virtio_header *virtio, uint8_t *packet, const struct ip *ip)
{
	uint32_t place = (uint32_t)virtio->checksum_start + virtio->checksum_offset;

	check_equal(virtio->checksum_start, ip->header);
	check_equal(virtio->checksum_offset, ip->protocol == IPPROTO_TCP ? 16 : 6);
	check(ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP);
	check(place + 2 <= ip->total);
	check(sums_equal(load16_network(packet + place), pseudo_sum(ip, ip->total - ip->header)));
	store16_network(packet + place, pseudo_sum(ip, ip->total - ip->header));
	write_sum(packet, ip->header, ip->total, place);
}

static void take_super(const uint8_t *framed, size_t length, bool udp, bool taken)
{
	static struct pieces pieces;
	const char *complaint;

	check(rig->device->offloads & (udp ? TV_OFFLOAD_USO : TV_OFFLOAD_TSO));
	pieces.count = pieces.used = 0;
	complaint = pieces_add(&pieces, framed, length, true);
	if (complaint)
		test_fail(__FILE__, __LINE__, "no kernel takes this super-packet: %s", complaint);
	check(pieces.count > 1 && pieces.count <= KERNEL_SPLIT_MAX);
	for (uint32_t i = 0; i < pieces.count; i++)
		take_packet(pieces.bytes + pieces.list[i].at, pieces.list[i].length, true, taken);
}

void model_written(const uint8_t *bytes, size_t length, bool taken)
{
	static uint8_t packet[65536];
	struct virtio_header virtio = { 0 };
	size_t head = rig->device->queues[0].virtio ? sizeof virtio : 0;
	struct ip ip;

	check(length > head && length - head <= SUPER_MAX);
	memcpy(&virtio, bytes, head);
	memcpy(packet, bytes + head, length - head);
	check(ip_read(&ip, packet, length - head) && ip.total == length - head);
	check((virtio.flags & ~VIRTIO_NEEDS_CHECKSUM) == 0);
	if (virtio.gso_type != VIRTIO_GSO_NONE) {
		take_super(bytes, length, virtio.gso_type == VIRTIO_GSO_UDP, taken);
		return;
	}
	check_equal(virtio.gso_size, 0);
	if (virtio.flags)
		finish_open(&virtio, packet, &ip);
	take_packet(packet, ip.total, false, taken);
}
