/* Checksums left open. */
#include "checksum.h"

#include <netinet/in.h>
#include <string.h>

#include "harness.h"
#include "packets.h"

static uint8_t packet[40 + 65535];

static size_t transport_at(void)
{
	return packet[0] >> 4 == 4 ? (size_t)(packet[0] & 15) * 4 : 40;
}

static bool complete(size_t length)
{
	struct inner inner;

	check(inner_parse(&inner, packet, length));
	return checksum_complete(packet, &inner);
}

static void set16(size_t at, uint16_t value)
{
	packet[at] = (uint8_t)(value >> 8);
	packet[at + 1] = (uint8_t)value;
}

static size_t make(int family, uint8_t protocol, size_t payload)
{
	size_t length = family == 4 ? packet4(packet, "10.0.0.2", "10.0.1.9", protocol, payload)
				    : packet6(packet, "fd00::2", "fd00:1::9", protocol, payload);

	if (protocol == IPPROTO_UDP) {
		set16(transport_at(), 5353);
		set16(transport_at() + 2, 53);
		set16(transport_at() + 4, (uint16_t)payload);
	}
	return length;
}

static void completes(void)
{
	for (int family = 4; family <= 6; family += 2)
		for (size_t payload = 8; payload < 300; payload++)
			for (int udp = 0; udp < 2; udp++) {
				size_t length = make(family, udp ? IPPROTO_UDP : IPPROTO_TCP, payload);
				size_t place = transport_at() + (udp ? 6 : 16);

				if (!udp && payload < 20)
					continue;
				check(complete(length));
				check_equal(transport_sum(packet), 0);
				/* What stood there before makes no difference. */
				uint8_t first = packet[place];

				packet[place] ^= 0x5a;
				check(complete(length));
				check_equal(packet[place], first);
			}
}

/* As long as can be, and of ones alone, which carry most. */
static void long_ones(void)
{
	for (size_t payload = 65480; payload < sizeof packet - 40; payload++)
		for (int ones = 0; ones < 2; ones++) {
			size_t length = make(6, IPPROTO_TCP, payload);

			if (ones)
				memset(packet + 60, 0xff, payload - 20);
			check(complete(length));
			check_equal(transport_sum(packet), 0);
		}
}

static void with_ipv4_options(void)
{
	size_t length = make(4, IPPROTO_TCP, 44);

	packet[0] = 0x46;
	check(complete(length));
	check_equal(transport_sum(packet), 0);
}

static void zero_sum_of_udp(void)
{
	size_t length = make(4, IPPROTO_UDP, 10);
	size_t place = transport_at() + 6;

	/* Two bytes of payload chosen so that the rest sums to all ones. */
	set16(transport_at() + 8, 0);
	set16(place, 0);
	set16(transport_at() + 8, transport_sum(packet));
	check(complete(length));
	check_equal(packet[place], 0xff);
	check_equal(packet[place + 1], 0xff);
}

static void refusals(void)
{
	static const uint16_t below_kernel[] = { 67, 68, 546, 547 };

	check(!complete(make(4, IPPROTO_TCP, 19)));
	check(!complete(make(4, IPPROTO_UDP, 7)));
	check(!complete(make(4, IPPROTO_ICMP, 40)));
	check(!complete(make(6, IPPROTO_ICMPV6, 40)));
	check(!complete(make(6, IPPROTO_HOPOPTS, 40)));
	check(!complete(make(6, IPPROTO_FRAGMENT, 40)));
	check(!complete(make(4, 0, 0)));
	for (size_t i = 0; i < 4; i++)
		for (size_t side = 0; side < 4; side += 2) {
			size_t length = make(4, IPPROTO_UDP, 40);

			set16(transport_at() + side, below_kernel[i]);
			check(!complete(length));
		}
	/* A length of UDP's own that is not the packet's. */
	size_t length = make(6, IPPROTO_UDP, 40);

	set16(44, 39);
	check(!complete(length));
	length = make(4, IPPROTO_TCP, 40);
	packet[6] = 0x20;
	check(!complete(length));
	packet[6] = 0;
	packet[7] = 3;
	check(!complete(length));
}

SUITE(checksum, { "completes TCP and UDP", completes }, { "completes long ones", long_ones }, { "behind IPv4 options", with_ipv4_options },
      { "UDP's zero is written as all ones", zero_sum_of_udp }, { "refuses what may not travel so", refusals });
