#include "joining.h"

#include "bytes.h"
#include "checksum.h"
#include "harness.h"
#include "segment.h"
#include "transport.h"

struct super super;
struct coalesced held;

static bool open;

void joining_make(int family, bool udp, bool whole)
{
	uint64_t seed = 77;
	struct segmentation plan;

	super = (struct super){ .family = family,
				.udp = udp,
				.size = JOINING_SIZE,
				.payload = 2 * JOINING_SIZE + JOINING_LAST,
				.options = udp ? 0 : 12,
				.flags = TCP_ACK };
	super_make(&super, &seed);
	check(segmentation_plan(&plan, &super.virtio, super.bytes, &super.inner));
	segment_spread(&plan, super.bytes, JOINING_STRIDE, whole);
	open = !whole;
}

uint8_t *joining_at(uint32_t i)
{
	return super.bytes + (size_t)i * JOINING_STRIDE;
}

uint8_t *joining_transport(uint32_t i)
{
	return joining_at(i) + super.inner.header;
}

bool joining_begins(uint32_t i)
{
	struct inner inner;

	check(inner_parse(&inner, joining_at(i), JOINING_STRIDE));
	return coalesce_begin(&held, joining_at(i), &inner, open);
}

void joining_begin(uint32_t i)
{
	check(joining_begins(i));
	check_equal(held.count, 1);
	held.own = false;
}

bool joining_adds(uint32_t i)
{
	uint32_t before = held.count;
	struct inner inner;
	bool added;

	check(inner_parse(&inner, joining_at(i), JOINING_STRIDE));
	added = coalesce_add(&held, joining_at(i), &inner, open);
	check_equal(held.count, before + added);
	return added;
}

void joining_mend(uint32_t i)
{
	struct inner inner;

	check(inner_parse(&inner, joining_at(i), JOINING_STRIDE));
	if (inner.family == 4)
		checksum_header4(joining_at(i), inner.header);
	if (!open)
		checksum_complete(joining_at(i), &inner);
}

void joining_flip(uint32_t i, uint32_t at)
{
	joining_at(i)[at] ^= 0x01;
	joining_mend(i);
}

void joining_resize(uint32_t i, uint32_t payload)
{
	uint32_t header = super.virtio.header_length;

	store16_network(joining_at(i) + (super.family == 4 ? 2 : 4), (uint16_t)(header + payload - (super.family == 4 ? 0 : 40)));
	if (super.udp)
		store16_network(joining_transport(i) + UDP_LENGTH, (uint16_t)(UDP_HEADER + payload));
	joining_mend(i);
}
