#include "giver.h"

#include <errno.h>
#include <string.h>

#include "craft.h"
#include "harness.h"
#include "kernel.h"
#include "sealed_store.h"
#include "transmit_model.h"

/* What one packet makes at most: more segments than that find no room. */
#define SEGMENTS_MAX 4000

static struct {
	uint8_t bytes[MODEL_BYTES];
	uint32_t stored;
	uint32_t waiting; /* segments of packets that were not read yet */
} giver;

void giver_begin(void)
{
	giver.stored = giver.waiting = 0;
}

void giver_pumped(void)
{
	giver.waiting = 0;
}

bool giver_full(void)
{
	return MODEL_BYTES - giver.stored < SUPER_MAX;
}

uint8_t *giver_bytes(uint32_t length)
{
	uint8_t *bytes = giver.bytes + giver.stored;

	giver.stored += length;
	return bytes;
}

/* A packet in the room at the end of what is stored. */
static void give(const struct virtio_header *virtio, uint32_t length, bool headless, int error)
{
	const struct outbound outbound = { *virtio, giver.bytes + giver.stored, length, headless, error };
	uint32_t segments = virtio->gso_type && virtio->gso_size ? length / virtio->gso_size + 1 : 1;

	segments = segments < SEGMENTS_MAX ? segments : SEGMENTS_MAX;
	if (giver.waiting + segments > SEALED_MAX)
		pump();
	giver.waiting += segments;
	giver.stored += length;
	if (!kernel_give(&outbound)) {
		pump();
		check(kernel_give(&outbound));
	}
}

static void take_virtio(struct input *input, struct virtio_header *virtio)
{
	virtio->flags = take8(input);
	virtio->gso_type = take8(input);
	virtio->header_length = take16(input);
	virtio->gso_size = take16(input);
	virtio->checksum_start = take16(input);
	virtio->checksum_offset = take16(input);
}

void give_raw(struct input *input, uint8_t how)
{
	static const int errors[] = { EAGAIN, EINTR };
	struct virtio_header virtio = { 0 };
	const uint8_t *bytes;
	uint32_t length;

	if (how & 1)
		take_virtio(input, &virtio);
	length = (uint32_t)take_bytes(input, how & 2 ? take16(input) : take8(input), &bytes);
	if (length)
		memcpy(giver.bytes + giver.stored, bytes, length);
	give(&virtio, length, how & 4, (how & 0x18) == 0x18 ? errors[how >> 5 & 1] : 0);
}

static struct craft take_craft(struct input *input, uint8_t how)
{
	uint8_t where = take8(input), form = take8(input);

	return (struct craft){
		.family = how & 1 ? 6 : 4,
		.udp = how & 2,
		.destination = where & 15,
		.port = where >> 4,
		.options = form & 15,
		.extension = how & 1 && form >> 4 > 12 ? form >> 4 & 3 : 0,
		.fragment = form >> 4 == 12 ? 0x20 : 0x40,
		.cut = form >> 4 == 11 ? form & 15 : 0,
		.flags = take8(input),
		.id = form,
		.sequence = (uint32_t)form << 24,
	};
}

static uint8_t gso_type(const struct craft *craft)
{
	return craft->udp ? VIRTIO_GSO_UDP : craft->family == 4 ? VIRTIO_GSO_TCP4 : VIRTIO_GSO_TCP6;
}

/* A header that tells the truth, as far as the input does not want a lie. */
static struct virtio_header describe(struct input *input, const struct craft *craft, bool super, uint16_t size, bool lie)
{
	struct virtio_header virtio = {
		.flags = VIRTIO_NEEDS_CHECKSUM,
		.gso_type = super ? gso_type(craft) : VIRTIO_GSO_NONE,
		.header_length = (uint16_t)craft_header(craft),
		.gso_size = super ? size : 0,
		.checksum_start = (uint16_t)craft_transport(craft),
		.checksum_offset = craft->udp ? 6 : 16,
	};

	if (lie)
		craft_patch(input, (uint8_t *)&virtio, sizeof virtio);
	return virtio;
}

void give_super(struct input *input, uint8_t how)
{
	struct craft craft = take_craft(input, how);
	uint16_t size = how & 4 ? take16(input) : take8(input);
	struct virtio_header virtio;
	uint32_t length;

	craft.payload = how & 8 ? take16(input) : take8(input) * 8u;
	virtio = describe(input, &craft, true, size, how & 0x10);
	length = craft_packet(&craft, giver.bytes + giver.stored);
	if (how & 0x20)
		craft_patch(input, giver.bytes + giver.stored, length);
	if (how & 0x40)
		length -= take8(input) % 20;
	give(&virtio, length, false, 0);
}

void give_plain(struct input *input, uint8_t how)
{
	struct craft craft = take_craft(input, how);
	uint8_t many = take8(input);
	uint32_t count = 1 + many % (many < 232 ? 4 : 80);
	struct virtio_header virtio;

	craft.payload = how & 8 ? take16(input) % 10000 : take8(input);
	virtio = describe(input, &craft, false, 0, how & 0x10);
	if (how & 4)
		virtio = (struct virtio_header){ 0 };
	for (uint32_t i = 0; i < count && !giver_full() && !model_full(); i++) {
		uint32_t length;

		if (i + 1 == count && how & 0x40)
			craft.payload = take8(input);
		length = craft_packet(&craft, giver.bytes + giver.stored);
		if (i + 1 == count && how & 0x20)
			craft_patch(input, giver.bytes + giver.stored, length);
		give(&virtio, length, false, 0);
		craft.id++;
		craft.sequence += craft.payload;
	}
}
