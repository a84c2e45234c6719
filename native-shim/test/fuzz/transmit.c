/*
 * Packets and virtio headers into the sending road, as an interface gives them that tells the truth or lies, with sockets that take
 * what is sent or do not. What must become of each packet is in transmit_model.c.
 */
#include <errno.h>
#include <string.h>

#include "giver.h"
#include "harness.h"
#include "input.h"
#include "ledger.h"
#include "rig.h"
#include "sealed_store.h"
#include "transmit_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OP_RAW, OP_SUPER, OP_PLAIN, OP_ANSWER, OP_SESSION, OP_PEER, OP_MESSAGE, OP_PUMP, OPS };

static bool present[RIG_SESSIONS]; /* sessions */

static void ignore_event(const tv_event *event, const uint8_t *data)
{
	(void)event;
	(void)data;
}

void pump(void)
{
	rig_pump(ignore_event);
	model_flushed();
	giver_pumped();
	check_equal(rig->device->stage.count, model_staged());
}

static void use_session(uint32_t number, bool announce)
{
	uint32_t index = rig_sessions[number].config.index;
	int32_t staged, sent;

	if (!present[number]) {
		check_equal(tv_session_use(rig->handle, index, announce), -ENOENT);
	} else if (!model_usable(number)) {
		check_equal(tv_session_use(rig->handle, index, announce), -ETIME);
	} else {
		announce = announce && model_has_endpoint(rig_sessions[number].peer);
		staged = (int32_t)model_use(number, announce);
		sent = tv_session_use(rig->handle, index, announce);
		check(sent >= 0 && sent <= (staged || !announce ? staged : 1));
		if (announce)
			sealed_optional_done(number);
	}
}

static void change_session(uint8_t how)
{
	uint32_t number = how & 3;

	pump();
	if (how & 8) {
		use_session(number, how & 4);
	} else if (present[number]) {
		check_equal(tv_session_remove(rig->handle, rig_sessions[number].config.index), 0);
		present[number] = false;
		model_session(number, false);
	} else {
		rig_session_add(number);
		present[number] = true;
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
	if (!present[number])
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
	uint32_t number = how & 3, length = how & 0x10 ? take16(input) : take8(input);
	uint8_t kind = kinds[how >> 2 & 3], *bytes = giver_bytes(length);
	tv_endpoint to = rig_endpoint(how & 0x20 ? 6 : 4, how >> 6);
	int32_t refused, result;

	pump();
	if (!(how & 0x40))
		to.family = 0;
	memset(bytes, how, length);
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
	giver_begin();
	memset(present, 0, sizeof present);
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
	while (input.left && !giver_full() && !model_full())
		step(&input);
	pump();
	ledger_check();
	for (uint32_t peer = 1; peer < RIG_PEERS; peer++)
		check_equal(tv_peer_discard(rig->handle, peer), model_discard(peer));
	ledger_check();
	rig_end();
	return 0;
}
