/* Super-packets split, and joined again. */
#include "segment.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "coalesce.h"
#include "harness.h"
#include "packets.h"
#include "supers.h"
#include "transport.h"

static struct super super, original;
static struct segmentation plan;

static void make(struct super shape, uint64_t *seed)
{
	super.family = shape.family;
	super.udp = shape.udp;
	super.options = shape.options;
	super.flags = shape.flags;
	super.size = shape.size;
	super.payload = shape.payload;
	super_make(&super, seed);
	original = super;
}

#define MAKE(seed, ...) make((struct super){ __VA_ARGS__ }, seed)

static bool planned(void)
{
	return segmentation_plan(&plan, &super.virtio, super.bytes, &super.inner);
}

static void check_tcp(const uint8_t *tcp, uint32_t i)
{
	const uint8_t *whole = original.bytes + original.inner.header;
	uint8_t flags = original.flags;

	if (i > 0)
		flags &= (uint8_t)~TCP_CWR;
	if (i + 1 < plan.count)
		flags &= (uint8_t)~(TCP_FIN | TCP_PSH);
	check_equal(load32_network(tcp + TCP_SEQUENCE), (uint32_t)(load32_network(whole + TCP_SEQUENCE) + i * plan.size));
	check_equal(tcp[TCP_FLAGS], flags);
	check(memcmp(tcp, whole, 4) == 0);
	check(memcmp(tcp + TCP_ACKNOWLEDGED, whole + TCP_ACKNOWLEDGED, 5) == 0);
	check(memcmp(tcp + TCP_WINDOW, whole + TCP_WINDOW, 2) == 0);
	check(memcmp(tcp + TCP_URGENT, whole + TCP_URGENT, 2 + original.options) == 0);
}

/* One segment, against the packet that it was part of. */
static void check_segment(const uint8_t *packet, uint32_t i)
{
	uint32_t length = segment_length(&plan, i);
	struct inner inner;

	check(inner_parse(&inner, packet, length));
	check_equal(inner.length, length);
	check(memcmp(packet + plan.header, original.bytes + plan.header + i * plan.size, length - plan.header) == 0);
	check_equal(transport_sum(packet), 0);
	if (inner.family == 4) {
		check_equal(header_sum(packet), 0);
		check_equal(load16_network(packet + 4), (uint16_t)(load16_network(original.bytes + 4) + i));
	}
	if (original.udp)
		check_equal(load16_network(packet + plan.transport + UDP_LENGTH), length - plan.transport);
	else
		check_tcp(packet + plan.transport, i);
}

/* Joins the segments again, their checksums taken for open or not: the kernel must get what it gave. */
static void check_joined(uint32_t stride, bool open)
{
	static struct coalesced held;
	static uint8_t joined[1 << 17];
	size_t length = 0;

	for (uint32_t i = 0; i < plan.count; i++) {
		uint8_t *packet = super.bytes + (size_t)i * stride;
		struct inner inner;

		check(inner_parse(&inner, packet, segment_length(&plan, i)));
		check(i ? coalesce_add(&held, packet, &inner, open) : coalesce_begin(&held, packet, &inner, open));
	}
	check_equal(coalesce_finish(&held), plan.count + 1);
	check_equal(held.vectors[0].iov_len, sizeof held.virtio);
	for (uint32_t i = 1; i <= held.count; i++) {
		memcpy(joined + length, held.vectors[i].iov_base, held.vectors[i].iov_len);
		length += held.vectors[i].iov_len;
	}
	check_equal(length, original.inner.length);
	check(memcmp(joined, original.bytes, length) == 0);
	check(memcmp(held.vectors[0].iov_base, &original.virtio, sizeof original.virtio) == 0);
}

static void split_and_joined(void)
{
	uint64_t seed = 20;

	for (int round = 0; round < 400; round++) {
		bool udp = random_next(&seed) % 3 == 0;
		uint32_t size = 1 + (uint32_t)(random_next(&seed) % 1380), count = 2 + (uint32_t)(random_next(&seed) % 63);
		uint32_t most = size * count < 65400 ? size * count : 65400;
		uint32_t payload = size + 1 + (uint32_t)(random_next(&seed) % (most - size));

		MAKE(&seed, .family = random_next(&seed) % 2 ? 4 : 6, .udp = udp, .size = size, .payload = payload,
		     .options = udp ? 0 : (uint32_t)(random_next(&seed) % 11) * 4,
		     .flags = (uint8_t)(TCP_ACK | (random_next(&seed) & (TCP_FIN | TCP_PSH | TCP_ECE))));
		check(planned());
		uint32_t stride = segment_length(&plan, 0) + (uint32_t)(random_next(&seed) % 60);

		segment_spread(&plan, super.bytes, stride, true);
		for (uint32_t i = 0; i < plan.count; i++)
			check_segment(super.bytes + (size_t)i * stride, i);
		check_joined(stride, random_next(&seed) % 2);
	}
}

/* CWR, once said, is said by the first segment alone. */
static void congestion_window_reduced(void)
{
	uint64_t seed = 21;

	MAKE(&seed, .family = 4, .size = 100, .payload = 250, .flags = TCP_ACK | TCP_CWR | TCP_PSH | TCP_ECE);
	super.virtio.gso_type |= VIRTIO_GSO_ECN;
	check(planned());
	check_equal(plan.count, 3);
	segment_spread(&plan, super.bytes, 150, true);
	for (uint32_t i = 0; i < 3; i++)
		check_segment(super.bytes + i * 150, i);
}

/* Extension headers, which only the kernel's word lets us pass over. */
static void behind_extension_headers(void)
{
	uint64_t seed = 22;

	MAKE(&seed, .family = 6, .size = 100, .payload = 250, .flags = TCP_ACK);
	memmove(super.bytes + 48, super.bytes + 40, super.inner.length - 40);
	memset(super.bytes + 40, 0, 8);
	super.bytes[6] = IPPROTO_DSTOPTS;
	super.bytes[40] = IPPROTO_TCP;
	store16_network(super.bytes + 4, (uint16_t)(load16_network(super.bytes + 4) + 8));
	check(inner_parse(&super.inner, super.bytes, super.inner.length + 8));
	super.virtio.checksum_start += 8;
	check(planned());
	check_equal(plan.header, 68);
	segment_spread(&plan, super.bytes, 200, true);
	for (uint32_t i = 0; i < 3; i++) {
		uint8_t *packet = super.bytes + i * 200;
		uint32_t length = segment_length(&plan, i);

		/* Without those headers it is a packet whose sum is right. */
		memmove(packet + 40, packet + 48, length - 48);
		packet[6] = IPPROTO_TCP;
		store16_network(packet + 4, (uint16_t)(length - 48));
		check_equal(transport_sum(packet), 0);
	}
}

static void contradictions(void)
{
	uint64_t seed = 23;

	for (int udp = 0; udp < 2; udp++)
		for (int family = 4; family <= 6; family += 2)
			for (int i = 0; i < 14; i++) {
				MAKE(&seed, .family = family, .udp = udp, .size = 100, .payload = 250, .flags = TCP_ACK);
				uint8_t *transport = super.bytes + super.inner.header;
				bool refused = true;

				switch (i) {
				case 0: super.virtio.gso_size = 0; break;
				case 1: super.virtio.flags = 0; break;
				case 2: super.virtio.gso_type = 2; break;
				case 3: super.virtio.gso_type = 3; break;
				case 4: super.virtio.gso_type = family == 4 ? VIRTIO_GSO_TCP6 : VIRTIO_GSO_TCP4; break;
				case 5: super.virtio.gso_type = udp ? (family == 4 ? VIRTIO_GSO_TCP4 : VIRTIO_GSO_TCP6) : VIRTIO_GSO_UDP; break;
				case 6: super.virtio.checksum_start--; break;
				case 7: super.virtio.checksum_start = UINT16_MAX; break;
				case 8: super.virtio.checksum_start = 0; break;
				case 9: super.virtio.checksum_offset += 2; break;
				case 10: super.virtio.checksum_start = (uint16_t)(super.inner.length - 5); break;
				case 11: super.bytes[family == 4 ? 9 : 6] = IPPROTO_ICMP; check(inner_parse(&super.inner, super.bytes, super.inner.length)); break;
				case 12: transport[TCP_OFFSET] = 0x40; refused = !udp; break;
				default: super.inner.length = plan.header; break;
				}
				check_equal(planned(), !refused);
				if (!refused)
					check_equal(plan.count, 3);
			}
	MAKE(&seed, .family = 4, .size = 100, .payload = 250, .flags = TCP_ACK);
	super.bytes[6] = 0x20;
	check(inner_parse(&super.inner, super.bytes, super.inner.length));
	check(!planned());
	MAKE(&seed, .family = 4, .udp = true, .size = 100, .payload = 250);
	super.virtio.gso_type |= VIRTIO_GSO_ECN;
	check(!planned());
	/* No room for a TCP header: nothing is read behind the packet. */
	MAKE(&seed, .family = 6, .size = 100, .payload = 250, .flags = TCP_ACK);
	uint8_t *exact = malloc(super.inner.length);

	check(exact);
	memcpy(exact, super.bytes, super.inner.length);
	super.virtio.checksum_start = (uint16_t)(super.inner.length - 12);
	check(!segmentation_plan(&plan, &super.virtio, exact, &super.inner));
	free(exact);
	/* Options that reach beyond the packet. */
	MAKE(&seed, .family = 4, .size = 100, .payload = 20, .flags = TCP_ACK);
	super.bytes[20 + TCP_OFFSET] = 0xa0;
	check(!planned());
}

SUITE(segment, { "split and joined again", split_and_joined }, { "a reduced congestion window", congestion_window_reduced },
      { "behind extension headers", behind_extension_headers }, { "headers that contradict the packet", contradictions });
