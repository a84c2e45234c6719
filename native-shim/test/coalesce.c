/* What joins, and how it is written: lengths, sums, and what stands alone. */
#include "coalesce.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "harness.h"
#include "joining.h"
#include "packets.h"
#include "transport.h"

static void each(void (*test)(int family, bool udp))
{
	for (int family = 4; family <= 6; family += 2)
		for (int udp = 0; udp < 2; udp++)
			test(family, udp);
}

static void lengths_of(int family, bool udp)
{
	joining_make(family, udp, false);
	joining_resize(1, JOINING_SIZE + 1);
	joining_begin(0);
	check(!joining_adds(1));
	/* A shorter one is the last. */
	joining_make(family, udp, false);
	joining_resize(1, JOINING_SIZE - 1);
	if (!udp)
		store32_network(joining_transport(2) + TCP_SEQUENCE, load32_network(joining_transport(2) + TCP_SEQUENCE) - 1);
	joining_begin(0);
	check(joining_adds(1));
	check(held.full);
	check(!joining_adds(2));
	/* No payload: nothing to join. */
	joining_make(family, udp, false);
	joining_resize(1, 0);
	joining_begin(0);
	check(!joining_adds(1));
	check(!joining_begins(1));
}

static void lengths(void)
{
	each(lengths_of);
}

static void limits(void)
{
	uint32_t count = 1;

	joining_make(4, true, false);
	joining_begin(0);
	while (joining_adds(1)) {
		count++;
		store16_network(joining_at(1) + 4, (uint16_t)(load16_network(joining_at(1) + 4) + 1));
		joining_mend(1);
	}
	check_equal(count, COALESCE_MAX);
	/* Not beyond what a length field says. */
	joining_make(4, true, false);
	joining_begin(0);
	held.length = SUPER_MAX - JOINING_SIZE + 1;
	check(!joining_adds(1));
	held.length--;
	check(joining_adds(1));
}

/* Nothing to join, whatever follows. */
static void expect_no_neighbours(uint32_t at, uint8_t value)
{
	uint8_t before = joining_at(0)[at];

	check(joining_begins(0));
	joining_at(0)[at] = value;
	joining_mend(0);
	check(!joining_begins(0));
	joining_at(0)[at] = before;
}

static void options_of_ipv4(void)
{
	for (int udp = 0; udp < 2; udp++) {
		joining_make(4, udp, false);
		check(joining_begins(0));
		memmove(joining_at(0) + 24, joining_at(0) + 20, 250);
		memset(joining_at(0) + 20, 1, 4);
		joining_at(0)[0] = 0x46;
		store16_network(joining_at(0) + 2, (uint16_t)(load16_network(joining_at(0) + 2) + 4));
		joining_mend(0);
		check(!joining_begins(0));
	}
}

static void other_packets(void)
{
	joining_make(4, true, false);
	expect_no_neighbours(6, 0x20);
	expect_no_neighbours(7, 0x01);
	expect_no_neighbours(9, IPPROTO_ICMP);
	/* A UDP length of its own, and a service below the kernel. */
	expect_no_neighbours(20 + UDP_LENGTH + 1, 100);
	joining_transport(0)[0] = 0;
	expect_no_neighbours(21, 67);
	joining_make(6, true, false);
	expect_no_neighbours(6, IPPROTO_DSTOPTS);
	/* A header that says to be too short, or longer than there is. */
	for (int family = 4; family <= 6; family += 2) {
		joining_make(family, false, false);
		expect_no_neighbours(super.inner.header + TCP_OFFSET, 0x40);
		joining_resize(0, 20);
		expect_no_neighbours(super.inner.header + TCP_OFFSET, 0xf0);
	}
}

/* A packet alone whose checksum is open keeps its headers; the checksum is left to the kernel. */
static void alone_and_open(int family, bool udp)
{
	uint8_t before[JOINING_STRIDE];
	uint32_t place;

	joining_make(family, udp, false);
	memcpy(before, joining_at(0), JOINING_STRIDE);
	joining_begin(0);
	check_equal(coalesce_finish(&held), 2);
	check_equal(held.virtio.flags, VIRTIO_NEEDS_CHECKSUM);
	check_equal(held.virtio.gso_type, VIRTIO_GSO_NONE);
	check_equal(held.virtio.gso_size, 0);
	place = (uint32_t)held.virtio.checksum_start + held.virtio.checksum_offset;
	check_equal(place, super.virtio.checksum_start + super.virtio.checksum_offset);
	checksum_finish(joining_at(0), (uint32_t)held.vectors[1].iov_len, held.virtio.checksum_start, place);
	check_equal(transport_sum(joining_at(0)), 0);
	memcpy(before + place, joining_at(0) + place, 2);
	check(memcmp(before, joining_at(0), JOINING_STRIDE) == 0);
}

/* One that is complete stays as it is, right or wrong. */
static void alone_and_whole(int family, bool udp)
{
	static const struct virtio_header nothing_to_do;
	uint8_t before[JOINING_STRIDE];

	for (int wrong = 0; wrong < 2; wrong++) {
		joining_make(family, udp, true);
		joining_transport(0)[udp ? UDP_CHECKSUM : TCP_CHECKSUM] ^= (uint8_t)wrong;
		memcpy(before, joining_at(0), JOINING_STRIDE);
		joining_begin(0);
		check_equal(joining_adds(1), !wrong);
		joining_begin(0);
		check_equal(coalesce_finish(&held), 2);
		check(memcmp(&held.virtio, &nothing_to_do, sizeof nothing_to_do) == 0);
		check(memcmp(before, joining_at(0), JOINING_STRIDE) == 0);
	}
}

static void alone(void)
{
	each(alone_and_open);
	each(alone_and_whole);
}

SUITE(coalesce, { "lengths", lengths }, { "limits", limits }, { "what is never joined", other_packets },
      { "options of IPv4", options_of_ipv4 }, { "a packet alone", alone });
