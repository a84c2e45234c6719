#include "receive.h"

#include "bytes.h"
#include "deliver.h"
#include "raise.h"
#include "unseal.h"

static void receive_data(struct queue *queue, const struct datagram *datagram)
{
	struct lane *lane = &queue->lane;
	struct session *session;

	if (datagram->length < TV_DATA_HEADER) {
		drop(lane, NULL, TV_DROP_LENGTH);
		return;
	}
	if (datagram->bytes[DATA_RESERVED] | datagram->bytes[DATA_RESERVED + 1]) {
		drop(lane, NULL, TV_DROP_RESERVED);
		return;
	}
	if (kind_slot(datagram->bytes[DATA_KIND]) < 0) {
		drop(lane, NULL, TV_DROP_KIND);
		return;
	}
	session = session_find(&lane->device->sessions, load32(datagram->bytes + DATA_RECEIVER));
	if (session) {
		unseal_add(queue, session, datagram);
	} else {
		drop(lane, NULL, TV_DROP_INDEX);
		raise_unknown_index(lane, datagram);
	}
}

/* A version of its own may have lengths of its own. */
static bool is_other_version(const struct datagram *datagram)
{
	const uint8_t *bytes = datagram->bytes;

	return datagram->length >= 4 && bytes[1] != WIRE_VERSION && !(bytes[2] | bytes[3]);
}

static void receive_handshake(struct lane *lane, const struct datagram *datagram, size_t length)
{
	const uint8_t *bytes = datagram->bytes;

	if (is_other_version(datagram))
		raise_other_version(lane, datagram);
	if (datagram->length != length)
		drop(lane, NULL, TV_DROP_LENGTH);
	else if (bytes[1] != WIRE_VERSION)
		drop(lane, NULL, TV_DROP_VERSION);
	else if (bytes[2] | bytes[3])
		drop(lane, NULL, TV_DROP_RESERVED);
	else
		raise_handshake(lane, datagram);
}

static void receive_datagram(struct queue *queue, const struct datagram *datagram)
{
	struct lane *lane = &queue->lane;
	uint32_t own = lane->device->config.ifindex;

	if (own && datagram->ifindex == own) {
		drop(lane, NULL, TV_DROP_LOOP);
		return;
	}
	if (datagram->length == 0 || datagram->truncated) {
		drop(lane, NULL, TV_DROP_LENGTH);
		return;
	}
	switch (datagram->bytes[0]) {
	case TYPE_INIT:
		receive_handshake(lane, datagram, INIT_LENGTH);
		return;
	case TYPE_RESP:
		receive_handshake(lane, datagram, RESP_LENGTH);
		return;
	case TYPE_COOKIE:
		receive_handshake(lane, datagram, COOKIE_LENGTH);
		return;
	case TYPE_DATA:
		receive_data(queue, datagram);
		return;
	default:
		drop(lane, NULL, TV_DROP_TYPE);
	}
}

bool receive_batch(struct queue *queue, int socket)
{
	struct receiver *receiver = &queue->receiver;
	bool more;
	int count = receiver_take(receiver, socket, &more);

	if (count < 0) {
		queue->failure = count;
		return false;
	}
	for (uint32_t i = 0; i < (uint32_t)count; i++) {
		struct message message;

		receiver_message(receiver, i, &message);
		while (message_next(receiver, &message))
			receive_datagram(queue, &message.datagram);
	}
	unseal_flush(queue);
	deliver_flush(queue);
	return more;
}
