/* The replay window against a model that remembers counters whole. */
#include "replay.h"

#include <string.h>

#include "harness.h"

#define REMEMBERED 65536

struct model {
	uint64_t head;
	bool any;
	uint64_t seen[REMEMBERED]; /* counter + 1 */
};

static struct model model;
static struct replay window;

static bool model_accepts(uint64_t counter)
{
	if (counter < model.head && model.head - counter > 8128)
		return false;
	return model.seen[counter % REMEMBERED] != counter + 1;
}

static void step(uint64_t counter)
{
	bool accepts = model_accepts(counter);
	enum replay_verdict wanted = !accepts ? REPLAY_REFUSED : !model.any || counter > model.head ? REPLAY_AHEAD : REPLAY_BEHIND;

	check_equal(replay_check(&window, counter), accepts);
	/* A look changes nothing. */
	check_equal(replay_check(&window, counter), accepts);
	check_equal(replay_mark(&window, counter), wanted);
	if (!accepts)
		return;
	model.seen[counter % REMEMBERED] = counter + 1;
	model.any = true;
	if (counter > model.head)
		model.head = counter;
}

static void reset(void)
{
	memset(&model, 0, sizeof model);
	window = (struct replay){ 0 };
}

static void in_order(void)
{
	reset();
	for (uint64_t counter = 0; counter < 20000; counter++) {
		step(counter);
		step(counter);
	}
}

static void edges(void)
{
	reset();
	step(8128);
	step(0);
	step(8129);
	step(0);
	step(1);
	step(2);
	step(8192);
	step(63);
	step(64);
	step(65);
	check_equal(replay_mark(&window, 63), REPLAY_REFUSED);
	check_equal(replay_mark(&window, 8192), REPLAY_REFUSED);
}

static void first_at_zero(void)
{
	reset();
	check_equal(replay_mark(&window, 0), REPLAY_AHEAD);
	check_equal(replay_mark(&window, 0), REPLAY_REFUSED);
	reset();
	check_equal(replay_mark(&window, 5), REPLAY_AHEAD);
	check_equal(replay_mark(&window, 0), REPLAY_BEHIND);
}

static void far_jumps(void)
{
	reset();
	step(3);
	step(8192 + 3);
	step(3);
	step(UINT64_C(1) << 40);
	step((UINT64_C(1) << 40) - 8128);
	step((UINT64_C(1) << 40) - 8129);
	step((UINT64_C(1) << 52) - 1);
	step(UINT64_MAX - 1);
	step(UINT64_MAX - 1);
	step(UINT64_MAX - 1 - 8128);
	step(UINT64_MAX - 1 - 8129);
	step(0);
}

static void random_operations(void)
{
	uint64_t state = 21;

	for (int round = 0; round < 20; round++) {
		reset();
		for (int i = 0; i < 20000; i++) {
			uint64_t choice = random_next(&state) % 100, step_by = random_next(&state);
			uint64_t head = model.head;

			if (choice < 50)
				step(head + step_by % 4);
			else if (choice < 90)
				step(head - (head < 9000 ? step_by % (head + 1) : step_by % 9000));
			else if (choice < 97)
				step(head + step_by % 300);
			else
				step(head + step_by % 20000);
		}
	}
}

SUITE(replay, { "in order, each twice", in_order }, { "the edges of the window", edges },
      { "the first counter is a new head", first_at_zero }, { "far jumps", far_jumps }, { "random operations", random_operations });
