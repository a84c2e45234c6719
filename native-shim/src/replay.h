/*
 * The replay window of one session: RFC 6479 over a map of 8,192 bits. A value without pointers whose zero value is an
 * empty window; it does no locking.
 *
 * The head moves by whole words, so that one word of the map is always in use twice over: counters up to 8,128 behind
 * the head are told apart, older ones are refused.
 */
#ifndef TV_REPLAY_H
#define TV_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#define REPLAY_WORDS 128
#define REPLAY_WINDOW ((REPLAY_WORDS - 1) * 64)

struct replay {
	uint64_t head; /* the highest counter marked */
	uint64_t map[REPLAY_WORDS];
};

enum replay_verdict { REPLAY_REFUSED, REPLAY_BEHIND, REPLAY_AHEAD };

/* Whether the counter is neither too old nor marked. */
static inline bool replay_check(const struct replay *window, uint64_t counter)
{
	if (counter > window->head)
		return true;
	if (window->head - counter > REPLAY_WINDOW)
		return false;
	return !(window->map[counter / 64 % REPLAY_WORDS] >> (counter % 64) & 1);
}

/* Checks and marks. AHEAD: the counter is the new head, as the first one always is. */
static inline enum replay_verdict replay_mark(struct replay *window, uint64_t counter)
{
	enum replay_verdict verdict = REPLAY_BEHIND;

	if (!replay_check(window, counter))
		return REPLAY_REFUSED;
	if (counter > window->head) {
		uint64_t word = window->head / 64;
		uint64_t steps = counter / 64 - word;

		if (steps > REPLAY_WORDS)
			steps = REPLAY_WORDS;
		for (uint64_t i = 1; i <= steps; i++)
			window->map[(word + i) % REPLAY_WORDS] = 0;
		window->head = counter;
		verdict = REPLAY_AHEAD;
	} else if (window->head == 0) {
		verdict = REPLAY_AHEAD;
	}
	window->map[counter / 64 % REPLAY_WORDS] |= UINT64_C(1) << (counter % 64);
	return verdict;
}

#endif
