/* Nanoseconds of a packet, and GB/s of text, by each engine that this processor has. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "box_engine.h"

#define MOST 64
#define ROUNDS 31
#define ROUND_NS 100000
#define STRIDE 9216

static uint8_t memory[MOST][STRIDE] __attribute__((aligned(64)));
static uint8_t subkey[TV_KEY];

static double nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct work {
	struct box_job jobs[MOST];
	uint32_t count;
	bool opening;
};

/* What is opened has to be sealed first; that is not timed. */
static double once(const struct box_engine *engine, const struct work *work)
{
	bool ok[MOST];
	double before;

	if (work->opening)
		box_seal_by(engine, work->jobs, work->count);
	before = nanoseconds();
	if (!work->opening)
		box_seal_by(engine, work->jobs, work->count);
	else if (box_open_by(engine, work->jobs, work->count, ok) != work->count)
		abort();
	return nanoseconds() - before;
}

/* The median of rounds, of so many calls that the clock's own time does not show. */
static double measure(const struct box_engine *engine, const struct work *work)
{
	double times[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		uint32_t calls = 0;

		times[round] = 0;
		do
			times[round] += once(engine, work);
		while (++calls < 4 || times[round] < ROUND_NS);
		times[round] /= calls * work->count;
	}
	qsort(times, ROUNDS, sizeof *times, compare);
	return times[ROUNDS / 2];
}

static void report(const struct box_engine *engine, uint32_t length, uint32_t count)
{
	struct work work = { .count = count };

	printf("%-7s %4u bytes x %2u:", engine->name, length, count);
	for (uint32_t i = 0; i < count; i++)
		work.jobs[i] = (struct box_job){ memory[i], memory[i] + TV_TAG, subkey, i, length };
	for (int opening = 0; opening < 2; opening++) {
		double ns;

		work.opening = opening;
		ns = measure(engine, &work);
		printf("  %s %7.1f ns %5.2f GB/s", opening ? "open" : "seal", ns, length / ns);
	}
	printf("\n");
}

int main(void)
{
	static const uint32_t lengths[] = { 64, 96, 576, 1420, 8900 }, counts[] = { 1, 2, 8, 32, 64 };

	if (sodium_init() < 0)
		return 1;
	for (const struct box_engine *const *engine = box_engines; *engine; engine++)
		for (size_t l = 0; (*engine)->available() && l < sizeof lengths / sizeof *lengths; l++)
			for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
				report(*engine, lengths[l], counts[c]);
	return 0;
}
