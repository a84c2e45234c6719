#include "sealed_store.h"

#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "ledger.h"
#include "rig.h"

#define SEALED_MAX 8192

struct sealed_text {
	struct text text;
	const struct destination *to;
	bool sent;
};

/* Of each session, by counter: those from `flushed` on may still be sent. */
static struct {
	struct sealed_text texts[SEALED_MAX];
	uint32_t count, flushed;
	bool optional; /* the last of them may not be sealed after all */
} runs[RIG_SESSIONS];

static struct sealed_text *text_at(uint32_t session, uint64_t counter)
{
	return &runs[session].texts[counter % SEALED_MAX];
}

void sealed_begin(void)
{
	for (uint32_t session = 0; session < RIG_SESSIONS; session++)
		sealed_session(session);
}

void sealed_session(uint32_t session)
{
	runs[session].count = runs[session].flushed = 0;
}

void sealed_add(uint32_t session, const struct text *text, const struct destination *to)
{
	uint32_t counter = runs[session].count;

	if (counter >= rig_sessions[session].config.reject_after_messages) {
		ledger_drop(rig_sessions[session].peer, TV_DROP_COUNTER, 1);
		return;
	}
	check(counter - runs[session].flushed < SEALED_MAX);
	*text_at(session, counter) = (struct sealed_text){ .text = *text, .to = to };
	runs[session].count++;
}

uint32_t given_length(const struct given *given, uint32_t segment)
{
	uint32_t left;

	if (given->plain)
		return given->ip.total;
	left = given->super.payload - segment * given->super.size;
	return given->super.header + (left < given->super.size ? left : given->super.size);
}

/*
 * Completes a checksum whose field holds the pseudo-header's sum over `whole` bytes, of which these are a part: whatever
 * the field holds, as a kernel would.
 */
static void complete(uint8_t *packet, uint32_t start, uint32_t end, uint32_t place, uint32_t whole)
{
	uint16_t sum = load16_network(packet + place);

	sum = add_sums(sum, (uint16_t)~whole);
	store16_network(packet + place, add_sums(sum, (uint16_t)(end - start)));
	write_sum(packet, start, end, place);
}

/* The packet that the other end is to take out. Returns where its checksum stands that was completed, or 0. */
static uint32_t expected_segment(const struct given *given, uint32_t segment, bool whole, uint8_t *out)
{
	uint32_t start = given->virtio.checksum_start, place = start + given->virtio.checksum_offset;
	uint32_t length = given_length(given, segment);

	if (given->plain)
		memcpy(out, given->bytes, length);
	else
		check_equal(super_segment(&given->super, given->bytes, segment, out), length);
	if (!whole || !(given->virtio.flags & VIRTIO_NEEDS_CHECKSUM))
		return 0;
	if (given->plain)
		write_sum(out, start, length, place);
	else
		complete(out, start, length, place, given->ip.total - start);
	return place;
}

/* Compares what was sealed with what was to be, padding included. */
static void compare(const struct text *text, const uint8_t *plaintext, uint32_t length)
{
	static uint8_t expected[70000];
	uint32_t wanted = text->length, sum_at = 0;

	if (text->padded && wanted % 16)
		wanted = wanted / 16 * 16 + 16 < rig->mtu ? wanted / 16 * 16 + 16 : text->length < rig->mtu ? rig->mtu : text->length;
	check_equal(length, wanted);
	if (text->given)
		sum_at = expected_segment(text->given, text->segment, text->kind == TV_KIND_IP, expected);
	else if (text->length)
		memcpy(expected, text->bytes, text->length);
	if (text->given && text->kind == TV_KIND_IP_PARTIAL) {
		struct ip ip;

		/* The receiver finds it by itself, and makes it anew. */
		sum_at = text->given->virtio.checksum_start + (uint32_t)text->given->virtio.checksum_offset;
		check(ip_read(&ip, plaintext, length) && open_place(&ip, plaintext) == sum_at);
		memcpy(expected + sum_at, plaintext + sum_at, 2);
		sum_at = 0;
	}
	/* Either way to write zero will do, but the one that means none. */
	if (sum_at && load16_network(plaintext + sum_at) &&
	    sums_equal(load16_network(expected + sum_at), load16_network(plaintext + sum_at)))
		memcpy(expected + sum_at, plaintext + sum_at, 2);
	if (memcmp(expected, plaintext, text->length) != 0)
		test_fail(__FILE__, __LINE__, "segment %u, of %u bytes and kind %u, was changed", text->segment, text->length, text->kind);
	for (uint32_t at = text->length; at < length; at++)
		check_equal(plaintext[at], 0);
}

static uint32_t session_of(uint32_t remote_index)
{
	for (uint32_t session = 0; session < RIG_SESSIONS; session++)
		if (rig_sessions[session].config.remote_index == remote_index)
			return session;
	test_fail(__FILE__, __LINE__, "no session has the index %u", remote_index);
}

void sealed_sent(const union socket_address *to, socklen_t size, const uint8_t *bytes, size_t length)
{
	static uint8_t plaintext[70000];
	uint32_t session = session_of(length < 32 ? 0 : load32(bytes + 4));
	const struct stranger opener = { .receive_seed = rig_sessions[session].send_seed };
	uint64_t counter = load64(bytes + 8);
	struct sealed_text *sealed;
	int opened;

	check(counter < runs[session].count);
	sealed = text_at(session, counter);
	if (counter < runs[session].flushed || sealed->sent)
		test_fail(__FILE__, __LINE__, "counter %u of session %u was sent twice, or after it was dropped", (uint32_t)counter,
			  session);
	sealed->sent = true;
	check_equal(size, sealed->to->size);
	check(memcmp(to, &sealed->to->address, size) == 0);
	check_equal(bytes[1], sealed->text.kind);
	opened = stranger_open_data(&opener, bytes, length, plaintext);
	check(opened >= 0);
	compare(&sealed->text, plaintext, (uint32_t)opened);
	ledger_sent(rig_sessions[session].peer, length);
}

void sealed_add_optional(uint32_t session, const struct text *text, const struct destination *to)
{
	runs[session].optional = runs[session].count < rig_sessions[session].config.reject_after_messages;
	if (runs[session].optional)
		sealed_add(session, text, to);
}

void sealed_optional_done(uint32_t session)
{
	uint32_t before = runs[session].count - runs[session].optional;
	bool sealed = true;

	for (uint32_t counter = runs[session].flushed; counter < before; counter++)
		sealed = sealed && !text_at(session, counter)->sent;
	if (sealed && !runs[session].optional)
		ledger_drop(rig_sessions[session].peer, TV_DROP_COUNTER, 1);
	if (!sealed)
		runs[session].count = before;
}

void sealed_flushed(void)
{
	for (uint32_t session = 0; session < RIG_SESSIONS; session++)
		for (; runs[session].flushed < runs[session].count; runs[session].flushed++)
			if (!text_at(session, runs[session].flushed)->sent)
				ledger_drop_either(rig_sessions[session].peer, TV_DROP_SEND_FULL, TV_DROP_SEND_ERROR);
}
