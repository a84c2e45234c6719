#include "receive_model.h"

#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "ledger.h"
#include "receive_store.h"
#include "rig.h"
#include "textbook.h"

/* The window of section 6, as a list. */
struct window {
	uint64_t head;
	uint64_t marked[MODEL_DATAGRAMS];
	uint32_t count;
	uint32_t count_before; /* when the batch began */
	uint64_t head_before;
};

struct session_model {
	bool present;
	int64_t expires_us;
	struct window window;
};

static struct session_model sessions[RIG_SESSIONS];

void model_begin(void)
{
	for (uint32_t i = 0; i < RIG_SESSIONS; i++)
		sessions[i].present = false;
	store_begin();
}

void model_session(uint32_t number, bool present)
{
	struct session_model *session = &sessions[number];

	session->present = present;
	session->expires_us = kernel_now_us + (number == RIG_SHORT ? RIG_SHORT_US : HOUR_US);
	session->window.count = session->window.count_before = 0;
	session->window.head = session->window.head_before = 0;
}

void model_batch(void)
{
	for (uint32_t i = 0; i < RIG_SESSIONS; i++) {
		sessions[i].window.count_before = sessions[i].window.count;
		sessions[i].window.head_before = sessions[i].window.head;
	}
}

void model_batch_done(void)
{
	store_all_written();
}

static bool fresh(const struct window *window, uint64_t head, uint32_t count, uint64_t counter)
{
	if (counter > head)
		return true;
	if (head - counter > 8128)
		return false;
	while (count-- > 0)
		if (window->marked[count] == counter)
			return false;
	return true;
}

static void mark(struct window *window, uint64_t counter)
{
	check(window->count < MODEL_DATAGRAMS);
	window->marked[window->count++] = counter;
	if (counter > window->head)
		window->head = counter;
}

static bool known_kind(uint8_t kind)
{
	return kind == 0x00 || kind == 0x01 || kind == 0x10 || kind == 0x11 || kind == 0xe0 || kind == 0xf0;
}

static bool carries(uint32_t number, uint8_t kind)
{
	/* The sessions differ in open checksums alone, and none of them carries Ethernet. */
	return kind != 0x10 && kind != 0x11 && (kind != 0x01 || number != RIG_PLAIN);
}

/* Sources that section 10 forbids to everyone. */
static bool forbidden_source(const struct ip *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff }, zero[15];
	const uint8_t *at = ip->source;

	if (ip->family == 4)
		return at[0] == 127 || (at[0] >= 224 && at[0] <= 239) || memcmp(at, zero, 4) == 0 || load32(at) == 0xffffffff;
	return at[0] == 0xff || memcmp(at, mapped, 12) == 0 || (memcmp(at, zero, 15) == 0 && at[15] <= 1);
}

/* A plaintext of kind 0x00 or 0x01. */
static void receive_inner(uint32_t peer, uint8_t kind, uint8_t *packet, size_t length)
{
	uint32_t place;
	struct ip ip;

	if (!ip_read(&ip, packet, length)) {
		ledger_drop(peer, TV_DROP_INNER, 1);
		return;
	}
	if (forbidden_source(&ip) || rig_owner(ip.family, ip.source) != peer) {
		ledger_drop(peer, TV_DROP_SOURCE, 1);
		return;
	}
	if (kind == 0x01) {
		place = open_place(&ip, packet);
		if (place == 0) {
			ledger_drop(peer, TV_DROP_INNER, 1);
			return;
		}
		store16_network(packet + place, pseudo_sum(&ip, ip.total - ip.header));
		write_sum(packet, ip.header, ip.total, place);
	}
	store_due(peer, packet, &ip);
}

static void receive_opened(const struct arrival *arrival, uint32_t number, const uint8_t *datagram, uint8_t *plaintext, size_t length)
{
	uint32_t peer = rig_sessions[number].peer;
	uint8_t kind = datagram[1];

	ledger_received(peer, length + 32);
	if (kind == 0xe0 || kind == 0xf0) {
		const tv_event event = { .type = TV_EVENT_MESSAGE,
					 .peer = peer,
					 .index = rig_sessions[number].config.index,
					 .kind = kind,
					 .source = arrival->source };

		store_event(&event, plaintext, length < TV_MESSAGE_MAX ? length : TV_MESSAGE_MAX);
	} else if (length > 0) {
		receive_inner(peer, kind, plaintext, length);
	} else if (kind != 0x00) {
		ledger_drop(peer, TV_DROP_INNER, 1);
	}
}

static void receive_sealed(const struct arrival *arrival, uint32_t number, const uint8_t *datagram, size_t length)
{
	const struct stranger opener = { .receive_seed = rig_sessions[number].receive_seed };
	struct session_model *session = &sessions[number];
	struct window *window = &session->window;
	uint64_t counter = load64(datagram + 8);
	uint32_t peer = rig_sessions[number].peer;
	uint8_t *plaintext = store_room(length);
	int opened;

	if (!carries(number, datagram[1])) {
		ledger_drop(peer, TV_DROP_KIND, 1);
		return;
	}
	if (kernel_now_us >= session->expires_us) {
		ledger_drop(peer, TV_DROP_EXPIRED, 1);
		return;
	}
	if (counter >= rig_sessions[number].config.reject_after_messages) {
		ledger_drop(peer, TV_DROP_COUNTER, 1);
		return;
	}
	if (!fresh(window, window->head_before, window->count_before, counter)) {
		ledger_drop(peer, TV_DROP_REPLAY, 1);
		return;
	}
	opened = stranger_open_data(&opener, datagram, length, plaintext);
	if (!fresh(window, window->head, window->count, counter)) {
		/* Which is found first depends on how many are opened at once. */
		if (opened < 0)
			ledger_drop_either(peer, TV_DROP_AUTH, TV_DROP_REPLAY);
		else
			ledger_drop(peer, TV_DROP_REPLAY, 1);
		return;
	}
	if (opened < 0) {
		ledger_drop(peer, TV_DROP_AUTH, 1);
		return;
	}
	mark(window, counter);
	receive_opened(arrival, number, datagram, plaintext, (size_t)opened);
}

static void receive_data(const struct arrival *arrival, const uint8_t *datagram, size_t length)
{
	uint32_t number;

	if (length < 32) {
		ledger_drop(TV_NO_PEER, TV_DROP_LENGTH, 1);
	} else if (datagram[2] || datagram[3]) {
		ledger_drop(TV_NO_PEER, TV_DROP_RESERVED, 1);
	} else if (!known_kind(datagram[1])) {
		ledger_drop(TV_NO_PEER, TV_DROP_KIND, 1);
	} else {
		number = rig_session_by_index(load32(datagram + 4));
		if (number < RIG_SESSIONS && sessions[number].present)
			receive_sealed(arrival, number, datagram, length);
		else
			ledger_drop(TV_NO_PEER, TV_DROP_INDEX, 1);
	}
}

static void receive_handshake(const struct arrival *arrival, const uint8_t *datagram, size_t length, size_t wanted)
{
	const tv_event event = { .type = TV_EVENT_HANDSHAKE, .peer = TV_NO_PEER, .source = arrival->source };

	if (length != wanted)
		ledger_drop(TV_NO_PEER, TV_DROP_LENGTH, 1);
	else if (datagram[1] != 1)
		ledger_drop(TV_NO_PEER, TV_DROP_VERSION, 1);
	else if (datagram[2] || datagram[3])
		ledger_drop(TV_NO_PEER, TV_DROP_RESERVED, 1);
	else
		store_event(&event, memcpy(store_room(length), datagram, length), length);
}

static void receive_datagram(const struct arrival *arrival, const uint8_t *datagram, size_t length)
{
	if (arrival->ifindex == RIG_IFINDEX)
		ledger_drop(TV_NO_PEER, TV_DROP_LOOP, 1);
	else if (length == 0 || length > rig->largest || arrival->truncated)
		ledger_drop(TV_NO_PEER, TV_DROP_LENGTH, 1);
	else if (datagram[0] == 1)
		receive_handshake(arrival, datagram, length, 144);
	else if (datagram[0] == 2)
		receive_handshake(arrival, datagram, length, 84);
	else if (datagram[0] == 3)
		receive_handshake(arrival, datagram, length, 64);
	else if (datagram[0] == 4)
		receive_data(arrival, datagram, length);
	else
		ledger_drop(TV_NO_PEER, TV_DROP_TYPE, 1);
}

void model_received(const struct arrival *arrival)
{
	size_t segment = arrival->segment > 0 ? (size_t)arrival->segment : arrival->length, at = 0;

	do {
		size_t left = arrival->length - at, length = left < segment ? left : segment;

		receive_datagram(arrival, arrival->bytes + at, length);
		at += length;
	} while (at < arrival->length);
}
