/*
 * Datagrams of any kind into the receiving road: as they stand in the input, or sealed here under a session's keys, so that what is
 * fuzzed lies behind the box. What must become of each is in receive_model.c.
 */
#include <errno.h>
#include <string.h>

#include "carrier.h"
#include "craft.h"
#include "harness.h"
#include "input.h"
#include "ledger.h"
#include "receive_model.h"
#include "rig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OP_RAW, OP_SEALED, OP_FLOW, OP_SOURCE, OP_DEVICE, OP_CONTROL, OP_PATCHED_MESSAGE, OP_PUMP, OPS };

static const uint8_t kinds[8] = { 0x00, 0x01, 0x01, 0xe0, 0xf0, 0x10, 0x11, 0x02 };

#define FLOWS 64

static struct {
	bool present[RIG_SESSIONS];
	uint32_t sequences[FLOWS]; /* of flows, by port */
	uint16_t ids[FLOWS];
	bool stalled; /* nobody reads the ring */
} state;

void pump(void)
{
	model_batch();
	rig_pump(state.stalled ? NULL : model_seen);
	model_batch_done();
}

static void add_raw(struct input *input, uint8_t how)
{
	uint16_t segment = how & 1 ? take16(input) : 0;
	const uint8_t *bytes;
	uint32_t length = (uint32_t)take_bytes(input, how & 2 ? take16(input) : take8(input), &bytes);

	carrier_raw(bytes, length, segment, how & 4);
}

static void add_sealed(struct input *input, uint8_t how)
{
	static const uint8_t nothing[1];
	uint8_t code = take8(input);
	uint8_t kind = kinds[how >> 2 & 7], hurt = take8(input);
	const uint8_t *plaintext;
	uint32_t length = (uint32_t)take_bytes(input, how & 0x20 ? take16(input) : take8(input), &plaintext);

	carrier_seal(how & 3, kind, code, length ? plaintext : nothing, length, how & 0x40 ? hurt : 0);
}

/* How many packets to send, and how long the last is to be, for all of them joined to end near the longest super-packet. */
static uint32_t fill_super(const struct craft *craft, uint8_t beyond, uint32_t *last)
{
	uint32_t header = craft_header(craft), whole = craft->payload ? (65535 - header) / craft->payload : 0;

	*last = whole ? 65535 - header - whole * craft->payload + beyond % 4 : 0;
	return whole < 64 ? whole + 1 : 64;
}

/* Packets of one flow in a row, or of some by turns; one of them is patched. */
static void add_flow(struct input *input, uint8_t how)
{
	static uint8_t packet[65536];
	uint8_t who = take8(input), form = take8(input), many = take8(input), odd = take8(input);
	uint32_t flow = who & 15, flows = how & 0x80 ? 1 + odd % 40 : 1, count = 1 + many % (many < 232 ? 4 : 70);
	struct craft craft = {
		.family = how & 1 ? 6 : 4,
		.udp = how & 2,
		.source = form & 15,
		.destination = who & 0x40 ? 10 : CRAFT_HOST,
		.options = form >> 4,
		.fragment = how & 4 ? 0x40 : 0,
		.payload = how & 8 ? take16(input) : take8(input),
		.cut = who & 0x80 && odd % 40 < 32 ? odd % 32 : 0,
		.whole = how & 0x20,
	};
	uint32_t last = how & 0x10 ? take16(input) : craft.payload;
	uint8_t flags = take8(input);
	struct input patch = *input;

	if (how & 0x40)
		count = fill_super(&craft, many, &last);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t length;

		craft.payload = i + 1 == count ? last : craft.payload;
		/* PSH and FIN. */
		craft.flags = flags ^ (i == (odd + 1) % count ? many & 0x09 : 0);
		craft.port = (uint8_t)((flow + i % flows) % FLOWS);
		craft.sequence = state.sequences[craft.port];
		craft.id = state.ids[craft.port]++;
		length = craft_packet(&craft, packet);
		if (length > CARRIER_MESSAGE - TV_DATA_HEADER)
			length = CARRIER_MESSAGE - TV_DATA_HEADER;
		/* Or all of the packet says more than there is. */
		if (who & 0x80 && odd % 40 >= 32)
			length -= odd % 8 + 1;
		state.sequences[craft.port] += craft.payload;
		if (i == odd % count) {
			patch = *input;
			craft_patch(&patch, packet, length);
			if (many & 0x10)
				craft_mend(packet, length);
		}
		carrier_seal(who >> 4 & 3, craft.whole ? TV_KIND_IP : TV_KIND_IP_PARTIAL, 0, packet, length, 0);
	}
	*input = patch;
}

static void change_device(struct input *input, uint8_t how)
{
	static const int write_errors[] = { EAGAIN, EIO, EINVAL, ENOBUFS }, receive_errors[] = { EAGAIN, EINTR, ECONNREFUSED, ENOMEM };

	switch (how & 3) {
	case 0:
		for (uint32_t i = how >> 4; i > 0; i--)
			kernel_answer(KERNEL_WRITE, 0);
		kernel_answer(KERNEL_WRITE, -write_errors[how >> 2 & 3]);
		break;
	case 1:
		kernel_answer(KERNEL_RECEIVE, -receive_errors[how >> 2 & 3]);
		break;
	case 2:
		carrier_end_message();
		pump();
		kernel_now_us += (int64_t)1 << (take8(input) % 34);
		break;
	default:
		state.stalled = how & 4;
	}
}

static void control(struct input *input, uint8_t how)
{
	uint32_t number = how & 3, peer = rig_sessions[number].peer;
	tv_endpoint endpoint = rig_endpoint(how & 4 ? 6 : 4, take8(input));

	carrier_end_message();
	pump();
	switch (how >> 3 & 3) {
	case 0:
		if (state.present[number])
			check_equal(tv_session_remove(rig->handle, rig_sessions[number].config.index), 0);
		else
			rig_session_add(number);
		state.present[number] = !state.present[number];
		model_session(number, state.present[number]);
		break;
	case 1:
		check_equal(tv_peer_watch(rig->handle, peer), 0);
		break;
	case 2:
		if (how & 0x20)
			endpoint.family = 0;
		check_equal(tv_peer_endpoint(rig->handle, peer, &endpoint), 0);
		break;
	default:
		/* It may be over, or not be there. */
		check(tv_session_use(rig->handle, rig_sessions[number].config.index, 0) <= 0);
	}
}

static void patch_message(struct input *input)
{
	uint32_t length;
	uint8_t *bytes = carrier_message(&length);

	craft_patch(input, bytes, length);
}

static void step(struct input *input)
{
	uint8_t op = take8(input), how = take8(input);

	switch (op % OPS) {
	case OP_RAW:
		add_raw(input, how);
		break;
	case OP_SEALED:
		add_sealed(input, how);
		break;
	case OP_FLOW:
		add_flow(input, how);
		break;
	case OP_SOURCE:
		carrier_source(how & 1 ? 6 : 4, how >> 4, how >> 1 & 7);
		break;
	case OP_DEVICE:
		change_device(input, how);
		break;
	case OP_CONTROL:
		control(input, how);
		break;
	case OP_PATCHED_MESSAGE:
		patch_message(input);
		break;
	default:
		carrier_end_message();
		pump();
	}
}

static void begin(struct input *input)
{
	static const struct observer observer = { .received = model_received, .written = model_written };
	uint8_t device = take8(input);

	rig_begin(device & 3, take8(input), &observer);
	ledger_begin(rig->handle);
	model_begin();
	carrier_begin();
	memset(&state, 0, sizeof state);
	for (uint32_t number = 0; number < RIG_SESSIONS; number++) {
		rig_session_add(number);
		state.present[number] = true;
		model_session(number, true);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };

	begin(&input);
	while (input.left)
		step(&input);
	carrier_end_message();
	state.stalled = false;
	pump();
	rig_pump(model_seen);
	model_events_done(ledger_check());
	rig_end();
	return 0;
}
