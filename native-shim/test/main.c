/*
 * Runs the suites named as arguments, else all. `--without TEST REASON` leaves out a test, named as its line names it, that
 * cannot run where this is run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "tv.h"

#define DEADLINE_US 20000000

extern const struct suite box_suite, box_engine_suite, box_choice_suite, poly1305_suite;
extern const struct suite layout_suite, library_suite, process_suite, replay_suite, routes_suite, inner_suite, checksum_suite;
extern const struct suite event_suite, keystore_suite, grace_suite, session_suite, stage_suite, device_suite, socket_suite, receive_suite;
extern const struct suite inbound_suite, transmit_suite, control_suite, raise_suite, rates_suite, flush_suite, sender_suite, flow_suite, race_suite;

extern const struct suite segment_suite, coalesce_suite, coalesce_headers_suite, coalesce_sums_suite, flow_table_suite, offload_suite;
extern const struct suite generation_suite, host_suite, deliver_suite, deliver_order_suite, identity_suite, traffic_suite, window_suite;

static const struct suite *const suites[] = {
	&segment_suite, &coalesce_suite, &coalesce_headers_suite, &coalesce_sums_suite, &flow_table_suite, &offload_suite,
	&generation_suite, &host_suite, &deliver_suite, &deliver_order_suite, &identity_suite, &traffic_suite, &window_suite,
	&layout_suite,	&library_suite, &process_suite,	 &replay_suite,	 &routes_suite,	 &inner_suite,	 &checksum_suite,
	&event_suite,	&keystore_suite, &grace_suite,	 &session_suite, &stage_suite,	 &device_suite,	 &socket_suite,	 &receive_suite,
	&inbound_suite, &transmit_suite, &control_suite, &raise_suite,	 &rates_suite,	 &flush_suite,	 &sender_suite, &flow_suite,
	&race_suite,	&box_suite,	&box_engine_suite, &box_choice_suite, &poly1305_suite,
};

static jmp_buf failed;
static char reason[1024];

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list arguments;
	int at = snprintf(reason, sizeof reason, "%s:%d: ", file, line);

	va_start(arguments, format);
	vsnprintf(reason + at, sizeof reason - (size_t)at, format, arguments);
	va_end(arguments);
	longjmp(failed, 1);
}

void test_equal(const char *file, int line, const char *what, int64_t found, int64_t wanted)
{
	if (found != wanted)
		test_fail(file, line, "%s is %lld, not %lld", what, (long long)found, (long long)wanted);
}

bool before_deadline(int64_t *deadline_us)
{
	int64_t now_us = tv_boottime_us();

	if (*deadline_us == 0)
		*deadline_us = now_us + DEADLINE_US;
	return now_us < *deadline_us;
}

static bool run_test(const struct suite *suite, const struct test *test)
{
	if (setjmp(failed)) {
		printf("not ok %s: %s: %s\n", suite->name, test->name, reason);
		fflush(stdout);
		return false;
	}
	test->run();
	printf("ok %s: %s\n", suite->name, test->name);
	fflush(stdout);
	return true;
}

static bool is_wanted(const struct suite *suite, int count, char **names)
{
	bool all = true;

	for (int i = 1; i < count; i++) {
		if (strcmp(names[i], "--without") == 0) {
			i += 2;
			continue;
		}
		if (strcmp(names[i], suite->name) == 0)
			return true;
		all = false;
	}
	return all;
}

static bool is_named(const struct suite *suite, const struct test *test, const char *wanted)
{
	char name[256];

	snprintf(name, sizeof name, "%s: %s", suite->name, test->name);
	return strcmp(name, wanted) == 0;
}

static bool is_there(const char *name)
{
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
		for (size_t j = 0; j < suites[i]->count; j++)
			if (is_named(suites[i], &suites[i]->tests[j], name))
				return true;
	return false;
}

/* Why a test is left out, or null. */
static const char *left_out(const struct suite *suite, const struct test *test, int count, char **names)
{
	for (int i = 1; i + 2 < count; i++)
		if (strcmp(names[i], "--without") == 0 && is_named(suite, test, names[i + 1]))
			return names[i + 2];
	return NULL;
}

int main(int count, char **names)
{
	unsigned int passed = 0, refused = 0, omitted = 0;

	if (tv_init() < 0)
		return 1;
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
		for (size_t j = 0; j < suites[i]->count && is_wanted(suites[i], count, names); j++) {
			const struct test *test = &suites[i]->tests[j];
			const char *why = left_out(suites[i], test, count, names);

			if (why) {
				printf("left out %s: %s: %s\n", suites[i]->name, test->name, why);
				omitted++;
			} else {
				*(run_test(suites[i], test) ? &passed : &refused) += 1;
			}
		}
	for (int i = 1; i + 2 < count; i++)
		if (strcmp(names[i], "--without") == 0 && !is_there(names[i + 1])) {
			printf("not ok main: %s: there is no such test to leave out\n", names[i + 1]);
			refused++;
		}
	printf("%u passed, %u failed", passed, refused);
	if (omitted)
		printf(", %u left out", omitted);
	printf("\n");
	return refused || !passed;
}
