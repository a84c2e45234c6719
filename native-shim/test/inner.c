/* Inner packets: each way to be refused. */
#include "inner.h"

#include <arpa/inet.h>
#include <string.h>

#include "harness.h"
#include "packets.h"

static uint8_t packet[2048];

static bool parses(size_t length)
{
	struct inner inner;

	return inner_parse(&inner, packet, length);
}

static void ipv4(void)
{
	size_t length = packet4(packet, "10.0.0.2", "10.0.1.9", 17, 30);
	struct inner inner;

	check(inner_parse(&inner, packet, length));
	check_equal(inner.family, 4);
	check_equal(inner.header, 20);
	check_equal(inner.length, 50);
	check_equal(inner.protocol, 17);
	check(!inner.fragment);
	check(inner.source == packet + 12 && inner.destination == packet + 16);
	check(inner_parse(&inner, packet, length + 14));
	check_equal(inner.length, 50);
	packet[6] = 0x20;
	check(inner_parse(&inner, packet, length) && inner.fragment);
	packet[6] = 0;
	packet[7] = 1;
	check(inner_parse(&inner, packet, length) && inner.fragment);
	packet[7] = 0;
	packet[6] = 0x40;
	check(inner_parse(&inner, packet, length) && !inner.fragment);
}

static void ipv4_refused(void)
{
	size_t length = packet4(packet, "10.0.0.2", "10.0.1.9", 17, 30);

	check(!parses(0));
	for (size_t shorter = 1; shorter < length; shorter++)
		check(!parses(shorter));
	check(parses(length));
	packet[0] = 0x44;
	check(!parses(length));
	packet[0] = 0x40;
	check(!parses(length));
	/* A header as long as the packet is one without payload; longer is none. */
	packet[0] = 0x4c;
	check(parses(length));
	packet[0] = 0x4d;
	check(!parses(length));
	packet[0] = 0x45;
	packet[3] = 51;
	check(!parses(length));
	packet[3] = 19;
	check(!parses(length));
	packet[3] = 20;
	check(parses(length));
}

static void versions(void)
{
	packet4(packet, "10.0.0.2", "10.0.1.9", 17, 30);
	for (unsigned int version = 0; version < 16; version++) {
		packet[0] = (uint8_t)(version << 4 | 5);
		packet[4] = packet[5] = 0;
		packet[6] = 59;
		check_equal(parses(50), version == 4 || version == 6);
	}
}

static void ipv6(void)
{
	size_t length = packet6(packet, "fd00::2", "fd00:1::9", 6, 30);
	struct inner inner;

	check(inner_parse(&inner, packet, length + 2));
	check_equal(inner.family, 6);
	check_equal(inner.header, 40);
	check_equal(inner.length, 70);
	check_equal(inner.protocol, 6);
	check(!inner.fragment);
	check(inner.source == packet + 8 && inner.destination == packet + 24);
}

static void ipv6_refused(void)
{
	size_t length = packet6(packet, "fd00::2", "fd00:1::9", 6, 30);

	for (size_t shorter = 0; shorter < length; shorter++)
		check(!parses(shorter));
	check(parses(length));
	packet[5] = 31;
	check(!parses(length));
}

static void jumbogram(void)
{
	size_t length = packet6(packet, "fd00::2", "fd00:1::9", 0, 64);

	check(parses(length));
	packet[5] = 0;
	check(!parses(length));
	check(!parses(40));
	/* Without hop-by-hop options it is a header alone, and the rest padding. */
	packet[6] = 59;
	check(parses(length));
}

static bool possible(const char *source)
{
	bool is4 = !strchr(source, ':');
	struct inner inner;

	if (is4)
		packet4(packet, source, "10.0.1.9", 17, 8);
	else
		packet6(packet, source, "fd00:1::9", 17, 8);
	check(inner_parse(&inner, packet, is4 ? 28 : 48));
	return inner_source_possible(&inner);
}

static void sources(void)
{
	static const char *const refused[] = { "127.0.0.1", "127.255.0.1", "224.0.0.1", "239.255.255.255", "0.0.0.0", "255.255.255.255",
					       "::",	    "::1",	   "ff02::1",	"ff0e::5",	   "::ffff:10.0.0.1" };
	static const char *const taken[] = { "10.0.0.1", "126.255.255.255", "128.0.0.1", "223.255.255.255", "192.0.2.1", "fd00::1",
					     "fe80::1",	 "2001:db8::1",	    "::2",	 "::fffe:10.0.0.1", "feff::1" };

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (possible(refused[i]))
			test_fail(__FILE__, __LINE__, "took %s", refused[i]);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (!possible(taken[i]))
			test_fail(__FILE__, __LINE__, "refused %s", taken[i]);
}

SUITE(inner, { "IPv4", ipv4 }, { "IPv4 refused", ipv4_refused }, { "versions", versions }, { "IPv6", ipv6 },
      { "IPv6 refused", ipv6_refused }, { "jumbograms", jumbogram }, { "sources that no packet can have", sources });
