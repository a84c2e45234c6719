#include "kernel_drops.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct question {
	struct nlmsghdr header;
	struct if_stats_msg message;
};

union answer {
	struct nlmsghdr header;
	uint8_t bytes[1024];
};

/* The kernel answers within the call that asks. */
static ssize_t ask(const struct question *question, union answer *answer)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ssize_t length = -1;

	if (fd < 0)
		return -1;
	if (send(fd, question, sizeof *question, 0) == (ssize_t)sizeof *question)
		length = recv(fd, answer, sizeof *answer, MSG_DONTWAIT);
	close(fd);
	return length;
}

/* The only attribute that was asked for, which padding may precede. */
static uint64_t find_dropped(const union answer *answer, size_t length)
{
	const size_t place = offsetof(struct rtnl_link_stats64, tx_dropped);
	struct rtattr attribute;

	for (size_t at = NLMSG_SPACE(sizeof(struct if_stats_msg)); at + RTA_LENGTH(0) <= length; at += RTA_ALIGN(attribute.rta_len)) {
		uint64_t dropped;

		memcpy(&attribute, answer->bytes + at, sizeof attribute);
		if (attribute.rta_len < RTA_LENGTH(0) || attribute.rta_len > length - at)
			break;
		if (attribute.rta_type != IFLA_STATS_LINK_64 || attribute.rta_len < RTA_LENGTH(place + sizeof dropped))
			continue;
		memcpy(&dropped, answer->bytes + at + RTA_LENGTH(place), sizeof dropped);
		return dropped;
	}
	return 0;
}

uint64_t interface_drops(uint32_t ifindex)
{
	const struct question question = {
		.header = { .nlmsg_len = sizeof question, .nlmsg_type = RTM_GETSTATS, .nlmsg_flags = NLM_F_REQUEST },
		.message = { .ifindex = ifindex, .filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64) },
	};
	union answer answer;
	ssize_t length = ifindex ? ask(&question, &answer) : -1;

	if (length < (ssize_t)sizeof answer.header || answer.header.nlmsg_type != RTM_NEWSTATS)
		return 0;
	return find_dropped(&answer, (size_t)length);
}

uint64_t socket_drops(int socket)
{
	uint32_t values[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof values;

	if (socket < 0 || getsockopt(socket, SOL_SOCKET, SO_MEMINFO, values, &size) < 0)
		return 0;
	return values[SK_MEMINFO_DROPS];
}
