#include "transmit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "inner.h"
#include "raise.h"

static uint32_t padded_length(uint32_t length, uint32_t mtu)
{
	uint32_t padded = (length + PADDING - 1) / PADDING * PADDING;

	if (padded > mtu)
		padded = mtu;
	return padded > length ? padded : length;
}

static void count_sealed(struct lane *lane, struct session *session, bool data)
{
	struct peer *peer = session->peer;

	count_set(&peer->tallies[lane->number].sent_at_us, (uint64_t)lane->now_us);
	unanswered_clear(&peer->unanswered.received_at_us);
	if (!data)
		return;
	unanswered_note(&peer->unanswered.sent_at_us, lane->now_us);
	raise_active(lane, peer, session->index);
}

bool transmit_seal(struct lane *lane, struct session *session, const struct destination *to, uint8_t kind, uint32_t length, bool pad)
{
	uint8_t *datagram = sender_slot(&lane->sender);
	uint32_t padded = pad ? padded_length(length, lane->device->config.mtu) : length;
	bool data = length > 0 && kind <= TV_KIND_ETH_PARTIAL;
	uint64_t counter;

	memset(datagram + TV_DATA_HEADER + length, 0, padded - length);
	if (!session_seal(session, kind, datagram, padded, &counter))
		return false;
	count_sealed(lane, session, data);
	if ((data || !session->rekey_on_data) && (lane->now_us >= session->rekey_at_us || counter >= session->rekey_after))
		raise_rekey(lane, session);
	sender_add(lane, session->peer, to, TV_DATA_HEADER + padded);
	return true;
}

/* The session to send under, or null after the packet was staged or dropped. */
static struct session *session_or_stage(struct lane *lane, struct peer *peer, const uint8_t *packet, uint32_t length)
{
	struct session *session = peer_session(peer, lane->now_us);

	if (!session) {
		if (stage_add(lane, peer, packet, length)) {
			raise_no_session(lane, peer);
			return NULL;
		}
		session = peer_session(peer, lane->now_us);
	}
	if (!session)
		drop(lane, peer, TV_DROP_STAGED);
	return session;
}

static void transmit_to(struct lane *lane, struct peer *peer, const uint8_t *packet, uint32_t length)
{
	struct session *session = session_or_stage(lane, peer, packet, length);
	const struct destination *to;

	if (!session)
		return;
	to = atomic_load_explicit(&peer->destination, memory_order_acquire);
	if (!to) {
		drop(lane, peer, TV_DROP_NO_ENDPOINT);
		raise_unrouted(lane, peer, packet, length);
	} else if (!session_carries(session, TV_KIND_IP)) {
		drop(lane, peer, TV_DROP_KIND);
	} else if (!transmit_seal(lane, session, to, TV_KIND_IP, length, true)) {
		drop(lane, peer, TV_DROP_COUNTER);
	}
}

static struct peer *route(const struct device *device, const struct inner *inner)
{
	const struct routes *routes = atomic_load_explicit(&device->routes, memory_order_acquire);
	uint32_t id = inner->family == 4 ? routes_lookup4(routes, inner->destination) : routes_lookup6(routes, inner->destination);

	return peer_find(device, id);
}

/* One packet that stands in the sender's slot. */
static void transmit_packet(struct lane *lane, uint32_t length)
{
	const uint8_t *packet = sender_slot(&lane->sender) + TV_DATA_HEADER;
	struct inner inner;
	struct peer *peer;

	if (length > lane->device->config.mtu) {
		drop(lane, NULL, TV_DROP_TOO_BIG);
		return;
	}
	if (!inner_parse(&inner, packet, length)) {
		drop(lane, NULL, TV_DROP_MALFORMED);
		return;
	}
	peer = route(lane->device, &inner);
	if (peer) {
		transmit_to(lane, peer, packet, inner.length);
	} else {
		drop(lane, NULL, TV_DROP_NO_ROUTE);
		raise_unrouted(lane, NULL, packet, inner.length);
	}
}

uint32_t transmit_batch(struct queue *queue)
{
	struct lane *lane = &queue->lane;
	/* One byte more than may come shows a packet that is too long. */
	size_t room = lane->device->config.mtu + 1;
	uint32_t count = 0;

	while (count < BATCH) {
		ssize_t length = read(queue->tun, sender_slot(&lane->sender) + TV_DATA_HEADER, room);

		if (length < 0) {
			if (errno != EAGAIN && errno != EINTR)
				queue->failure = errno == EBADFD ? -ENODEV : -errno;
			break;
		}
		count++;
		transmit_packet(lane, (uint32_t)length);
	}
	sender_flush(lane);
	return count;
}
