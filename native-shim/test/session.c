/* Sessions: table, expiry, counters, kinds. */
#include "session.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "site.h"

#define THREADS 4
#define SESSIONS 3000
#define COUNTERS 10
#define COUNTERS_ROOM (COUNTERS + THREADS)

static struct keystore store;
static struct session_table table;

static struct session *make(tv_session_config config)
{
	struct session *session;

	check_equal(session_new(&session, &store, &config, NULL, NULL), 0);
	return session;
}

static void start(void)
{
	keystore_init(&store, sizeof(struct session));
	check_equal(sessions_init(&table, 1), 0);
}

static void stop(void)
{
	sessions_finish(&table);
	keystore_finish(&store);
}

static void finds_by_index(void)
{
	enum { COUNT = 3000 };
	static struct session *sessions[COUNT];

	start();
	/* Neighbours in one chain: indices that differ in high bits alone. */
	for (uint32_t i = 0; i < COUNT; i++) {
		sessions[i] = make(session_between((i % 3 + 1) << 24 | (i / 3 + 1), 1, 0, 1, 2));
		check(!session_find(&table, sessions[i]->index));
		session_link(&table, sessions[i]);
	}
	for (uint32_t i = 0; i < COUNT; i++)
		check(session_find(&table, sessions[i]->index) == sessions[i]);
	for (uint32_t i = 0; i < COUNT; i += 2)
		session_unlink(&table, sessions[i]);
	for (uint32_t i = 0; i < COUNT; i++)
		check(session_find(&table, sessions[i]->index) == (i % 2 ? sessions[i] : NULL));
	stop();
}

/* Seals what stands in the datagram, as the data path does. False when no counter is left. */
static bool seal_one(struct session *session, uint8_t kind, uint8_t *out, size_t length, uint64_t *counter)
{
	struct box_job job;

	if (session_take_counters(session, 1, counter) == 0)
		return false;
	session_frame(session, kind, *counter, out, length, &job);
	box_seal_many(&job, 1);
	return true;
}

static void counters_in_a_row(void)
{
	tv_session_config config = session_between(1, 1, 0, 1, 2);
	struct session *session;
	uint64_t first;

	start();
	config.first_counter = 100;
	config.reject_after_messages = 170;
	session = make(config);
	check_equal(session_take_counters(session, 64, &first), 64);
	check_equal(first, 100);
	check_equal(session_take_counters(session, 64, &first), 6);
	check_equal(first, 164);
	check_equal(session_take_counters(session, 1, &first), 0);
	stop();
}

static void refuses_bad_configs(void)
{
	tv_session_config config = session_between(0, 1, 0, 1, 2);
	struct session *session;

	start();
	check_equal(session_new(&session, &store, &config, NULL, NULL), -EINVAL);
	config.index = 1;
	config.reject_after_messages = UINT64_MAX;
	check_equal(session_new(&session, &store, &config, NULL, NULL), -EINVAL);
	config.reject_after_messages = UINT64_C(1) << 52;
	config.first_counter = UINT64_MAX;
	check_equal(session_new(&session, &store, &config, NULL, NULL), -EINVAL);
	config.first_counter = UINT64_C(1) << 52;
	check_equal(session_new(&session, &store, &config, NULL, NULL), 0);
	stop();
}

static void usable_until_it_expires(void)
{
	tv_session_config config = session_between(1, 1, 0, 1, 2);
	struct session *session;

	start();
	config.expires_at_us = 1000;
	session = make(config);
	check(session_usable(session, 999));
	check(!session_usable(session, 1000));
	check(!session_usable(session, 1001));
	stop();
}

static void counters_end(void)
{
	tv_session_config config = session_between(1, 0x11223344, 0, 1, 2);
	uint8_t datagram[64], before[64];
	struct session *session;
	uint64_t counter;

	start();
	config.first_counter = config.reject_after_messages - 2;
	session = make(config);
	for (uint64_t i = 0; i < 2; i++) {
		check(session_usable(session, 0));
		check(seal_one(session, TV_KIND_IP, datagram, 32, &counter));
		check_equal(counter, config.first_counter + i);
		check_equal(load64(datagram + 8), counter);
		check_equal(load32(datagram), 4);
		check_equal(load32(datagram + 4), 0x11223344);
	}
	check(!session_usable(session, 0));
	memset(datagram, 0x77, sizeof datagram);
	memcpy(before, datagram, sizeof datagram);
	for (int i = 0; i < 1000; i++)
		check(!seal_one(session, TV_KIND_IP, datagram, 32, &counter));
	check(memcmp(datagram, before, sizeof datagram) == 0);
	/* Trying does not move it on. */
	check_equal(atomic_load(&session->send_counter), config.reject_after_messages);
	stop();
}

static void each_kind_has_its_subkey(void)
{
	static const uint8_t kinds[TV_KINDS] = { 0x00, 0x01, 0x10, 0x11, 0xe0, 0xf0 };
	uint8_t datagram[TV_DATA_HEADER + 50], wanted[TV_DATA_HEADER + 50], text[50];
	struct session *session;
	uint64_t counter, state = 51;

	start();
	session = make(session_between(1, 77, 0, 501, 502));
	for (int i = 0; i < TV_KINDS; i++) {
		check_equal(kind_slot(kinds[i]), i);
		random_fill(&state, text, sizeof text);
		memcpy(datagram + TV_DATA_HEADER, text, sizeof text);
		check(seal_one(session, kinds[i], datagram, sizeof text, &counter));
		check_equal(seal_data(wanted, 501, 77, kinds[i], counter, text, sizeof text), sizeof wanted);
		check(memcmp(datagram, wanted, sizeof wanted) == 0);
	}
	for (unsigned int kind = 0; kind < 256; kind++)
		if (!memchr(kinds, (int)kind, sizeof kinds))
			check_equal(kind_slot((uint8_t)kind), -1);
	stop();
}

static bool carries(uint32_t capabilities, uint8_t kind)
{
	tv_session_config config = session_between(1, 1, 0, 1, 2);
	struct session *session;
	bool result;

	config.capabilities = capabilities;
	session = make(config);
	result = session_carries(session, kind);
	keystore_give(&store, session);
	return result;
}

static void kinds_need_capabilities(void)
{
	start();
	for (uint32_t capabilities = 0; capabilities < 64; capabilities++) {
		check_equal(carries(capabilities, TV_KIND_IP), (capabilities & 1) != 0);
		check_equal(carries(capabilities, TV_KIND_IP_PARTIAL), (capabilities & 5) == 5);
		check_equal(carries(capabilities, TV_KIND_PROBE), (capabilities & 8) != 0);
		check_equal(carries(capabilities, TV_KIND_CONTROL), (capabilities & 16) != 0);
		check(!carries(capabilities, TV_KIND_ETH));
		check(!carries(capabilities, TV_KIND_ETH_PARTIAL));
		check(!carries(capabilities, 0x02));
	}
	stop();
}

/* All counters of one session after the other: threads meet where each of them ends. */
static void *seal_many(void *argument)
{
	uint8_t *times = argument; /* each counter was used; shared */
	uint8_t datagram[TV_DATA_HEADER];
	uint64_t counter;

	for (uint32_t index = 1; index <= SESSIONS; index++)
		while (seal_one(session_find(&table, index), TV_KIND_IP, datagram, 0, &counter))
			__atomic_fetch_add(&times[index * COUNTERS_ROOM + counter], 1, __ATOMIC_RELAXED);
	return NULL;
}

static void no_counter_twice_among_threads(void)
{
	static uint8_t times[(SESSIONS + 1) * COUNTERS_ROOM];
	tv_session_config config = session_between(1, 1, 0, 1, 2);
	pthread_t threads[THREADS];

	start();
	memset(times, 0, sizeof times);
	config.reject_after_messages = COUNTERS;
	for (config.index = 1; config.index <= SESSIONS; config.index++)
		session_link(&table, make(config));
	for (int i = 0; i < THREADS; i++)
		check(pthread_create(&threads[i], NULL, seal_many, times) == 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = COUNTERS_ROOM; i < (SESSIONS + 1) * COUNTERS_ROOM; i++)
		check_equal(times[i], i % COUNTERS_ROOM < COUNTERS);
	stop();
}

SUITE(session, { "are found by index", finds_by_index }, { "refuse bad configs", refuses_bad_configs },
      { "are usable until they expire", usable_until_it_expires }, { "take counters in a row", counters_in_a_row }, { "end with their counters", counters_end },
      { "have a subkey for each kind", each_kind_has_its_subkey }, { "carry what both sides can do", kinds_need_capabilities },
      { "use no counter twice among threads", no_counter_twice_among_threads });
