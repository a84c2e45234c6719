#include "host.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "queue.h"
#include "raise.h"

/* Datagrams of the kernel's that are read before packets have their turn. */
#define READS 32
/* Less may be the coarse clock's tick. */
#define SLEEP_US 1000000
/* Larger than any message that matters: one of a link with many virtual functions is cut short, and read all the same. */
#define MESSAGE_BYTES 16384

int host_open(void)
{
	const struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	int result;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	result = -errno;
	close(fd);
	return result;
}

/* The attribute of that type and of that many bytes at least, or null. */
static const void *find(const struct rtattr *attribute, size_t left, unsigned short type, size_t size)
{
	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left))
		if ((attribute->rta_type & NLA_TYPE_MASK) == type)
			return RTA_PAYLOAD(attribute) >= size ? RTA_DATA(attribute) : NULL;
	return NULL;
}

static uint32_t find_number(const struct rtattr *attributes, size_t left, unsigned short type, uint32_t otherwise)
{
	const void *found = find(attributes, left, type, sizeof otherwise);

	if (found)
		memcpy(&otherwise, found, sizeof otherwise);
	return otherwise;
}

static size_t address_bytes(uint8_t family)
{
	return family == AF_INET ? 4 : 16;
}

static void set_address(tv_event *event, uint8_t family, const void *address)
{
	event->source.family = family == AF_INET ? 4 : 6;
	if (address)
		memcpy(event->source.addr, address, address_bytes(family));
}

static bool address_change(const struct nlmsghdr *message, uint32_t own, tv_event *event)
{
	const struct ifaddrmsg *head = NLMSG_DATA(message);
	const struct rtattr *attributes = IFA_RTA(head);
	size_t left = IFA_PAYLOAD(message);
	uint32_t flags = find_number(attributes, left, IFA_FLAGS, head->ifa_flags);
	size_t bytes = address_bytes(head->ifa_family);
	const void *address = find(attributes, left, IFA_LOCAL, bytes);

	if (head->ifa_index == own || head->ifa_scope == RT_SCOPE_HOST)
		return false;
	if (!address)
		address = find(attributes, left, IFA_ADDRESS, bytes);
	if (!address || (message->nlmsg_type == RTM_NEWADDR && flags & IFA_F_TENTATIVE))
		return false;
	event->kind = message->nlmsg_type == RTM_NEWADDR ? TV_HOST_ADDRESS : TV_HOST_ADDRESS_GONE;
	event->source.scope = head->ifa_index;
	set_address(event, head->ifa_family, address);
	return true;
}

static bool route_change(const struct nlmsghdr *message, uint32_t own, tv_event *event)
{
	const struct rtmsg *head = NLMSG_DATA(message);
	const struct rtattr *attributes = RTM_RTA(head);
	size_t left = RTM_PAYLOAD(message);
	const void *destination = find(attributes, left, RTA_DST, address_bytes(head->rtm_family));
	uint32_t out = find_number(attributes, left, RTA_OIF, 0);

	if (head->rtm_type != RTN_UNICAST || head->rtm_flags & RTM_F_CLONED || (out && out == own))
		return false;
	if (find_number(attributes, left, RTA_TABLE, head->rtm_table) == RT_TABLE_LOCAL || (!destination && head->rtm_dst_len))
		return false;
	event->kind = TV_HOST_ROUTE;
	event->index = head->rtm_dst_len;
	event->source.scope = out;
	set_address(event, head->rtm_family, destination);
	return true;
}

/* IPv4 routes go without a word when their interface goes down. */
static bool link_change(const struct nlmsghdr *message, uint32_t own, tv_event *event)
{
	const struct ifinfomsg *head = NLMSG_DATA(message);

	if ((uint32_t)head->ifi_index == own || !(head->ifi_change & IFF_UP) || head->ifi_flags & IFF_UP)
		return false;
	event->kind = TV_HOST_ANY;
	event->source.scope = (uint32_t)head->ifi_index;
	return true;
}

static bool has(const struct nlmsghdr *message, size_t size, uint8_t family)
{
	return message->nlmsg_len >= NLMSG_LENGTH(size) && (family == AF_INET || family == AF_INET6);
}

bool host_change(const struct nlmsghdr *message, uint32_t own, tv_event *event)
{
	/* Where a message carries a family, it is its first byte. */
	uint8_t family = message->nlmsg_len > NLMSG_HDRLEN ? *(const uint8_t *)NLMSG_DATA(message) : 0;

	*event = (tv_event){ .type = TV_EVENT_HOST };
	switch (message->nlmsg_type) {
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return has(message, sizeof(struct ifaddrmsg), family) && address_change(message, own, event);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return has(message, sizeof(struct rtmsg), family) && route_change(message, own, event);
	case RTM_NEWLINK:
		return message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)) && link_change(message, own, event);
	default:
		return false;
	}
}

/* How long the machine has slept: the boot clock counts that, the other one does not. */
static int64_t asleep_us(int64_t now_us)
{
	struct timespec awake;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &awake);
	return now_us - ((int64_t)awake.tv_sec * 1000000 + awake.tv_nsec / 1000);
}

void host_note_sleep(struct queue *queue)
{
	queue->asleep_us = asleep_us(tv_boottime_us());
}

bool host_slept(struct queue *queue)
{
	int64_t before_us = queue->asleep_us;

	if (queue->host < 0)
		return false;
	queue->asleep_us = asleep_us(queue->lane.now_us);
	return queue->asleep_us - before_us >= SLEEP_US;
}

static void read_messages(struct lane *lane, const uint8_t *bytes, size_t length)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)bytes;
	tv_event event;

	for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length))
		if (host_change(message, lane->device->config.ifindex, &event))
			raise_host(lane, event);
}

bool host_read(struct queue *queue)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[MESSAGE_BYTES];

	for (int i = 0; i < READS; i++) {
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof from;
		ssize_t length = recvfrom(queue->host, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&from, &size);

		if (length >= 0 && from.nl_pid == 0)
			read_messages(&queue->lane, bytes, (size_t)length);
		/* More came than its buffer holds. */
		else if (length < 0 && errno == ENOBUFS)
			queue->lane.untold = true;
		else if (length < 0)
			return false;
	}
	return true;
}
