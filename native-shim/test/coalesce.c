/* What joins, and what does not. */
#include "coalesce.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "harness.h"
#include "packets.h"
#include "segment.h"
#include "supers.h"
#include "transport.h"

#define STRIDE 300
#define SIZE 200

static struct super super;
static struct coalesced held;

/* Three segments, 300 bytes apart, the last of them 50 bytes of payload. */
static void make(int family, bool udp)
{
	uint64_t seed = 77;
	struct segmentation plan;

	super = (struct super){ .family = family, .udp = udp, .size = SIZE, .payload = 450, .options = udp ? 0 : 12, .flags = TCP_ACK };
	super_make(&super, &seed);
	check(segmentation_plan(&plan, &super.virtio, super.bytes, &super.inner));
	segment_spread(&plan, super.bytes, STRIDE, false);
}

static uint8_t *at(uint32_t i)
{
	return super.bytes + (size_t)i * STRIDE;
}

static uint8_t *transport(uint32_t i)
{
	return at(i) + super.inner.header;
}

static void begin(uint32_t i)
{
	struct inner inner;

	check(inner_parse(&inner, at(i), STRIDE));
	coalesce_begin(&held, at(i), &inner, checksum_open_place(at(i), &inner), true);
}

static bool add(uint32_t i)
{
	struct inner inner;

	check(inner_parse(&inner, at(i), STRIDE));
	return coalesce_add(&held, at(i), &inner);
}

static void flip(uint8_t *byte)
{
	*byte ^= 0x01;
}

/* Bytes in which the second packet differs, one at a time; everything else joins. */
static void differences4(void)
{
	static const uint8_t network[] = { 1, 8, 15, 19 };

	for (int udp = 0; udp < 2; udp++) {
		for (size_t i = 0; i < sizeof network; i++) {
			make(4, udp);
			flip(at(1) + network[i]);
			begin(0);
			check(!add(1));
			check_equal(held.count, 1);
		}
		/* Without "don't fragment" identifications count up; with it they say nothing. */
		make(4, udp);
		flip(at(1) + 5);
		begin(0);
		check(!add(1));
		make(4, udp);
		at(0)[6] = at(1)[6] = 0x40;
		flip(at(1) + 5);
		begin(0);
		check(add(1));
		make(4, udp);
		at(1)[6] = 0x40;
		begin(0);
		check(!add(1));
	}
}

static void differences6(void)
{
	static const uint8_t network[] = { 0, 1, 3, 7, 23, 39 };

	for (int udp = 0; udp < 2; udp++)
		for (size_t i = 0; i < sizeof network; i++) {
			make(6, udp);
			flip(at(1) + network[i]);
			if (network[i] == 0)
				flip(at(1));
			begin(0);
			if (network[i] == 0)
				check(add(1));
			else
				check(!add(1));
		}
}

static void differences_of_ports(void)
{
	for (int family = 4; family <= 6; family += 2)
		for (int udp = 0; udp < 2; udp++)
			for (int i = 0; i < 4; i++) {
				make(family, udp);
				flip(transport(1) + i);
				begin(0);
				check(!add(1));
			}
}

static void differences_of_tcp(void)
{
	static const uint8_t bytes[] = { 4, 7, 8, 11, 12, 14, 15, 18, 19, 20, 31 };

	for (int family = 4; family <= 6; family += 2) {
		for (size_t i = 0; i < sizeof bytes; i++) {
			make(family, false);
			flip(transport(1) + bytes[i]);
			begin(0);
			check(!add(1));
		}
		/* What comes before, or again, or after a gap. */
		make(family, false);
		begin(1);
		check(!add(0));
		begin(0);
		check(!add(0));
		check(!add(2));
		/* Another length of the options. */
		make(family, false);
		transport(1)[TCP_OFFSET] = 0x70;
		begin(0);
		check(!add(1));
	}
}

static void flags(void)
{
	static const uint8_t alone[] = { TCP_SYN, TCP_RST, TCP_URG, TCP_CWR };

	for (int family = 4; family <= 6; family += 2) {
		for (size_t i = 0; i < sizeof alone; i++)
			for (uint32_t which = 0; which < 3; which++) {
				make(family, false);
				/* On the first, on the second, and on both. */
				if (which != 1)
					transport(0)[TCP_FLAGS] |= alone[i];
				if (which != 0)
					transport(1)[TCP_FLAGS] |= alone[i];
				begin(0);
				check(!add(1));
			}
		make(family, false);
		transport(0)[TCP_FLAGS] = transport(1)[TCP_FLAGS] = 0;
		begin(0);
		check(!add(1));
		make(family, false);
		transport(1)[TCP_FLAGS] |= TCP_ECE;
		begin(0);
		check(!add(1));
		for (uint8_t flag = TCP_FIN; flag <= TCP_PSH; flag += TCP_PSH - TCP_FIN) {
			/* They end it, and are kept. */
			make(family, false);
			transport(0)[TCP_FLAGS] |= flag;
			begin(0);
			check(!add(1));
			make(family, false);
			transport(1)[TCP_FLAGS] |= flag;
			begin(0);
			check(add(1));
			check(!add(2));
			coalesce_finish(&held);
			check_equal(transport(0)[TCP_FLAGS], TCP_ACK | flag);
		}
	}
}

static void set_length(uint32_t i, uint32_t payload)
{
	uint32_t header = super.virtio.header_length;

	store16_network(at(i) + (super.family == 4 ? 2 : 4), (uint16_t)(header + payload - (super.family == 4 ? 0 : 40)));
	if (super.udp)
		store16_network(transport(i) + UDP_LENGTH, (uint16_t)(UDP_HEADER + payload));
}

static void lengths(void)
{
	for (int family = 4; family <= 6; family += 2)
		for (int udp = 0; udp < 2; udp++) {
			make(family, udp);
			set_length(1, SIZE + 1);
			begin(0);
			check(!add(1));
			/* A shorter one is the last. */
			make(family, udp);
			set_length(1, SIZE - 1);
			if (!udp)
				store32_network(transport(2) + TCP_SEQUENCE, load32_network(transport(2) + TCP_SEQUENCE) - 1);
			begin(0);
			check(add(1));
			check(!add(2));
			/* No payload: nothing to join. */
			make(family, udp);
			set_length(1, 0);
			begin(0);
			check(!add(1));
			make(family, udp);
			set_length(0, 0);
			begin(0);
			check(!add(1));
		}
}

static void limits(void)
{
	uint32_t count = 1;

	make(4, true);
	at(0)[6] = at(1)[6] = 0x40;
	begin(0);
	while (add(1))
		count++;
	check_equal(count, COALESCE_MAX);
	/* Not beyond what a length field says. */
	held.full = false;
	held.count = 2;
	held.length = SUPER_MAX - SIZE + 1;
	check(!add(1));
	held.length--;
	check(add(1));
}

static void other_packets(void)
{
	make(4, true);
	at(0)[6] = at(1)[6] = 0x20;
	begin(0);
	check(!add(1));
	make(4, true);
	at(0)[9] = at(1)[9] = IPPROTO_ICMP;
	begin(0);
	check(!add(1));
	/* TCP after UDP. */
	make(4, true);
	begin(0);
	at(1)[9] = IPPROTO_TCP;
	check(!add(1));
	/* A header that says to be too short. */
	make(6, false);
	transport(0)[TCP_OFFSET] = transport(1)[TCP_OFFSET] = 0x40;
	begin(0);
	check(!add(1));
	/* Where the interface takes no super-packets. */
	struct inner inner;

	make(4, true);
	check(inner_parse(&inner, at(0), STRIDE));
	coalesce_begin(&held, at(0), &inner, checksum_open_place(at(0), &inner), false);
	check(!add(1));
}

/* A packet alone keeps its headers; its checksum is left to the kernel. */
static void alone(void)
{
	uint8_t before[STRIDE];

	for (int family = 4; family <= 6; family += 2)
		for (int udp = 0; udp < 2; udp++) {
			uint32_t place;

			make(family, udp);
			memcpy(before, at(0), STRIDE);
			begin(0);
			coalesce_finish(&held);
			check_equal(held.virtio.flags, VIRTIO_NEEDS_CHECKSUM);
			check_equal(held.virtio.gso_type, VIRTIO_GSO_NONE);
			check_equal(held.virtio.gso_size, 0);
			place = (uint32_t)held.virtio.checksum_start + held.virtio.checksum_offset;
			check_equal(place, super.virtio.checksum_start + super.virtio.checksum_offset);
			checksum_finish(at(0), (uint32_t)held.vectors[1].iov_len, held.virtio.checksum_start, place);
			check_equal(transport_sum(at(0)), 0);
			memcpy(before + place, at(0) + place, 2);
			check(memcmp(before, at(0), STRIDE) == 0);
		}
}

SUITE(coalesce, { "differences of IPv4", differences4 }, { "differences of IPv6", differences6 }, { "other ports", differences_of_ports },
      { "differences of TCP", differences_of_tcp }, { "flags", flags }, { "lengths", lengths }, { "limits", limits },
      { "what is never joined", other_packets }, { "a packet alone", alone });
