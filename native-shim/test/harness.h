/*
 * A test is a function that returns; one that fails does not. Each prints a line, and the run ends with a count.
 */
#ifndef TEST_HARNESS_H
#define TEST_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
	const char *name;
	void (*run)(void);
};

struct suite {
	const char *name;
	const struct test *tests;
	size_t count;
};

#define SUITE(suite_name, ...) \
	static const struct test suite_name##_tests[] = { __VA_ARGS__ }; \
	const struct suite suite_name##_suite = { #suite_name, suite_name##_tests, sizeof suite_name##_tests / sizeof *suite_name##_tests }

/* Only on the thread that runs the test. */
_Noreturn void test_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
void test_equal(const char *file, int line, const char *what, int64_t found, int64_t wanted);

#define check(condition) ((condition) ? (void)0 : test_fail(__FILE__, __LINE__, "%s", #condition))
#define check_equal(found, wanted) test_equal(__FILE__, __LINE__, #found, (int64_t)(found), (int64_t)(wanted))

/* A repeatable sequence, the same in each run. */
uint64_t random_next(uint64_t *state);
void random_fill(uint64_t *state, void *out, size_t length);

/* Until a condition holds, or for long enough to be certain that it never will. */
bool before_deadline(int64_t *deadline_us);

#define wait_until(condition) \
	do { \
		int64_t deadline_us = 0; \
		while (!(condition)) \
			if (!before_deadline(&deadline_us)) \
				test_fail(__FILE__, __LINE__, "never came true: %s", #condition); \
	} while (0)

#endif
