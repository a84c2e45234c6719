/* What joins by its headers: bytes in which a second packet differs, and flags. */
#include "bytes.h"
#include "coalesce.h"
#include "harness.h"
#include "joining.h"
#include "transport.h"

/* One byte of the second packet differs. */
static void expect_apart(int family, bool udp, uint32_t at)
{
	joining_make(family, udp, false);
	joining_flip(1, at);
	joining_begin(0);
	check(!joining_adds(1));
}

static void network4(void)
{
	static const uint8_t differences[] = { 1, 8 };

	for (int udp = 0; udp < 2; udp++) {
		for (size_t i = 0; i < sizeof differences; i++)
			expect_apart(4, udp, differences[i]);
		/* The reserved bit, and "don't fragment". */
		for (uint8_t flag = 0x40; flag >= 0x40; flag = (uint8_t)(flag << 1)) {
			joining_make(4, udp, false);
			joining_at(1)[6] ^= flag;
			joining_mend(1);
			joining_begin(0);
			check(!joining_adds(1));
		}
	}
}

static void set_identification(uint32_t i, uint16_t value, bool whole)
{
	joining_at(i)[6] = whole ? 0x40 : 0;
	store16_network(joining_at(i) + 4, value);
	joining_mend(i);
}

/* They count up, or the packets are for this host itself and may not be split. */
static void identifications(void)
{
	static const uint16_t others[] = { 0, 1, 3, 0xffff };

	for (int udp = 0; udp < 2; udp++)
		for (int whole = 0; whole < 2; whole++)
			for (int own = 0; own < 2; own++)
				for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
					joining_make(4, udp, false);
					set_identification(0, 0xffff, whole);
					set_identification(1, (uint16_t)(others[i] + 0xffff), whole);
					joining_begin(0);
					held.own = own;
					check_equal(joining_adds(1), others[i] == 1 || (whole && own));
				}
}

static void network6(void)
{
	static const uint8_t differences[] = { 1, 3, 7 };

	for (int udp = 0; udp < 2; udp++) {
		for (size_t i = 0; i < sizeof differences; i++)
			expect_apart(6, udp, differences[i]);
		joining_make(6, udp, false);
		joining_at(1)[0] ^= 0x08;
		joining_begin(0);
		check(!joining_adds(1));
	}
}

static void tcp(void)
{
	/* Sequence, acknowledgement, offset and reserved bits, window, urgent pointer, options. */
	static const uint8_t differences[] = { 4, 7, 8, 11, 12, 14, 15, 18, 19, 20, 31 };

	for (int family = 4; family <= 6; family += 2) {
		for (size_t i = 0; i < sizeof differences; i++)
			expect_apart(family, false, (family == 4 ? 20u : 40u) + differences[i]);
		/* What comes before, or again, or after a gap. */
		joining_make(family, false, false);
		joining_begin(1);
		check(!joining_adds(0));
		joining_begin(0);
		check(!joining_adds(0));
		check(!joining_adds(2));
		/* Another length of the options. */
		joining_make(family, false, false);
		joining_transport(1)[TCP_OFFSET] = 0x70;
		joining_begin(0);
		check(!joining_adds(1));
	}
}

/* Flags of what stands alone, first or second. */
static void flags_alone(void)
{
	static const uint8_t alone[] = { TCP_SYN, TCP_RST, TCP_URG, TCP_CWR };

	for (int family = 4; family <= 6; family += 2) {
		for (size_t i = 0; i < sizeof alone; i++) {
			joining_make(family, false, false);
			joining_transport(0)[TCP_FLAGS] |= alone[i];
			check(!joining_begins(0));
			joining_make(family, false, false);
			joining_transport(1)[TCP_FLAGS] |= alone[i];
			joining_begin(0);
			check(!joining_adds(1));
		}
		joining_make(family, false, false);
		joining_transport(0)[TCP_FLAGS] = 0;
		check(!joining_begins(0));
		joining_begin(1);
		joining_transport(2)[TCP_FLAGS] = 0;
		check(!joining_adds(2));
		joining_make(family, false, false);
		joining_transport(1)[TCP_FLAGS] |= TCP_ECE;
		joining_begin(0);
		check(!joining_adds(1));
	}
}

/* They end it, and are kept. */
static void flags_of_the_last(void)
{
	for (int family = 4; family <= 6; family += 2)
		for (uint8_t flag = TCP_FIN; flag <= TCP_PSH; flag += TCP_PSH - TCP_FIN) {
			joining_make(family, false, false);
			joining_transport(0)[TCP_FLAGS] |= flag;
			joining_begin(0);
			check(!joining_adds(1));
			joining_make(family, false, false);
			joining_transport(1)[TCP_FLAGS] |= flag;
			joining_begin(0);
			check(joining_adds(1));
			check(!joining_adds(2));
			coalesce_finish(&held);
			check_equal(joining_transport(0)[TCP_FLAGS], TCP_ACK | flag);
		}
}

SUITE(coalesce_headers, { "of IPv4", network4 }, { "identifications of IPv4", identifications }, { "of IPv6", network6 },
      { "of TCP", tcp }, { "flags of what stands alone", flags_alone }, { "flags of the last", flags_of_the_last });
