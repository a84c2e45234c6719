/* Clock, namespace, locks, interface names. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "tv.h"

static void clock_advances(void)
{
	int64_t first = tv_boottime_us();

	check(first > 0);
	wait_until(tv_boottime_us() > first);
}

static void netns_cookie(void)
{
	int64_t cookie = tv_netns_cookie();

	check(cookie > 0);
	check_equal(tv_netns_cookie(), cookie);
}

static void interface_index(void)
{
	check_equal(tv_if_index((const uint8_t *)"lo"), if_nametoindex("lo"));
	check_equal(tv_if_index((const uint8_t *)"no-such-if"), -ENODEV);
}

static void lock_excludes(void)
{
	char directory[] = "/tmp/tv-lock-XXXXXX", path[64], link[64];
	struct stat status;
	int32_t held;

	check(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/lock", directory);
	snprintf(link, sizeof link, "%s/link", directory);
	held = tv_lock((const uint8_t *)path);
	check(held >= 0);
	check(fstat(held, &status) == 0);
	check_equal(status.st_mode & 0777, 0600);
	check(fcntl(held, F_GETFD) & FD_CLOEXEC);
	check_equal(tv_lock((const uint8_t *)path), -EWOULDBLOCK);
	check(symlink(path, link) == 0);
	check_equal(tv_lock((const uint8_t *)link), -ELOOP);
	check_equal(tv_close(held), 0);
	held = tv_lock((const uint8_t *)path);
	check(held >= 0);
	check_equal(tv_close(held), 0);
	check_equal(tv_close(held), -EBADF);
	unlink(link);
	unlink(path);
	check_equal(tv_lock((const uint8_t *)directory), -EISDIR);
	rmdir(directory);
}

/* In a process of its own, since it cannot be undone. */
static void harden(void)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct rlimit core;

		if (tv_harden() != 0 || getrlimit(RLIMIT_CORE, &core) < 0)
			_exit(1);
		_exit(core.rlim_cur == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 2);
	}
	check(child > 0);
	check(waitpid(child, &status, 0) == child);
	check(WIFEXITED(status));
	check_equal(WEXITSTATUS(status), 0);
}

static void tun_names(void)
{
	check_equal(tv_tun_open((const uint8_t *)"", 0, 0, 1), -EINVAL);
	check_equal(tv_tun_open((const uint8_t *)"tun%d", 0, 0, 1), -EINVAL);
	check_equal(tv_tun_open((const uint8_t *)"sixteen-letters-", 0, 0, 1), -EINVAL);
}

SUITE(process, { "the clock advances", clock_advances }, { "a namespace has one cookie", netns_cookie },
      { "interface index by name", interface_index }, { "a lock file excludes others and follows no link", lock_excludes },
      { "a hardened process dumps no core", harden }, { "names that no interface may have", tun_names });
