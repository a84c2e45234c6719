/*
 * Packets and virtio headers into the sending road, as an interface gives them that tells the truth or lies, with sockets that take
 * what is sent or do not. What must become of each packet is in transmit_model.c.
 */
#include <errno.h>
#include <string.h>

#include "craft.h"
#include "harness.h"
#include "input.h"
#include "ledger.h"
#include "rig.h"
#include "sealed_store.h"
#include "transmit_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OP_RAW, OP_SUPER, OP_PLAIN, OP_ANSWER, OP_SESSION, OP_PEER, OP_MESSAGE, OP_PUMP, OPS };

#define STORE (1u << 20)

static struct {
	uint8_t bytes[STORE];
	uint32_t stored;
	bool present[RIG_SESSIONS];
} state;

static void ignore_event(const tv_event *event, const uint8_t *data)
{
	(void)event;
	(void)data;
}

static void pump(void)
{
	rig_pump(ignore_event);
	model_flushed();
	check_equal(rig->device->stage.count, model_staged());
}

static bool full(void)
{
	return model_full() || STORE - state.stored < SUPER_MAX;
}

/* A packet in the room at the end of what is stored. */
static void give(const struct virtio_header *virtio, uint32_t length, bool headless, int error)
{
	const struct outbound outbound = { *virtio, state.bytes + state.stored, length, headless, error };

	state.stored += length;
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

static void give_raw(struct input *input, uint8_t how)
{
	static const int errors[] = { EAGAIN, EINTR };
	struct virtio_header virtio = { 0 };
	const uint8_t *bytes;
	uint32_t length;

	if (how & 1)
		take_virtio(input, &virtio);
	length = (uint32_t)take_bytes(input, how & 2 ? take16(input) : take8(input), &bytes);
	if (length)
		memcpy(state.bytes + state.stored, bytes, length);
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

static void give_super(struct input *input, uint8_t how)
{
	struct craft craft = take_craft(input, how);
	uint16_t size = how & 4 ? take16(input) : take8(input);
	struct virtio_header virtio;
	uint32_t length;

	craft.payload = how & 8 ? take16(input) : take8(input) * 8u;
	virtio = describe(input, &craft, true, size, how & 0x10);
	length = craft_packet(&craft, state.bytes + state.stored);
	if (how & 0x20)
		craft_patch(input, state.bytes + state.stored, length);
	if (how & 0x40)
		length -= take8(input) % 20;
	give(&virtio, length, false, 0);
}

/* Some packets of one flow, of equal length but the last. */
static void give_plain(struct input *input, uint8_t how)
{
	struct craft craft = take_craft(input, how);
	uint8_t many = take8(input);
	uint32_t count = 1 + many % (many < 192 ? 5 : 80);
	struct virtio_header virtio;

	craft.payload = how & 8 ? take16(input) % 10000 : take8(input);
	virtio = describe(input, &craft, false, 0, how & 0x10);
	if (how & 4)
		virtio = (struct virtio_header){ 0 };
	for (uint32_t i = 0; i < count && !full(); i++) {
		uint32_t length;

		if (i + 1 == count && how & 0x40)
			craft.payload = take8(input);
		length = craft_packet(&craft, state.bytes + state.stored);
		if (i + 1 == count && how & 0x20)
			craft_patch(input, state.bytes + state.stored, length);
		give(&virtio, length, false, 0);
		craft.id++;
		craft.sequence += craft.payload;
	}
}

static void use_session(uint32_t number, bool announce)
{
	uint32_t index = rig_sessions[number].config.index;

	if (!state.present[number])
		check_equal(tv_session_use(rig->handle, index, announce), -ENOENT);
	else if (!model_usable(number))
		check_equal(tv_session_use(rig->handle, index, announce), -ETIME);
	else {
		int32_t staged = (int32_t)model_use(number, announce), sent = tv_session_use(rig->handle, index, announce);

		/* Fewer where the socket does not take them. */
		check(sent >= 0 && sent <= (staged || !announce ? staged : 1));
		if (announce && model_has_endpoint(rig_sessions[number].peer))
			sealed_optional(number);
	}
}

static void change_session(uint8_t how)
{
	uint32_t number = how & 3;

	pump();
	if (how & 8) {
		use_session(number, how & 4);
	} else if (state.present[number]) {
		check_equal(tv_session_remove(rig->handle, rig_sessions[number].config.index), 0);
		state.present[number] = false;
		model_session(number, false);
	} else {
		rig_session_add(number);
		state.present[number] = true;
		model_session(number, true);
	}
	model_flushed();
}

static void change_peer(struct input *input, uint8_t how)
{
	uint32_t peer = 1 + (how & 3) % 3;
	tv_endpoint endpoint = rig_endpoint(how & 4 ? 6 : 4, take8(input));

	pump();
	if (how & 8) {
		kernel_now_us += (int64_t)1 << (how >> 4) * 2;
	} else if (how & 0x10) {
		check_equal(tv_peer_discard(rig->handle, peer), model_discard(peer));
	} else {
		if (how & 0x20)
			endpoint.family = 0;
		/* What is staged may leave: the observer looks it up. */
		model_endpoint(peer, &endpoint);
		check_equal(tv_peer_endpoint(rig->handle, peer, &endpoint), 0);
		model_flushed();
	}
}

/* What a message of the control thread is refused for, or 0. */
static int32_t refusal(uint32_t number, uint8_t kind, uint32_t length, const tv_endpoint *to)
{
	if (!state.present[number])
		return -ENOENT;
	if (number == RIG_PLAIN && kind == TV_KIND_IP_PARTIAL)
		return -EOPNOTSUPP;
	if (length > (kind < TV_KIND_PROBE ? rig->mtu : DATAGRAM_MAX - TV_DATA_HEADER))
		return -EMSGSIZE;
	if (!to->family && !model_has_endpoint(rig_sessions[number].peer))
		return -EDESTADDRREQ;
	return model_usable(number) ? 0 : -ETIME;
}

static void send_message(struct input *input, uint8_t how)
{
	static const uint8_t kinds[] = { TV_KIND_PROBE, TV_KIND_CONTROL, TV_KIND_IP, TV_KIND_IP_PARTIAL };
	uint8_t kind = kinds[how >> 2 & 3], *bytes = state.bytes + state.stored;
	uint32_t number = how & 3, length = how & 0x10 ? take16(input) : take8(input);
	tv_endpoint to = rig_endpoint(how & 0x20 ? 6 : 4, how >> 6);
	int32_t refused, result;

	pump();
	if (!(how & 0x40))
		to.family = 0;
	memset(bytes, how, length);
	state.stored += length;
	refused = refusal(number, kind, length, &to);
	if (refused == 0)
		model_message(number, kind, bytes, length, &to);
	result = tv_session_send(rig->handle, rig_sessions[number].config.index, kind, bytes, length, &to);
	check(refused ? result == refused : result <= 0);
	model_flushed();
}

static void step(struct input *input)
{
	static const int errors[] = { -EAGAIN, -EINTR, -ECONNREFUSED, -EIO, -EINVAL, -EMSGSIZE, -ENOBUFS, -EPERM };
	uint8_t op = take8(input), how = take8(input);

	switch (op % OPS) {
	case OP_RAW:
		give_raw(input, how);
		break;
	case OP_SUPER:
		give_super(input, how);
		break;
	case OP_PLAIN:
		give_plain(input, how);
		break;
	case OP_ANSWER:
		kernel_answer(KERNEL_SEND, how & 8 ? 1 + (how >> 4) : errors[how & 7]);
		break;
	case OP_SESSION:
		change_session(how);
		break;
	case OP_PEER:
		change_peer(input, how);
		break;
	case OP_MESSAGE:
		send_message(input, how);
		break;
	default:
		pump();
	}
}

static void begin(struct input *input)
{
	static const struct observer observer = { .read = model_read, .sent = model_sent };
	uint8_t device = take8(input);

	rig_begin(device, take8(input), &observer);
	ledger_begin(rig->handle);
	model_begin();
	memset(state.present, 0, sizeof state.present);
	state.stored = 0;
	/* What is there from the start: nothing, sessions, or sessions in use. */
	for (uint32_t number = 0; number < RIG_SESSIONS && device >= 0x40; number++)
		change_session((uint8_t)number);
	for (uint32_t number = 0; number < RIG_SHORT && device >= 0x80; number++)
		use_session(number, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };

	begin(&input);
	while (input.left && !full())
		step(&input);
	pump();
	ledger_check();
	for (uint32_t peer = 1; peer < RIG_PEERS; peer++)
		check_equal(tv_peer_discard(rig->handle, peer), model_discard(peer));
	ledger_check();
	rig_end();
	return 0;
}
