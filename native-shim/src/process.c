/* The process and its place in the kernel: clock, namespace, locks, interfaces by name. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <net/if.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tv.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* Times a lock file may be replaced under our hands before we give up. */
#define LOCK_ATTEMPTS 8

int64_t tv_boottime_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t tv_netns_cookie(void)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof cookie;
	int64_t result;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	result = getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0 ? -errno : (int64_t)cookie;
	close(fd);
	return result;
}

/* Whether the path still names the locked file: who held the lock before may have removed it. */
static int names_same_file(const char *path, int fd)
{
	struct stat by_path, by_fd;

	if (fstat(fd, &by_fd) < 0)
		return -errno;
	if (!S_ISREG(by_fd.st_mode))
		return -EINVAL;
	if (lstat(path, &by_path) < 0)
		return errno == ENOENT ? 0 : -errno;
	return by_path.st_dev == by_fd.st_dev && by_path.st_ino == by_fd.st_ino;
}

int32_t tv_lock(const uint8_t *path)
{
	const char *name = (const char *)path;

	for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
		int fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
		int same;

		if (fd < 0)
			return -errno;
		same = flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : names_same_file(name, fd);
		if (same == 1)
			return fd;
		close(fd);
		if (same < 0)
			return same;
	}
	return -EAGAIN;
}

int32_t tv_harden(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

int32_t tv_trim(void)
{
#ifdef __GLIBC__
	return malloc_trim(0);
#else
	return 0;
#endif
}

int32_t tv_close(int32_t fd)
{
	return close(fd) < 0 ? -errno : 0;
}

int32_t tv_if_index(const uint8_t *name)
{
	unsigned int index = if_nametoindex((const char *)name);

	return index ? (int32_t)index : -errno;
}
