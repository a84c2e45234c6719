/* A session's window, looked at and marked by many threads. The window itself is test/replay.c's. */
#include <pthread.h>
#include <string.h>

#include "harness.h"
#include "session.h"
#include "site.h"

#define THREADS 4
#define MARKS 20000
#define RUN 8

static struct keystore store;
static struct session *session;
static uint8_t times[MARKS]; /* each counter was marked; shared */

static void start(void)
{
	tv_session_config config = session_between(1, 1, 0, 1, 2);

	keystore_init(&store, sizeof(struct session));
	check_equal(session_new(&session, &store, &config, NULL, NULL), 0);
}

static bool mark(uint64_t counter, bool authentic)
{
	const struct box_job job = { .counter = counter };
	enum replay_verdict verdict;

	session_mark(session, &job, &authentic, 1, &verdict);
	return verdict != REPLAY_REFUSED;
}

/* Only a mark makes a counter old; without one it stays fresh, behind the head as before it. */
static void fresh_until_marked(void)
{
	start();
	check(session_fresh(session, 0));
	check(mark(0, true));
	check(!session_fresh(session, 0));
	check(session_fresh(session, 10));
	check(!mark(10, false));
	check(session_fresh(session, 10));
	check(mark(10, true));
	check(!session_fresh(session, 10));
	check(!mark(10, true));
	check(session_fresh(session, 9));
	check(mark(10 + REPLAY_WINDOW, true));
	check(!session_fresh(session, 9));
	check(!mark(9, true));
	keystore_finish(&store);
}

/* Of a run, each counter has its own verdict. */
static void verdicts_of_a_run(void)
{
	const struct box_job jobs[] = { { .counter = 7 }, { .counter = 5 }, { .counter = 7 }, { .counter = 8 }, { .counter = 9 }, { .counter = 8 } };
	const bool authentic[] = { true, true, true, false, true, true };
	static const enum replay_verdict wanted[] = { REPLAY_AHEAD, REPLAY_BEHIND, REPLAY_REFUSED, REPLAY_REFUSED, REPLAY_AHEAD, REPLAY_BEHIND };
	enum replay_verdict verdicts[6];

	start();
	session_mark(session, jobs, authentic, 6, verdicts);
	for (int i = 0; i < 6; i++)
		check_equal(verdicts[i], wanted[i]);
	keystore_finish(&store);
}

static void *mark_many(void *argument)
{
	enum replay_verdict verdicts[RUN];
	struct box_job jobs[RUN];
	bool fresh[RUN];

	for (uint64_t counter = 0; counter < MARKS; counter += RUN) {
		for (uint64_t i = 0; i < RUN; i++) {
			jobs[i].counter = counter + i;
			fresh[i] = session_fresh(session, counter + i);
		}
		session_mark(session, jobs, fresh, RUN, verdicts);
		for (uint64_t i = 0; i < RUN; i++)
			if (verdicts[i] != REPLAY_REFUSED)
				__atomic_fetch_add(&times[counter + i], 1, __ATOMIC_RELAXED);
	}
	return argument;
}

static void no_mark_twice_among_threads(void)
{
	pthread_t threads[THREADS];

	start();
	memset(times, 0, sizeof times);
	for (int i = 0; i < THREADS; i++)
		check(pthread_create(&threads[i], NULL, mark_many, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < MARKS; i++)
		check(times[i] <= 1);
	check_equal(times[MARKS - 1], 1);
	keystore_finish(&store);
}

SUITE(window, { "counters are fresh until they are marked", fresh_until_marked }, { "verdicts of a run", verdicts_of_a_run },
      { "marks no counter twice among threads", no_mark_twice_among_threads });
