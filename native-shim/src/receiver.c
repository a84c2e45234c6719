#include "receiver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int receiver_init(struct receiver *receiver, size_t size)
{
	receiver->socket4 = -1;
	receiver->socket6 = -1;
	receiver->size = size;
	receiver->stride = (size + 63) / 64 * 64 | 64;
	receiver->slots = aligned_alloc(64, BATCH * receiver->stride);
	receiver->used = BATCH;
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
		receiver->vectors[i] = (struct iovec){ .iov_base = receiver->slots + i * receiver->stride, .iov_len = receiver->size };
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

int receiver_take(struct receiver *receiver, int socket)
{
	int count;

	prepare(receiver, receiver->used);
	count = recvmmsg(socket, receiver->messages, BATCH, MSG_DONTWAIT, NULL);
	/* A call that failed may have written into the first header. */
	receiver->used = count > 0 ? (uint32_t)count : 1;
	if (count >= 0)
		return count;
	/* Whatever else is an answer to something we sent, and gone by having been read. */
	return errno == EBADF || errno == ENOTSOCK || errno == EINVAL || errno == EFAULT ? -errno : 0;
}

static uint32_t arrival_interface(struct msghdr *header)
{
	for (struct cmsghdr *message = CMSG_FIRSTHDR(header); message; message = CMSG_NXTHDR(header, message)) {
		if (message->cmsg_level == IPPROTO_IP && message->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(message), sizeof info);
			return (uint32_t)info.ipi_ifindex;
		}
		if (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(message), sizeof info);
			return info.ipi6_ifindex;
		}
	}
	return 0;
}

void receiver_datagram(struct receiver *receiver, uint32_t i, struct datagram *datagram)
{
	struct mmsghdr *message = &receiver->messages[i];

	datagram->bytes = receiver->slots + i * receiver->stride;
	datagram->length = message->msg_len;
	datagram->truncated = message->msg_hdr.msg_flags & MSG_TRUNC;
	datagram->ifindex = arrival_interface(&message->msg_hdr);
	endpoint_from(&datagram->source, &receiver->addresses[i]);
}
