#include "receiver.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "offload.h"

/* Bytes of a message, which the kernel never fills up. */
#define MESSAGE_BYTES 65536

/* Bytes in a batch that stay near the processor; beyond them fewer messages are asked for. */
#define NEAR (256 << 10)
#define WANTED_MIN 4

int receiver_init(struct receiver *receiver, size_t size)
{
	receiver->socket4 = -1;
	receiver->socket6 = -1;
	receiver->size = size;
	/* An odd number of cache lines: slots do not compete for the same sets. */
	receiver->stride = MESSAGE_BYTES + 64;
	receiver->slots = aligned_alloc(64, BATCH * receiver->stride);
	receiver->used = BATCH;
	receiver->wanted = BATCH;
	return receiver->slots ? 0 : -ENOMEM;
}

void receiver_finish(struct receiver *receiver)
{
	free(receiver->slots);
	receiver->slots = NULL;
}

/* The kernel writes into a header what it found: those it has used are made anew. */
static void prepare(struct receiver *receiver, uint32_t used)
{
	for (uint32_t i = 0; i < used; i++) {
		receiver->vectors[i] = (struct iovec){ .iov_base = receiver->slots + i * receiver->stride, .iov_len = MESSAGE_BYTES };
		receiver->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &receiver->addresses[i],
			.msg_namelen = sizeof receiver->addresses[i],
			.msg_iov = &receiver->vectors[i],
			.msg_iovlen = 1,
			.msg_control = &receiver->infos[i],
			.msg_controllen = sizeof receiver->infos[i],
		};
	}
}

static void adapt(struct receiver *receiver, uint32_t count)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < count; i++)
		bytes += receiver->messages[i].msg_len;
	if (bytes > NEAR && receiver->wanted > WANTED_MIN)
		receiver->wanted /= 2;
	else if (bytes < NEAR / 2 && count == receiver->wanted && receiver->wanted < BATCH)
		receiver->wanted *= 2;
}

int receiver_take(struct receiver *receiver, int socket, bool *more)
{
	int count;

	prepare(receiver, receiver->used);
	count = recvmmsg(socket, receiver->messages, receiver->wanted, MSG_DONTWAIT, NULL);
	*more = count == (int)receiver->wanted;
	/* A call that failed may have written into the first header. */
	receiver->used = count > 0 ? (uint32_t)count : 1;
	if (count >= 0) {
		adapt(receiver, (uint32_t)count);
		return count;
	}
	/* Whatever else is an answer to something we sent, and gone by having been read. */
	return errno == EBADF || errno == ENOTSOCK || errno == EINVAL || errno == EFAULT ? -errno : 0;
}

/* Whether it is of that kind, and whole: one that found too little room is cut short. */
static bool carries(const struct cmsghdr *control, int level, int type, size_t size)
{
	return control->cmsg_level == level && control->cmsg_type == type && control->cmsg_len >= CMSG_LEN(size);
}

static void read_control(struct msghdr *header, struct message *message)
{
	for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
		struct in_pktinfo info4;
		struct in6_pktinfo info6;
		int size;

		if (carries(control, IPPROTO_IP, IP_PKTINFO, sizeof info4)) {
			memcpy(&info4, CMSG_DATA(control), sizeof info4);
			message->datagram.ifindex = (uint32_t)info4.ipi_ifindex;
		} else if (carries(control, IPPROTO_IPV6, IPV6_PKTINFO, sizeof info6)) {
			memcpy(&info6, CMSG_DATA(control), sizeof info6);
			message->datagram.ifindex = info6.ipi6_ifindex;
		} else if (carries(control, IPPROTO_UDP, UDP_GRO, sizeof size)) {
			memcpy(&size, CMSG_DATA(control), sizeof size);
			if (size > 0)
				message->segment = (size_t)size;
		}
	}
}

void receiver_message(struct receiver *receiver, uint32_t i, struct message *message)
{
	struct mmsghdr *header = &receiver->messages[i];

	*message = (struct message){ .left = header->msg_len, .segment = header->msg_len };
	message->datagram.bytes = receiver->slots + i * receiver->stride;
	message->truncated = header->msg_hdr.msg_flags & MSG_TRUNC;
	endpoint_from(&message->datagram.source, &receiver->addresses[i]);
	read_control(&header->msg_hdr, message);
}

bool message_next(const struct receiver *receiver, struct message *message)
{
	struct datagram *datagram = &message->datagram;

	if (message->taken) {
		datagram->bytes += datagram->length;
		message->left -= datagram->length;
		if (message->left == 0)
			return false;
	}
	/* An empty datagram is one as well. */
	message->taken = true;
	datagram->length = message->left < message->segment ? message->left : message->segment;
	datagram->truncated = message->truncated || datagram->length > receiver->size;
	return true;
}
