/* What joins by its checksums: right ones, open ones, and both. */
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "coalesce.h"
#include "harness.h"
#include "joining.h"
#include "packets.h"
#include "transport.h"

static uint8_t *checksum_of(uint32_t i)
{
	return joining_transport(i) + (super.udp ? UDP_CHECKSUM : TCP_CHECKSUM);
}

/* Adds one whose checksum is open, or not. */
static bool adds(uint32_t i, bool open)
{
	struct inner inner;

	check(inner_parse(&inner, joining_at(i), JOINING_STRIDE));
	return coalesce_add(&held, joining_at(i), &inner, open);
}

/* All three, some of them complete and some open: the checksum of the whole is left to the kernel, and comes out right. */
static void joins(int family, bool udp)
{
	static uint8_t joined[3 * JOINING_STRIDE];

	for (uint32_t open = 0; open < 8; open++) {
		size_t length = 0;
		struct inner inner;

		joining_make(family, udp, true);
		for (uint32_t i = 0; i < 3; i++) {
			check(inner_parse(&inner, joining_at(i), JOINING_STRIDE));
			/* Whatever stands in an open field. */
			if (open >> i & 1)
				memset(checksum_of(i), 0xa5, 2);
			check(i ? coalesce_add(&held, joining_at(i), &inner, open >> i & 1)
				: coalesce_begin(&held, joining_at(i), &inner, open & 1));
		}
		check_equal(coalesce_finish(&held), 4);
		check(memcmp(&held.virtio, &super.virtio, sizeof super.virtio) == 0);
		for (uint32_t i = 1; i < 4; i++) {
			memcpy(joined + length, held.vectors[i].iov_base, held.vectors[i].iov_len);
			length += held.vectors[i].iov_len;
		}
		check_equal(length, super.inner.length);
		checksum_finish(joined, (uint32_t)length, held.virtio.checksum_start,
				(uint32_t)held.virtio.checksum_start + held.virtio.checksum_offset);
		check_equal(transport_sum(joined), 0);
		if (family == 4)
			check_equal(header_sum(joined), 0);
	}
}

static void complete_ones(void)
{
	for (int family = 4; family <= 6; family += 2)
		for (int udp = 0; udp < 2; udp++)
			joins(family, udp);
}

/* Each byte of payload counts, in the first packet and in the second. */
static void wrong(int family, bool udp, uint32_t which)
{
	for (uint32_t i = 0; i < JOINING_SIZE; i++) {
		joining_make(family, udp, true);
		joining_at(which)[super.virtio.header_length + i] ^= (uint8_t)(1u << i % 8);
		joining_begin(0);
		check(!joining_adds(1));
		/* That of an open one is nobody's yet. */
		check_equal(adds(1, true), which);
	}
}

static void wrong_ones(void)
{
	for (int family = 4; family <= 6; family += 2)
		for (int udp = 0; udp < 2; udp++)
			for (uint32_t which = 0; which < 2; which++)
				wrong(family, udp, which);
}

static void wrong_header_sums(void)
{
	for (int whole = 0; whole < 2; whole++)
		for (int udp = 0; udp < 2; udp++)
			for (uint32_t which = 0; which < 2; which++) {
				joining_make(4, udp, whole);
				joining_at(which)[11] ^= 0x10;
				joining_begin(0);
				check(!joining_adds(1));
			}
}

/* A sum of zero is written as it is by TCP, as all ones by UDP. The other way is right as well, and yet is not the kernel's. */
static void two_zeros(void)
{
	for (int family = 4; family <= 6; family += 2)
		for (int udp = 0; udp < 2; udp++)
			for (uint32_t which = 0; which < 2; which++)
				for (int other = 0; other < 2; other++) {
					uint8_t *payload;

					joining_make(family, udp, true);
					payload = joining_at(which) + super.virtio.header_length;
					memset(payload, 0, 2);
					memset(checksum_of(which), 0, 2);
					store16_network(payload, transport_sum(joining_at(which)));
					memset(checksum_of(which), udp != other ? 0xff : 0, 2);
					joining_begin(0);
					check_equal(joining_adds(1), !other);
				}
}

/* The same of a header of IPv4. */
static void zero_of_a_header(void)
{
	for (int other = 0; other < 2; other++)
		for (uint32_t which = 0; which < 2; which++) {
			uint16_t first;

			joining_make(4, true, false);
			memset(joining_at(which) + 10, 0, 2);
			/* The identification brings the sum of the rest to all ones. */
			memset(joining_at(which) + 4, 0, 2);
			first = header_sum(joining_at(which));
			store16_network(joining_at(which) + 4, first);
			store16_network(joining_at(!which) + 4, (uint16_t)(which ? first - 1 : first + 1));
			joining_mend(!which);
			memset(joining_at(which) + 10, other ? 0xff : 0, 2);
			joining_begin(0);
			check_equal(joining_adds(1), !other);
		}
}

/* Of UDP that came without a checksum nothing may be made that has one. */
static void without_a_checksum(void)
{
	for (uint32_t which = 0; which < 2; which++) {
		joining_make(4, true, true);
		memset(checksum_of(which), 0, 2);
		joining_begin(0);
		check(!joining_adds(1));
	}
}

SUITE(coalesce_sums, { "complete and open ones", complete_ones }, { "wrong ones", wrong_ones },
      { "wrong sums of IPv4 headers", wrong_header_sums }, { "two ways to write zero", two_zeros },
      { "zero of an IPv4 header", zero_of_a_header }, { "UDP without a checksum", without_a_checksum });
