#include "kernel_state.h"

#include <errno.h>
#include <sys/epoll.h>

#include "harness.h"
#include "poison.h"
#include "queue.h"

int __real_epoll_wait(int watch, struct epoll_event *events, int most, int timeout_ms);
int __wrap_epoll_wait(int watch, struct epoll_event *events, int most, int timeout_ms);
int64_t __wrap_tv_boottime_us(void);
uint64_t __wrap_interface_drops(uint32_t ifindex);
uint64_t __wrap_socket_drops(int socket);

struct kernel kernel;

int64_t kernel_now_us = INT64_C(1) << 40;

int64_t __wrap_tv_boottime_us(void)
{
	return kernel_now_us;
}

/* It drops nothing by itself. */
uint64_t __wrap_interface_drops(uint32_t ifindex)
{
	(void)ifindex;
	return 0;
}

uint64_t __wrap_socket_drops(int socket)
{
	(void)socket;
	return 0;
}

void unpoison_received(void)
{
	while (kernel.poisoned_count) {
		const struct iovec *region = &kernel.poisoned[--kernel.poisoned_count];

		ASAN_UNPOISON_MEMORY_REGION(region->iov_base, region->iov_len);
	}
}

void unpoison_packet(void)
{
	ASAN_UNPOISON_MEMORY_REGION(kernel.behind_packet.iov_base, kernel.behind_packet.iov_len);
	kernel.behind_packet.iov_len = 0;
}

void kernel_use(struct device *device, const struct observer *observer)
{
	unpoison_received();
	unpoison_packet();
	kernel.queue = &device->queues[0];
	kernel.observer = observer;
	kernel.inbox4.count = kernel.inbox4.taken = 0;
	kernel.inbox6.count = kernel.inbox6.taken = 0;
	kernel.outbound_count = kernel.outbound_taken = 0;
	for (int call = 0; call < KERNEL_CALLS; call++)
		kernel.answers[call].count = kernel.answers[call].taken = 0;
}

bool kernel_arrive(const struct arrival *arrival)
{
	struct inbox *inbox = arrival->family == 4 ? &kernel.inbox4 : &kernel.inbox6;

	if (inbox->count == KERNEL_ARRIVALS)
		return false;
	inbox->arrivals[inbox->count++] = *arrival;
	return true;
}

bool kernel_give(const struct outbound *outbound)
{
	if (kernel.outbound_count == KERNEL_OUTBOUND)
		return false;
	kernel.outbound[kernel.outbound_count++] = *outbound;
	return true;
}

void kernel_answer(enum kernel_call call, int answer)
{
	struct answers *answers = &kernel.answers[call];

	if (answers->count < KERNEL_ANSWERS)
		answers->list[answers->count++] = answer;
}

int next_answer(enum kernel_call call, int well)
{
	struct answers *answers = &kernel.answers[call];

	return answers->taken < answers->count ? answers->list[answers->taken++] : well;
}

bool waits(struct inbox *inbox)
{
	if (inbox->taken < inbox->count)
		return true;
	inbox->taken = inbox->count = 0;
	return false;
}

bool gives(void)
{
	if (kernel.outbound_taken < kernel.outbound_count)
		return true;
	kernel.outbound_taken = kernel.outbound_count = 0;
	return false;
}

bool kernel_holds(void)
{
	return waits(&kernel.inbox4) || waits(&kernel.inbox6) || gives();
}

int __wrap_epoll_wait(int watch, struct epoll_event *events, int most, int timeout_ms)
{
	const bool ready[] = { [SOURCE_TUN] = gives(), [SOURCE_UDP4] = waits(&kernel.inbox4), [SOURCE_UDP6] = waits(&kernel.inbox6) };
	int count = 0;

	if (!kernel.queue || watch != kernel.queue->watch)
		return __real_epoll_wait(watch, events, most, timeout_ms);
	for (uint32_t source = 0; source < sizeof ready / sizeof *ready && count < most; source++)
		if (ready[source])
			events[count++] = (struct epoll_event){ .events = EPOLLIN, .data.u32 = source };
	return count;
}
