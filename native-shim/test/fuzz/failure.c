/* In a fuzzer a check that fails ends the process: what made it fail is the input that was being run. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "%s:%d: ", file, line);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	abort();
}

void test_equal(const char *file, int line, const char *what, int64_t found, int64_t wanted)
{
	if (found != wanted)
		test_fail(file, line, "%s is %lld, not %lld", what, (long long)found, (long long)wanted);
}

/* Of the sanitizers as well. What was freed need not be remembered for long: an input is short. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__ubsan_default_options(void);

const char *__asan_default_options(void)
{
	return "abort_on_error=1:quarantine_size_mb=8";
}

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}
