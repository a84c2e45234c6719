/*
 * The loop of a queue. In each round one batch from each socket that holds datagrams and one from the interface: neither
 * direction starves the other. A source that gave a full batch is taken for ready in the next round as well; when none
 * is, the queue waits, and holds nothing that another thread wants to free.
 */
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "host.h"
#include "queue.h"
#include "raise.h"
#include "receive.h"
#include "transmit.h"

/* A caller that never returned would keep its process from ending. */
#define PUMP_US 1000000

/* An error left on a socket would wake the queue for ever; asking for it removes it. */
static void clear_error(int socket)
{
	int error;
	socklen_t size = sizeof error;

	(void)getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
}

static void drain_wake(int fd)
{
	uint64_t count;

	(void)!read(fd, &count, sizeof count);
}

static void note_source(struct queue *queue, uint32_t source, uint32_t events)
{
	if (source == SOURCE_WAKE) {
		drain_wake(queue->wake);
		return;
	}
	if (source == SOURCE_TUN && events & (EPOLLERR | EPOLLHUP)) {
		/* What a deleted interface answers. One that is down only stays silent. */
		queue->failure = -ENODEV;
		return;
	}
	if (events & EPOLLERR)
		clear_error(source == SOURCE_UDP4 ? queue->receiver.socket4 : queue->receiver.socket6);
	queue->ready |= 1u << source;
}

/* Waits until a source is ready, or the deadline. */
static void wait_ready(struct queue *queue, int64_t deadline_us)
{
	struct epoll_event events[SOURCES];
	int64_t left_us = deadline_us - tv_boottime_us();
	int timeout_ms = queue->ready || left_us <= 0 ? 0 : (int)((left_us + 999) / 1000);
	int count = epoll_wait(queue->watch, events, SOURCES, timeout_ms);

	if (count < 0 && errno != EINTR)
		queue->failure = -errno;
	for (int i = 0; i < count; i++)
		note_source(queue, events[i].data.u32, events[i].events);
}

static bool take_ready(struct queue *queue, uint32_t source)
{
	return queue->ready >> source & 1;
}

static void note_taken(struct queue *queue, uint32_t source, bool more)
{
	if (!more)
		queue->ready &= ~(1u << source);
}

/* What happened to the machine, before anything else is sent. */
static void look_around(struct queue *queue)
{
	generation_watch(&queue->lane);
	if (queue->lane.number)
		return;
	if (take_ready(queue, SOURCE_MACHINE))
		note_taken(queue, SOURCE_MACHINE, generation_read(queue));
	if (take_ready(queue, SOURCE_HOST))
		note_taken(queue, SOURCE_HOST, host_read(queue));
	if (host_slept(queue))
		queue->lane.untold = true;
}

static void move_batches(struct queue *queue)
{
	if (take_ready(queue, SOURCE_UDP4))
		note_taken(queue, SOURCE_UDP4, receive_batch(queue, queue->receiver.socket4));
	if (take_ready(queue, SOURCE_UDP6))
		note_taken(queue, SOURCE_UDP6, receive_batch(queue, queue->receiver.socket6));
	if (take_ready(queue, SOURCE_TUN))
		note_taken(queue, SOURCE_TUN, transmit_batch(queue));
}

static int32_t run(struct queue *queue, const struct ring *ring)
{
	struct device *device = queue->lane.device;
	int64_t deadline_us = tv_boottime_us() + PUMP_US;

	for (;;) {
		bool woken;

		if (atomic_load_explicit(&device->stopped, memory_order_acquire))
			return -ESHUTDOWN;
		wait_ready(queue, deadline_us);
		woken = atomic_exchange_explicit(&queue->woken, false, memory_order_acquire);
		if (atomic_load_explicit(&device->stopped, memory_order_acquire))
			return -ESHUTDOWN;
		if (queue->failure)
			return queue->failure;
		queue->lane.now_us = tv_boottime_us();
		look_around(queue);
		grace_enter(&device->grace, queue->lane.number);
		raise_owed(&queue->lane);
		move_batches(queue);
		grace_leave(&device->grace, queue->lane.number);
		if (queue->failure)
			return queue->failure;
		if (ring->appended || woken || queue->lane.now_us >= deadline_us)
			return (int32_t)ring->appended;
	}
}

int32_t tv_pump(int32_t device, uint32_t number, uint8_t *memory, uint32_t bytes)
{
	struct queue *queue;
	struct ring ring;
	int32_t result = ring_open(&ring, memory, bytes);

	if (result < 0)
		return result;
	result = queue_begin(device, number, &queue);
	if (result < 0)
		return result;
	queue->lane.ring = &ring;
	result = run(queue, &ring);
	queue->lane.ring = NULL;
	queue_end(queue);
	return result;
}
