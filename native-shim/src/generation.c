#include "generation.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "queue.h"

/* Messages that are read before packets have their turn. */
#define READS 32
/* Of the kernel's messages about devices, the longest. */
#define MESSAGE_BYTES 8192
/* The group that the kernel itself sends to. */
#define GROUP_KERNEL 1

static const char CHANGED[] = "NEW_VMGENID=1";

/* To some milliseconds, which is enough, and costs next to nothing. */
static int64_t realtime_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t distance(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

void generation_init(struct device *device)
{
	atomic_init(&device->generation.clock_us, realtime_us() - tv_boottime_us());
}

static void next(struct device *device, uint32_t cause)
{
	atomic_store_explicit(&device->generation.cause, cause, memory_order_relaxed);
	atomic_fetch_add_explicit(&device->generation.number, 1, memory_order_release);
	/* It tells the control thread. */
	queue_wake(&device->queues[0]);
}

void generation_watch(struct lane *lane)
{
	struct device *device = lane->device;
	struct generation *generation = &device->generation;
	int64_t clock_us, rest_us;

	if (!device->config.clock_step_ms)
		return;
	clock_us = realtime_us() - lane->now_us;
	if (distance(clock_us, atomic_load_explicit(&generation->clock_us, memory_order_relaxed)) <=
	    (int64_t)device->config.clock_step_ms * 1000)
		return;
	rest_us = atomic_load_explicit(&generation->rest_until_us, memory_order_relaxed);
	if (lane->now_us < rest_us ||
	    !atomic_compare_exchange_strong_explicit(&generation->rest_until_us, &rest_us,
						     lane->now_us + (int64_t)device->config.clock_rest_ms * 1000,
						     memory_order_relaxed, memory_order_relaxed))
		return;
	atomic_store_explicit(&generation->clock_us, clock_us, memory_order_relaxed);
	next(device, TV_GENERATION_CLOCK);
}

int generation_open(void)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = GROUP_KERNEL };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int result;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	result = -errno;
	close(fd);
	return result;
}

bool generation_changed(const char *message, size_t length)
{
	for (size_t at = 0; at < length; at += strnlen(message + at, length - at) + 1)
		if (length - at >= sizeof CHANGED && memcmp(message + at, CHANGED, sizeof CHANGED) == 0)
			return true;
	return false;
}

bool generation_read(struct queue *queue)
{
	char message[MESSAGE_BYTES];

	for (int i = 0; i < READS; i++) {
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof from;
		ssize_t length = recvfrom(queue->machine, message, sizeof message, MSG_DONTWAIT, (struct sockaddr *)&from, &size);

		if (length < 0 && errno != ENOBUFS)
			return false;
		if (length > 0 && from.nl_pid == 0 && generation_changed(message, (size_t)length))
			next(queue->lane.device, TV_GENERATION_MACHINE);
	}
	return true;
}
