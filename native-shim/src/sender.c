#include "sender.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "device.h"
#include "offload.h"
#include "peer.h"

void sender_init(struct sender *sender)
{
	sender->v4.socket = -1;
	sender->v6.socket = -1;
}

static void lend(struct outgoing *outgoing, int socket)
{
	if (outgoing->socket >= 0 || socket < 0)
		return;
	outgoing->socket = socket;
	outgoing->splits = offload_splits(socket);
}

void sender_lend(struct sender *sender, int udp4, int udp6)
{
	lend(&sender->v4, udp4);
	lend(&sender->v6, udp6);
}

static void count_sent(struct lane *lane, const struct run *run)
{
	lane->sender.sent += run->count;
	if (!run->peer)
		return;
	count_add(&lane->counts[TV_COUNT_TX_PACKETS], run->count);
	count_add(&lane->counts[TV_COUNT_TX_BYTES], run->length);
	count_add(&run->peer->tallies[lane->number].tx_packets, run->count);
	count_add(&run->peer->tallies[lane->number].tx_bytes, run->length);
}

static void drop_run(struct lane *lane, const struct run *run, uint32_t reason)
{
	for (uint32_t i = 0; i < run->count; i++)
		drop(lane, run->peer, reason);
}

/* What an ICMP answer to an earlier datagram leaves on the socket. */
static bool belongs_to_another(int error)
{
	return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN || error == EPROTO ||
	       error == ENOPROTOOPT;
}

/* What is refused to a run, but not to its datagrams: splitting at all, or at a size that the path does not take. */
static bool refuses_run(int error)
{
	return error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP;
}

static void write_message(struct outgoing *outgoing, uint32_t i, const struct run *run)
{
	struct msghdr *header = &outgoing->messages[i].msg_hdr;

	outgoing->runs[i] = *run;
	outgoing->vectors[i] = (struct iovec){ .iov_base = run->bytes, .iov_len = run->length };
	*header = (struct msghdr){
		/* The kernel only reads it. */
		.msg_name = (void *)(uintptr_t)&run->to->address,
		.msg_namelen = run->to->size,
		.msg_iov = &outgoing->vectors[i],
		.msg_iovlen = 1,
	};
	if (run->count > 1) {
		struct cmsghdr *control = &outgoing->sizes[i].align;
		uint16_t size = (uint16_t)run->size;

		control->cmsg_level = IPPROTO_UDP;
		control->cmsg_type = UDP_SEGMENT;
		control->cmsg_len = CMSG_LEN(sizeof size);
		memcpy(CMSG_DATA(control), &size, sizeof size);
		header->msg_control = control;
		header->msg_controllen = sizeof outgoing->sizes[i];
	}
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Takes one datagram off the front of a run. */
static struct run take_datagram(struct run *run)
{
	struct run datagram = *run;

	datagram.length = least(run->size, run->length);
	datagram.count = 1;
	run->bytes += datagram.length;
	run->length -= datagram.length;
	run->count--;
	return datagram;
}

/* Sends the first of the messages that are left. Returns how many are done with: more where the kernel took more. */
static uint32_t send_some(struct lane *lane, struct outgoing *outgoing, uint32_t done, uint32_t limit)
{
	bool retried = false;

	for (;;) {
		int sent = sendmmsg(outgoing->socket, outgoing->messages + done, limit - done, MSG_DONTWAIT | MSG_NOSIGNAL);
		int error = sent > 0 ? 0 : errno;

		if (sent > 0) {
			for (uint32_t i = done; i < done + (uint32_t)sent; i++)
				count_sent(lane, &outgoing->runs[i]);
			return (uint32_t)sent;
		}
		if (error == EINTR)
			continue;
		if (belongs_to_another(error) && !retried) {
			retried = true;
			continue;
		}
		lane->sender.error = -error;
		return 0;
	}
}

/* One run's datagrams one by one, in its message's place. False when the socket's buffer is full. */
static bool send_singly(struct lane *lane, struct outgoing *outgoing, uint32_t i)
{
	struct run left = outgoing->runs[i];

	while (left.count) {
		struct run datagram = take_datagram(&left);

		write_message(outgoing, i, &datagram);
		if (send_some(lane, outgoing, i, i + 1))
			continue;
		if (lane->sender.error == -EAGAIN) {
			left.count++;
			drop_run(lane, &left, TV_DROP_SEND_FULL);
			return false;
		}
		drop(lane, datagram.peer, lane->sender.error == -ENOBUFS ? TV_DROP_SEND_FULL : TV_DROP_SEND_ERROR);
	}
	return true;
}

/* The message that the kernel refused. False when it takes no more for now. */
static bool refused(struct lane *lane, struct outgoing *outgoing, uint32_t i)
{
	const struct run *run = &outgoing->runs[i];
	int error = -lane->sender.error;

	if (error == EAGAIN) {
		drop_run(lane, run, TV_DROP_SEND_FULL);
		return false;
	}
	if (run->count > 1 && refuses_run(error)) {
		/* EIO: the road out computes no checksums. It will not learn to. */
		outgoing->splits = outgoing->splits && error != EIO;
		lane->sender.error = 0;
		return send_singly(lane, outgoing, i);
	}
	drop_run(lane, run, error == ENOBUFS ? TV_DROP_SEND_FULL : TV_DROP_SEND_ERROR);
	return true;
}

static void send_all(struct lane *lane, struct outgoing *outgoing)
{
	uint32_t done = 0;

	while (done < outgoing->count) {
		uint32_t sent = send_some(lane, outgoing, done, outgoing->count);

		if (sent == 0 && !refused(lane, outgoing, done++))
			break;
		done += sent;
	}
	for (; done < outgoing->count; done++)
		drop_run(lane, &outgoing->runs[done], TV_DROP_SEND_FULL);
	outgoing->count = 0;
}

static void add_message(struct lane *lane, struct outgoing *outgoing, const struct run *run)
{
	write_message(outgoing, outgoing->count, run);
	if (++outgoing->count == BATCH)
		send_all(lane, outgoing);
}

void sender_add(struct lane *lane, const struct run *run)
{
	struct sender *sender = &lane->sender;
	struct outgoing *outgoing = run->to->endpoint.family == 4 ? &sender->v4 : &sender->v6;
	struct run left = *run;

	if (outgoing->socket < 0) {
		sender->error = -EAFNOSUPPORT;
		drop_run(lane, run, TV_DROP_SEND_ERROR);
		return;
	}
	if (outgoing->splits) {
		add_message(lane, outgoing, run);
		return;
	}
	while (left.count) {
		struct run datagram = take_datagram(&left);

		add_message(lane, outgoing, &datagram);
	}
}

uint32_t sender_flush(struct lane *lane)
{
	uint32_t sent;

	send_all(lane, &lane->sender.v4);
	send_all(lane, &lane->sender.v6);
	sent = lane->sender.sent;
	lane->sender.sent = 0;
	return sent;
}
