/* Changes of the host: which messages of the kernel's tell of one, and what becomes of many. */
#include "host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "queue.h"
#include "site.h"

#define OWN 7
#define OTHER 3

static struct site site;

/* A message under construction. */
static union {
	struct nlmsghdr head;
	uint8_t bytes[512];
} message;

static void begin(uint16_t type, const void *body, size_t size)
{
	memset(&message, 0, sizeof message);
	message.head.nlmsg_type = type;
	message.head.nlmsg_len = NLMSG_LENGTH(size);
	memcpy(NLMSG_DATA(&message.head), body, size);
}

static void attribute(unsigned short type, const void *value, size_t size)
{
	struct rtattr *at = (struct rtattr *)(void *)(message.bytes + NLMSG_ALIGN(message.head.nlmsg_len));

	at->rta_type = type;
	at->rta_len = (unsigned short)RTA_LENGTH(size);
	memcpy(RTA_DATA(at), value, size);
	message.head.nlmsg_len = NLMSG_ALIGN(message.head.nlmsg_len) + RTA_ALIGN(at->rta_len);
}

static void number(unsigned short type, uint32_t value)
{
	attribute(type, &value, sizeof value);
}

static void text_address(unsigned short type, uint8_t family, const char *text)
{
	uint8_t address[16];

	check_equal(inet_pton(family, text, address), 1);
	attribute(type, address, family == AF_INET ? 4 : 16);
}

static void address(uint16_t type, uint8_t family, uint32_t ifindex, const char *text)
{
	begin(type, &(struct ifaddrmsg){ .ifa_family = family, .ifa_prefixlen = 24, .ifa_index = ifindex }, sizeof(struct ifaddrmsg));
	text_address(IFA_ADDRESS, family, text);
}

static struct ifaddrmsg *address_head(void)
{
	return NLMSG_DATA(&message.head);
}

static struct rtmsg *route_head(void)
{
	return NLMSG_DATA(&message.head);
}

/* A route for `network`, or the default one when that is null. */
static void route(uint16_t type, uint8_t family, uint32_t ifindex, const char *network, uint8_t length)
{
	begin(type, &(struct rtmsg){ .rtm_family = family, .rtm_dst_len = length, .rtm_table = RT_TABLE_MAIN, .rtm_type = RTN_UNICAST },
	      sizeof(struct rtmsg));
	if (network)
		text_address(RTA_DST, family, network);
	number(RTA_OIF, ifindex);
}

static void link_message(uint32_t ifindex, uint32_t change, uint32_t flags)
{
	begin(RTM_NEWLINK, &(struct ifinfomsg){ .ifi_index = (int)ifindex, .ifi_change = change, .ifi_flags = flags }, sizeof(struct ifinfomsg));
}

static bool changes(tv_event *event)
{
	return host_change(&message.head, OWN, event);
}

static bool is_nothing(void)
{
	tv_event event;

	return !changes(&event);
}

static void expect(uint32_t kind, uint8_t family, const char *text, uint32_t index, uint32_t scope)
{
	uint8_t wanted[16] = { 0 };
	tv_event event;

	check(changes(&event));
	check_equal(event.type, TV_EVENT_HOST);
	check_equal(event.kind, kind);
	check_equal(event.index, index);
	check_equal(event.source.scope, scope);
	check_equal(event.source.family, family);
	check_equal(event.source.port, 0);
	if (text)
		check_equal(inet_pton(family == 4 ? AF_INET : AF_INET6, text, wanted), 1);
	check(memcmp(event.source.addr, wanted, sizeof wanted) == 0);
}

static void addresses(void)
{
	address(RTM_NEWADDR, AF_INET, OTHER, "192.0.2.1");
	expect(TV_HOST_ADDRESS, 4, "192.0.2.1", 0, OTHER);
	address(RTM_DELADDR, AF_INET6, OTHER, "2001:db8::1");
	expect(TV_HOST_ADDRESS_GONE, 6, "2001:db8::1", 0, OTHER);
	/* On a point-to-point link the other end's address comes first. */
	address(RTM_NEWADDR, AF_INET, OTHER, "192.0.2.9");
	text_address(IFA_LOCAL, AF_INET, "192.0.2.8");
	expect(TV_HOST_ADDRESS, 4, "192.0.2.8", 0, OTHER);
}

static void no_addresses(void)
{
	address(RTM_NEWADDR, AF_INET, OWN, "192.0.2.1");
	check(is_nothing());
	address(RTM_NEWADDR, AF_INET, OTHER, "127.0.0.2");
	address_head()->ifa_scope = RT_SCOPE_HOST;
	check(is_nothing());
	address(RTM_NEWADDR, AF_INET6, OTHER, "2001:db8::1");
	address_head()->ifa_flags = IFA_F_TENTATIVE;
	check(is_nothing());
	address(RTM_NEWADDR, AF_INET6, OTHER, "2001:db8::1");
	number(IFA_FLAGS, IFA_F_TENTATIVE | IFA_F_NOPREFIXROUTE);
	check(is_nothing());
	/* One that goes was in use. */
	address(RTM_DELADDR, AF_INET6, OTHER, "2001:db8::1");
	number(IFA_FLAGS, IFA_F_TENTATIVE);
	expect(TV_HOST_ADDRESS_GONE, 6, "2001:db8::1", 0, OTHER);
	begin(RTM_NEWADDR, &(struct ifaddrmsg){ .ifa_family = AF_INET, .ifa_index = OTHER }, sizeof(struct ifaddrmsg));
	check(is_nothing());
}

static void routes(void)
{
	route(RTM_NEWROUTE, AF_INET, OTHER, "198.51.100.0", 24);
	expect(TV_HOST_ROUTE, 4, "198.51.100.0", 24, OTHER);
	route(RTM_DELROUTE, AF_INET6, OTHER, NULL, 0);
	expect(TV_HOST_ROUTE, 6, NULL, 0, OTHER);
	begin(RTM_NEWROUTE, &(struct rtmsg){ .rtm_family = AF_INET, .rtm_type = RTN_UNICAST, .rtm_table = RT_TABLE_MAIN }, sizeof(struct rtmsg));
	expect(TV_HOST_ROUTE, 4, NULL, 0, 0);
}

static void no_routes(void)
{
	tv_event event;

	route(RTM_NEWROUTE, AF_INET, OWN, "198.51.100.0", 24);
	check(is_nothing());
	/* A device without an interface index has no routes of its own. */
	route(RTM_NEWROUTE, AF_INET, 0, "198.51.100.0", 24);
	check(host_change(&message.head, 0, &event));
	route(RTM_NEWROUTE, AF_INET, OTHER, "198.51.100.0", 24);
	route_head()->rtm_table = RT_TABLE_LOCAL;
	check(is_nothing());
	route(RTM_NEWROUTE, AF_INET, OTHER, "198.51.100.0", 24);
	number(RTA_TABLE, RT_TABLE_LOCAL);
	check(is_nothing());
	route(RTM_NEWROUTE, AF_INET6, OTHER, "2001:db8::", 32);
	route_head()->rtm_flags = RTM_F_CLONED;
	check(is_nothing());
	route(RTM_NEWROUTE, AF_INET, OTHER, "198.51.100.0", 24);
	route_head()->rtm_type = RTN_UNREACHABLE;
	check(is_nothing());
	/* Its destination is lost. */
	route(RTM_NEWROUTE, AF_INET, OTHER, NULL, 24);
	check(is_nothing());
	/* MPLS. */
	route(RTM_NEWROUTE, AF_INET, OTHER, "198.51.100.0", 24);
	route_head()->rtm_family = 28;
	check(is_nothing());
}

static void links(void)
{
	link_message(OTHER, IFF_UP, IFF_BROADCAST);
	expect(TV_HOST_ANY, 0, NULL, 0, OTHER);
	link_message(OTHER, IFF_UP, IFF_UP | IFF_RUNNING);
	check(is_nothing());
	link_message(OTHER, 0, IFF_BROADCAST);
	check(is_nothing());
	link_message(OWN, IFF_UP, IFF_BROADCAST);
	check(is_nothing());
}

static void others_and_stumps(void)
{
	uint32_t whole;

	begin(RTM_NEWNEIGH, &(struct ndmsg){ .ndm_family = AF_INET }, sizeof(struct ndmsg));
	check(is_nothing());
	begin(RTM_NEWADDR, "", 0);
	check(is_nothing());
	begin(RTM_NEWLINK, &(struct ifinfomsg){ .ifi_change = IFF_UP }, sizeof(struct ifinfomsg));
	message.head.nlmsg_len -= 1;
	check(is_nothing());
	route(RTM_NEWROUTE, AF_INET, OTHER, "198.51.100.0", 24);
	whole = message.head.nlmsg_len;
	/* However much is missing, nothing beyond the end is read. */
	for (uint32_t length = 0; length < whole; length++) {
		tv_event event;

		message.head.nlmsg_len = length;
		(void)changes(&event);
	}
}

static int kernel;

/* A socket of ours stands for the kernel's. */
static void open_host(void)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = SOURCE_HOST };
	int ends[2];

	site_open(&site, &site_defaults);
	site.device->config.ifindex = OWN;
	check_equal(tv_host_watch(site.handle), 0);
	check_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends), 0);
	kernel = ends[0];
	close(site.device->queues[0].host);
	site.device->queues[0].host = ends[1];
	check_equal(epoll_ctl(site.device->queues[0].watch, EPOLL_CTL_ADD, ends[1], &event), 0);
}

static void close_host(void)
{
	close(kernel);
	site_close(&site);
}

static void tell(void)
{
	check_equal(send(kernel, message.bytes, message.head.nlmsg_len, 0), message.head.nlmsg_len);
}

static void watched_once(void)
{
	site_open(&site, &site_defaults);
	check_equal(tv_host_watch(-1), -EBADF);
	check_equal(tv_host_watch(site.handle), 0);
	check_equal(tv_host_watch(site.handle), -EBUSY);
	site_close(&site);
}

static void told_by_a_pump(void)
{
	uint8_t two[1024];
	size_t first;

	open_host();
	address(RTM_NEWADDR, AF_INET, OWN, "192.0.2.7");
	tell();
	address(RTM_NEWADDR, AF_INET, OTHER, "192.0.2.1");
	first = message.head.nlmsg_len;
	memcpy(two, message.bytes, first);
	route(RTM_NEWROUTE, AF_INET, OTHER, NULL, 0);
	memcpy(two + first, message.bytes, message.head.nlmsg_len);
	check(send(kernel, two, first + message.head.nlmsg_len, 0) > 0);
	wait_until((site_pump(&site), site_events(&site, TV_EVENT_HOST) == 2));
	check_equal(site_event(&site, TV_EVENT_HOST)->event.kind, TV_HOST_ROUTE);
	check_equal(site_event(&site, TV_EVENT_HOST)->event.peer, TV_NO_PEER);
	close_host();
}

/* What is more than is told of one by one becomes one event, as soon as there is room for it. */
static void more_than_is_told(void)
{
	open_host();
	route(RTM_NEWROUTE, AF_INET, OTHER, NULL, 0);
	for (int i = 0; i < 250; i++) {
		tell();
		site_pump(&site);
	}
	wait_until((site_pump(&site), site_events(&site, TV_EVENT_HOST) > 100));
	/* As many as are told of in a second, or in two or three of them if these straddle one, and the one behind. */
	wait_until((site_pump(&site), !site.device->queues[0].lane.untold));
	check_equal(site_events(&site, TV_EVENT_HOST) % 100, 1);
	check_equal(site_event(&site, TV_EVENT_HOST)->event.kind, TV_HOST_ANY);
	close_host();
}

SUITE(host,
      { "tells of addresses that come and go", addresses },
      { "not of those that are our own, of the host alone, or not usable yet", no_addresses },
      { "tells of routes", routes },
      { "not of our own, local ones, caches, and those that lead nowhere", no_routes },
      { "tells of a link that went down", links },
      { "makes nothing of other messages and of stumps", others_and_stumps },
      { "is watched once", watched_once },
      { "is told by a pump", told_by_a_pump },
      { "what is too much is told as one", more_than_is_told });
