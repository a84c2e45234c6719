#include "sender.h"

#include <errno.h>
#include <stdlib.h>

#include "device.h"
#include "peer.h"

int sender_init(struct sender *sender, size_t size)
{
	/* An odd number of cache lines: slots do not compete for the same sets. */
	sender->stride = (size + 63) / 64 * 64 | 64;
	sender->slots = aligned_alloc(64, BATCH * sender->stride);
	sender->v4.socket = -1;
	sender->v6.socket = -1;
	return sender->slots ? 0 : -ENOMEM;
}

void sender_finish(struct sender *sender)
{
	free(sender->slots);
	sender->slots = NULL;
}

uint8_t *sender_slot(const struct sender *sender)
{
	return sender->slots + sender->used * sender->stride;
}

static void count_sent(struct lane *lane, const struct outgoing *outgoing, uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++) {
		struct peer *peer = outgoing->peers[i];
		uint64_t bytes = outgoing->vectors[i].iov_len;

		if (!peer)
			continue;
		count_add(&lane->counts[TV_COUNT_TX_PACKETS], 1);
		count_add(&lane->counts[TV_COUNT_TX_BYTES], bytes);
		count_add(&peer->tallies[lane->number].tx_packets, 1);
		count_add(&peer->tallies[lane->number].tx_bytes, bytes);
	}
	lane->sender.sent += count;
}

/* What an ICMP answer to an earlier datagram leaves on the socket. */
static bool belongs_to_another(int error)
{
	return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN || error == EPROTO ||
	       error == ENOPROTOOPT;
}

static void send_all(struct lane *lane, struct outgoing *outgoing)
{
	uint32_t done = 0;
	bool retried = false;

	while (done < outgoing->count) {
		int sent = sendmmsg(outgoing->socket, outgoing->messages + done, outgoing->count - done, MSG_DONTWAIT | MSG_NOSIGNAL);
		int error = sent > 0 ? 0 : errno;

		if (sent > 0) {
			count_sent(lane, outgoing, done, (uint32_t)sent);
			done += (uint32_t)sent;
			retried = false;
		} else if (error == EINTR || (belongs_to_another(error) && !retried)) {
			retried = true;
		} else if (error == EAGAIN) {
			lane->sender.error = -EAGAIN;
			for (; done < outgoing->count; done++)
				drop(lane, outgoing->peers[done], TV_DROP_SEND_FULL);
		} else {
			lane->sender.error = -error;
			drop(lane, outgoing->peers[done++], error == ENOBUFS ? TV_DROP_SEND_FULL : TV_DROP_SEND_ERROR);
			retried = false;
		}
	}
	outgoing->count = 0;
}

static void send_batch(struct lane *lane)
{
	send_all(lane, &lane->sender.v4);
	send_all(lane, &lane->sender.v6);
	lane->sender.used = 0;
}

void sender_add(struct lane *lane, struct peer *peer, const struct destination *to, size_t length)
{
	struct sender *sender = &lane->sender;
	struct outgoing *outgoing = to->endpoint.family == 4 ? &sender->v4 : &sender->v6;
	uint32_t i = outgoing->count;

	if (outgoing->socket < 0) {
		sender->error = -EAFNOSUPPORT;
		drop(lane, peer, TV_DROP_SEND_ERROR);
		return;
	}
	outgoing->peers[i] = peer;
	outgoing->addresses[i] = to->address;
	outgoing->vectors[i] = (struct iovec){ .iov_base = sender_slot(sender), .iov_len = length };
	outgoing->messages[i].msg_hdr = (struct msghdr){
		.msg_name = &outgoing->addresses[i],
		.msg_namelen = to->size,
		.msg_iov = &outgoing->vectors[i],
		.msg_iovlen = 1,
	};
	outgoing->count++;
	if (++sender->used == BATCH)
		send_batch(lane);
}

uint32_t sender_flush(struct lane *lane)
{
	uint32_t sent;

	send_batch(lane);
	sent = lane->sender.sent;
	lane->sender.sent = 0;
	return sent;
}
