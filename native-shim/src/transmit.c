#include "transmit.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "checksum.h"
#include "gather.h"
#include "inner.h"
#include "peer.h"
#include "raise.h"
#include "segment.h"

/* Datagrams after which a batch ends: the other direction has its turn. */
#define DATAGRAMS 512

/* What was read: a packet, or a super-packet, which is spread before anything is done with its segments. */
struct burst {
	struct virtio_header virtio;
	struct inner inner;
	struct segmentation plan;
	uint8_t *packet;
	uint32_t stride;
};

/* Whether the kernel left the checksum for us. */
static bool is_open(const struct burst *burst)
{
	return burst->virtio.flags & VIRTIO_NEEDS_CHECKSUM;
}

/* False for what contradicts itself. */
static bool plan_plain(struct burst *burst)
{
	uint32_t place = (uint32_t)burst->virtio.checksum_start + burst->virtio.checksum_offset;

	burst->plan = (struct segmentation){ .count = 1, .header = burst->inner.length };
	return !is_open(burst) || place + sizeof(uint16_t) <= burst->inner.length;
}

/* Makes its segments of a packet, whole ones if their checksums are to be completed. False when there is no room. */
static bool spread(struct lane *lane, struct burst *burst, bool complete)
{
	/* Below 2^31: headers and payload are 65,535 bytes together, of which each segment has the headers and a byte or more. */
	uint8_t *slot = gather_slot(lane, burst->plan.count * burst->stride + PADDING);

	if (!slot)
		return false;
	slot += TV_DATA_HEADER;
	if (slot != burst->packet) {
		memmove(slot, burst->packet, burst->inner.length);
		burst->packet = slot;
	}
	if (burst->virtio.gso_type != VIRTIO_GSO_NONE)
		segment_spread(&burst->plan, burst->packet, burst->stride, complete);
	else if (is_open(burst) && complete)
		checksum_finish(burst->packet, burst->inner.length, burst->virtio.checksum_start,
				(uint32_t)burst->virtio.checksum_start + burst->virtio.checksum_offset);
	return true;
}

static void drop_burst(struct lane *lane, struct peer *peer, const struct burst *burst, uint32_t reason)
{
	for (uint32_t i = 0; i < burst->plan.count; i++)
		drop(lane, peer, reason);
}

/* What the packet travels as: with its checksum open only where the receiver will find its place. */
static uint8_t choose_kind(const struct session *session, const struct burst *burst)
{
	uint32_t place = is_open(burst) ? checksum_open_place(burst->packet, &burst->inner) : 0;

	if (place == 0 || place != (uint32_t)burst->virtio.checksum_start + burst->virtio.checksum_offset)
		return TV_KIND_IP;
	return session_carries(session, TV_KIND_IP_PARTIAL) ? TV_KIND_IP_PARTIAL : TV_KIND_IP;
}

/* One packet, wherever it stands, into the slot. */
static void gather_packet(struct lane *lane, struct session *session, const struct destination *to, uint8_t kind, const uint8_t *packet,
			  uint32_t length)
{
	uint8_t *text = gather_slot(lane, TV_DATA_HEADER + length + PADDING) + TV_DATA_HEADER;

	if (text != packet)
		memmove(text, packet, length);
	gather_data(lane, session, to, kind, length, true);
}

static void transmit_under(struct lane *lane, struct session *session, struct burst *burst)
{
	const struct destination *to = atomic_load_explicit(&session->peer->destination, memory_order_acquire);
	uint8_t kind = choose_kind(session, burst);

	if (!to) {
		drop_burst(lane, session->peer, burst, TV_DROP_NO_ENDPOINT);
		raise_unrouted(lane, session->peer, burst->packet, segment_length(&burst->plan, 0));
	} else if (!session_carries(session, kind)) {
		drop_burst(lane, session->peer, burst, TV_DROP_KIND);
	} else if (!spread(lane, burst, kind == TV_KIND_IP)) {
		drop_burst(lane, session->peer, burst, TV_DROP_MALFORMED);
	} else {
		for (uint32_t i = 0; i < burst->plan.count; i++)
			gather_packet(lane, session, to, kind, burst->packet + (size_t)i * burst->stride, segment_length(&burst->plan, i));
	}
}

/* Stages whole packets. A session may come about meanwhile: then the rest is for it. */
static void stage_burst(struct lane *lane, struct peer *peer, struct burst *burst)
{
	if (!spread(lane, burst, true)) {
		drop_burst(lane, peer, burst, TV_DROP_MALFORMED);
		return;
	}
	for (uint32_t i = 0; i < burst->plan.count; i++) {
		const uint8_t *packet = burst->packet + (size_t)i * burst->stride;
		uint32_t length = segment_length(&burst->plan, i);
		const struct destination *to;
		struct session *session;

		if (stage_add(lane, peer, packet, length)) {
			raise_no_session(lane, peer);
			continue;
		}
		session = peer_session(peer, lane->now_us);
		to = atomic_load_explicit(&peer->destination, memory_order_acquire);
		if (session && to && session_carries(session, TV_KIND_IP))
			gather_packet(lane, session, to, TV_KIND_IP, packet, length);
		else
			drop(lane, peer, TV_DROP_STAGED);
	}
}

static struct peer *route(const struct device *device, const struct inner *inner)
{
	const struct routes *routes = atomic_load_explicit(&device->routes, memory_order_acquire);
	uint32_t id = inner->family == 4 ? routes_lookup4(routes, inner->destination) : routes_lookup6(routes, inner->destination);

	return peer_find(device, id);
}

static void transmit_burst(struct lane *lane, struct burst *burst)
{
	struct peer *peer = route(lane->device, &burst->inner);
	struct session *session;

	if (!peer) {
		drop_burst(lane, NULL, burst, TV_DROP_NO_ROUTE);
		raise_unrouted(lane, NULL, burst->packet, segment_length(&burst->plan, 0));
		return;
	}
	session = peer_session(peer, lane->now_us);
	if (session)
		transmit_under(lane, session, burst);
	else
		stage_burst(lane, peer, burst);
}

/* One packet of the interface, in the slot. */
static void transmit_packet(struct lane *lane, struct burst *burst, uint32_t length)
{
	uint32_t mtu = lane->device->config.mtu;
	bool super = burst->virtio.gso_type != VIRTIO_GSO_NONE;

	if (length > mtu && !super) {
		drop(lane, NULL, TV_DROP_TOO_BIG);
		return;
	}
	if (!inner_parse(&burst->inner, burst->packet, length) ||
	    !(super ? segmentation_plan(&burst->plan, &burst->virtio, burst->packet, &burst->inner) : plan_plain(burst))) {
		drop(lane, NULL, TV_DROP_MALFORMED);
		return;
	}
	burst->stride = TV_DATA_HEADER + padded_length(segment_length(&burst->plan, 0), mtu);
	if (segment_length(&burst->plan, 0) > mtu)
		drop_burst(lane, NULL, burst, TV_DROP_TOO_BIG);
	else
		transmit_burst(lane, burst);
}

/* Bytes of the packet, or -1 with errno. A packet of exactly the room's length may have been longer. */
static ssize_t read_packet(const struct queue *queue, struct burst *burst, size_t room)
{
	struct iovec vectors[] = { { &burst->virtio, sizeof burst->virtio }, { burst->packet, room } };
	ssize_t length;

	if (!queue->virtio) {
		burst->virtio = (struct virtio_header){ 0 };
		return read(queue->tun, burst->packet, room);
	}
	length = readv(queue->tun, vectors, 2);
	return length < 0 ? length : length < (ssize_t)sizeof burst->virtio ? 0 : length - (ssize_t)sizeof burst->virtio;
}

bool transmit_batch(struct queue *queue)
{
	struct lane *lane = &queue->lane;
	/* One byte more than may come shows a packet that is too long. */
	size_t room = queue->virtio ? SUPER_MAX : lane->device->config.mtu + 1;
	uint32_t datagrams = 0, reads = 0;
	bool more = true;

	while (reads < BATCH && datagrams < DATAGRAMS) {
		struct burst burst = { .packet = gather_slot(lane, (uint32_t)room + TV_DATA_HEADER + PADDING) + TV_DATA_HEADER };
		ssize_t length = read_packet(queue, &burst, room);

		if (length < 0) {
			if (errno != EAGAIN && errno != EINTR)
				queue->failure = errno == EBADFD ? -ENODEV : -errno;
			more = false;
			break;
		}
		transmit_packet(lane, &burst, (uint32_t)length);
		reads++;
		datagrams += burst.plan.count;
	}
	gather_flush(lane);
	return more;
}
