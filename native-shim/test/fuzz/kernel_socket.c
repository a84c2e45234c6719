/* The sockets of the kernel in memory. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "harness.h"
#include "kernel_state.h"
#include "offload.h"
#include "poison.h"

/* Bytes of one message. */
#define MESSAGE_MAX 65507

int __real_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout);
int __wrap_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout);
int __real_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);

static void add_control(struct msghdr *header, size_t *used, int level, int type, const void *data, size_t size)
{
	struct cmsghdr *control = (struct cmsghdr *)((uint8_t *)header->msg_control + *used);

	check(*used + CMSG_SPACE(size) <= header->msg_controllen);
	memset(control, 0, CMSG_SPACE(size));
	control->cmsg_level = level;
	control->cmsg_type = type;
	control->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(control), data, size);
	*used += CMSG_SPACE(size);
}

/* In the order in which the kernel writes them. */
static void write_controls(struct msghdr *header, const struct arrival *arrival)
{
	size_t used = 0;

	if (arrival->segment)
		add_control(header, &used, IPPROTO_UDP, UDP_GRO, &arrival->segment, sizeof arrival->segment);
	if (arrival->family == 4) {
		struct in_pktinfo info = { .ipi_ifindex = (int)arrival->ifindex };

		add_control(header, &used, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
	} else {
		struct in6_pktinfo info = { .ipi6_ifindex = arrival->ifindex };

		add_control(header, &used, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
	}
	header->msg_controllen = used;
}

static void write_arrival(struct mmsghdr *message, const struct arrival *arrival)
{
	struct msghdr *header = &message->msg_hdr;
	struct iovec *room = header->msg_iov, *behind = &kernel.poisoned[kernel.poisoned_count++];
	struct destination source;

	check_equal(header->msg_iovlen, 1);
	check(arrival->length <= room->iov_len);
	memcpy(room->iov_base, arrival->bytes, arrival->length);
	*behind = (struct iovec){ (uint8_t *)room->iov_base + arrival->length, room->iov_len - arrival->length };
	ASAN_POISON_MEMORY_REGION(behind->iov_base, behind->iov_len);
	message->msg_len = arrival->length;
	header->msg_flags = arrival->truncated ? MSG_TRUNC : 0;
	check(destination_set(&source, &arrival->source));
	check(header->msg_namelen >= source.size);
	memcpy(header->msg_name, &source.address, source.size);
	header->msg_namelen = source.size;
	write_controls(header, arrival);
}

int __wrap_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout)
{
	bool is4 = kernel.queue && fd == kernel.queue->receiver.socket4, is6 = kernel.queue && fd == kernel.queue->receiver.socket6;
	struct inbox *inbox = is4 ? &kernel.inbox4 : &kernel.inbox6;
	unsigned int taken = 0;
	int answer;

	if (!is4 && !is6)
		return __real_recvmmsg(fd, messages, count, flags, timeout);
	unpoison_received();
	answer = next_answer(KERNEL_RECEIVE, waits(inbox) ? 0 : -EAGAIN);
	if (answer < 0) {
		errno = -answer;
		return -1;
	}
	for (; taken < count && waits(inbox); taken++) {
		const struct arrival *arrival = &inbox->arrivals[inbox->taken++];

		write_arrival(&messages[taken], arrival);
		kernel.observer->received(arrival);
	}
	return (int)taken;
}

/* What a kernel demands of a message, and what becomes of it. */
static void send_message(const struct msghdr *header)
{
	const uint8_t *bytes = header->msg_iov->iov_base;
	size_t length = header->msg_iov->iov_len, size = length;

	check_equal(header->msg_iovlen, 1);
	check(length > 0 && length <= MESSAGE_MAX);
	if (header->msg_control) {
		const struct cmsghdr *control = header->msg_control;
		uint16_t segment;

		check_equal(header->msg_controllen, CMSG_SPACE(sizeof segment));
		check_equal(control->cmsg_len, CMSG_LEN(sizeof segment));
		check(control->cmsg_level == IPPROTO_UDP && control->cmsg_type == UDP_SEGMENT);
		memcpy(&segment, CMSG_DATA(control), sizeof segment);
		size = segment;
		check(size > 0 && size < length && length <= size * KERNEL_SPLIT_MAX);
	}
	for (size_t at = 0; at < length; at += size)
		kernel.observer->sent(header->msg_name, header->msg_namelen, bytes + at, length - at < size ? length - at : size);
}

int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
	int answer;

	if (!kernel.queue || (fd != kernel.queue->receiver.socket4 && fd != kernel.queue->receiver.socket6))
		return __real_sendmmsg(fd, messages, count, flags);
	check(count > 0);
	answer = next_answer(KERNEL_SEND, (int)count);
	if (answer < 0) {
		errno = -answer;
		return -1;
	}
	if ((unsigned int)answer < count)
		count = (unsigned int)answer;
	for (unsigned int i = 0; i < count; i++) {
		send_message(&messages[i].msg_hdr);
		messages[i].msg_len = (unsigned int)messages[i].msg_hdr.msg_iov->iov_len;
	}
	return (int)count;
}
