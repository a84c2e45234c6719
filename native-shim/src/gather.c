#include "gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "peer.h"
#include "raise.h"

int gather_init(struct gather *gather)
{
	gather->arena = aligned_alloc(64, GATHER_BYTES);
	return gather->arena ? 0 : -ENOMEM;
}

void gather_finish(struct gather *gather)
{
	free(gather->arena);
	gather->arena = NULL;
}

static void empty(struct lane *lane);

uint8_t *gather_slot(struct lane *lane, uint32_t room)
{
	struct gather *gather = &lane->gather;

	if (room > GATHER_BYTES)
		return NULL;
	if (room > GATHER_BYTES - gather->used)
		empty(lane);
	return gather->arena + gather->used;
}

/* Whether the run can take one more datagram behind its last. */
static bool extends(const struct gathered *last, const struct gathered *next)
{
	const struct run *run = &last->run;

	return last->session && last->session == next->session && last->kind == next->kind && run->to == next->run.to &&
	       next->run.size <= run->size && next->run.size > TV_DATA_HEADER && run->length == run->count * run->size &&
	       run->count < RUN_MAX && run->length + next->run.size <= DATAGRAM_MAX;
}

static void add(struct lane *lane, const struct gathered *next)
{
	struct gather *gather = &lane->gather;
	struct gathered *last = gather->count ? &gather->runs[gather->count - 1] : NULL;

	gather->used += next->run.length;
	if (last && extends(last, next)) {
		last->run.count++;
		last->run.length += next->run.length;
		return;
	}
	gather->runs[gather->count++] = *next;
	if (gather->count == BATCH)
		empty(lane);
}

void gather_plain(struct lane *lane, const struct destination *to, uint32_t length)
{
	const struct gathered next = {
		.run = { .to = to, .bytes = lane->gather.arena + lane->gather.used, .size = length, .length = length, .count = 1 },
	};

	add(lane, &next);
}

uint32_t padded_length(uint32_t length, uint32_t mtu)
{
	uint32_t padded = (length + PADDING - 1) / PADDING * PADDING;

	if (padded > mtu)
		padded = mtu;
	return padded > length ? padded : length;
}

void gather_data(struct lane *lane, struct session *session, const struct destination *to, uint8_t kind, uint32_t length, bool pad)
{
	uint32_t padded = pad ? padded_length(length, lane->device->config.mtu) : length;
	uint32_t size = TV_DATA_HEADER + padded;
	uint8_t *datagram = lane->gather.arena + lane->gather.used;
	const struct gathered next = {
		.run = { .peer = session->peer, .to = to, .bytes = datagram, .size = size, .length = size, .count = 1 },
		.session = session,
		.kind = kind,
	};

	memset(datagram + TV_DATA_HEADER + length, 0, padded - length);
	add(lane, &next);
}

static void note_sealed(struct lane *lane, const struct gathered *gathered, uint64_t last_counter)
{
	struct session *session = gathered->session;
	struct peer *peer = session->peer;
	bool data = gathered->run.size > TV_DATA_HEADER && gathered->kind <= TV_KIND_ETH_PARTIAL;

	count_set(&peer->tallies[lane->number].sent_at_us, (uint64_t)lane->now_us);
	unanswered_clear(&peer->unanswered.received_at_us);
	if (data) {
		unanswered_note(&peer->unanswered.sent_at_us, lane->now_us);
		raise_active(lane, peer, session->index);
	}
	if ((data || !session->rekey_on_data) && (lane->now_us >= session->rekey_at_us || last_counter >= session->rekey_after))
		raise_rekey(lane, session);
}

/* What has no counter any more is lost. */
static void shorten(struct lane *lane, struct run *run, uint32_t count)
{
	for (uint32_t i = count; i < run->count; i++)
		drop(lane, run->peer, TV_DROP_COUNTER);
	lane->sender.error = -ETIME;
	run->count = count;
	run->length = count * run->size;
}

/* Writes a run's headers, and says in `jobs` how to seal it. Returns how many datagrams it has. */
static uint32_t frame_run(struct lane *lane, struct gathered *gathered, struct box_job *jobs)
{
	struct run *run = &gathered->run;
	uint64_t counter = 0;
	uint32_t taken = session_take_counters(gathered->session, run->count, &counter);

	if (taken < run->count)
		shorten(lane, run, taken);
	for (uint32_t i = 0; i < run->count; i++) {
		uint32_t at = i * run->size;
		uint32_t size = run->length - at < run->size ? run->length - at : run->size;

		session_frame(gathered->session, gathered->kind, counter + i, run->bytes + at, size - TV_DATA_HEADER, &jobs[i]);
	}
	if (run->count)
		note_sealed(lane, gathered, counter + run->count - 1);
	return run->count;
}

static void seal_all(struct lane *lane)
{
	struct gather *gather = &lane->gather;
	struct box_job jobs[2 * RUN_MAX];
	uint32_t count = 0;

	for (uint32_t i = 0; i < gather->count; i++) {
		if (gather->runs[i].session)
			count += frame_run(lane, &gather->runs[i], jobs + count);
		if (count > RUN_MAX) {
			box_seal_many(jobs, count);
			count = 0;
		}
	}
	box_seal_many(jobs, count);
}

static void empty(struct lane *lane)
{
	struct gather *gather = &lane->gather;

	seal_all(lane);
	for (uint32_t i = 0; i < gather->count; i++)
		if (gather->runs[i].run.count)
			sender_add(lane, &gather->runs[i].run);
	gather->count = 0;
	gather->used = 0;
	gather->sent += sender_flush(lane);
}

uint32_t gather_flush(struct lane *lane)
{
	uint32_t sent;

	empty(lane);
	sent = lane->gather.sent;
	lane->gather.sent = 0;
	return sent;
}
