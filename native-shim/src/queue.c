#include "queue.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "handles.h"
#include "host.h"
#include "offload.h"

static int watch(struct queue *queue, int fd, uint32_t source)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = source };

	return epoll_ctl(queue->watch, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int queue_init(struct queue *queue, struct device *device, uint32_t number)
{
	size_t mtu = device->config.mtu;
	size_t largest = mtu + 48 > TV_RECEIVE_MAX ? mtu + 48 : TV_RECEIVE_MAX;
	int gather, receiver;

	queue->lane.device = device;
	queue->lane.number = number;
	queue->tun = -1;
	queue->host = queue->machine = -1;
	queue->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	queue->watch = epoll_create1(EPOLL_CLOEXEC);
	flow_table_init(&queue->flows);
	sender_init(&queue->lane.sender);
	gather = gather_init(&queue->lane.gather);
	receiver = receiver_init(&queue->receiver, largest < DATAGRAM_MAX ? largest : DATAGRAM_MAX);
	if (gather < 0 || receiver < 0)
		return -ENOMEM;
	if (queue->wake < 0 || queue->watch < 0)
		return -EMFILE;
	return watch(queue, queue->wake, SOURCE_WAKE);
}

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

void queue_finish(struct queue *queue)
{
	close_one(queue->tun);
	close_one(queue->receiver.socket4);
	close_one(queue->receiver.socket6);
	close_one(queue->wake);
	close_one(queue->watch);
	close_one(queue->host);
	close_one(queue->machine);
	gather_finish(&queue->lane.gather);
	receiver_finish(&queue->receiver);
}

int queue_begin(int32_t handle, uint32_t number, struct queue **out)
{
	struct device *device;
	int result = -EINVAL;

	handles_lock();
	device = device_find(handle);
	if (!device) {
		result = -EBADF;
	} else if (number < device->config.queues) {
		struct queue *queue = &device->queues[number];

		result = queue->running ? -EBUSY : queue->attached ? 0 : -ENOTCONN;
		if (result == 0)
			queue->running = true;
		*out = queue;
	}
	handles_unlock();
	return result;
}

void queue_end(struct queue *queue)
{
	handles_lock();
	queue->running = false;
	handles_unlock();
}

void queue_wake(struct queue *queue)
{
	const uint64_t one = 1;

	atomic_store_explicit(&queue->woken, true, memory_order_release);
	/* It fails only when the queue has been told so often that it must look up anyway. */
	(void)!write(queue->wake, &one, sizeof one);
}

static int watch_unblocked(struct queue *queue, int fd, uint32_t source)
{
	int flags;

	if (fd < 0)
		return 0;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	return watch(queue, fd, source);
}

/* All of them, or none. */
static int watch_all(struct queue *queue, int tun, int udp4, int udp6)
{
	const int descriptors[] = { [SOURCE_TUN] = tun, [SOURCE_UDP4] = udp4, [SOURCE_UDP6] = udp6 };
	int result = 0;

	for (uint32_t source = SOURCE_TUN; source <= SOURCE_UDP6 && result == 0; source++)
		result = watch_unblocked(queue, descriptors[source], source);
	for (uint32_t source = SOURCE_TUN; source <= SOURCE_UDP6 && result < 0; source++)
		if (descriptors[source] >= 0)
			(void)epoll_ctl(queue->watch, EPOLL_CTL_DEL, descriptors[source], NULL);
	return result;
}

static void ask_offloads(struct queue *queue)
{
	const struct outgoing *v4 = &queue->lane.sender.v4, *v6 = &queue->lane.sender.v6;
	uint32_t *bits = &queue->lane.device->offloads;
	bool joins4 = queue->receiver.socket4 >= 0 && offload_joins(queue->receiver.socket4);
	bool joins6 = queue->receiver.socket6 >= 0 && offload_joins(queue->receiver.socket6);

	queue->virtio = offload_interface(queue->tun, bits);
	*bits |= (v4->splits || v6->splits ? TV_OFFLOAD_GSO : 0) | (joins4 || joins6 ? TV_OFFLOAD_GRO : 0);
}

int32_t tv_queue_attach(int32_t handle, uint32_t number, int32_t tun, int32_t udp4, int32_t udp6)
{
	struct device *device = device_find(handle);
	struct queue *queue;
	int result;

	if (!device)
		return -EBADF;
	if (number >= device->config.queues || tun < 0 || (udp4 < 0 && udp6 < 0))
		return -EINVAL;
	queue = &device->queues[number];
	handles_lock();
	result = queue->attached ? -EBUSY : watch_all(queue, tun, udp4, udp6);
	if (result == 0) {
		queue->tun = tun;
		queue->receiver.socket4 = udp4;
		queue->receiver.socket6 = udp6;
		queue->attached = true;
		sender_lend(&queue->lane.sender, udp4, udp6);
		/* The control thread sends through the first sockets that come. */
		sender_lend(&device->control.sender, udp4, udp6);
		ask_offloads(queue);
	}
	handles_unlock();
	return result;
}

/* A socket that was opened, or -errno, which it returns. */
static int watch_socket(struct queue *queue, int fd, uint32_t source, int *out)
{
	int result = fd < 0 ? fd : watch(queue, fd, source);

	if (result == 0)
		*out = fd;
	else
		close_one(fd);
	return result;
}

int32_t tv_host_watch(int32_t handle)
{
	struct device *device = device_find(handle);
	struct queue *queue;

	if (!device)
		return -EBADF;
	queue = &device->queues[0];
	if (queue->host >= 0)
		return -EBUSY;
	/* Where there is no such socket, or nothing comes of it, clocks may still tell. */
	if (queue->machine < 0)
		(void)watch_socket(queue, generation_open(), SOURCE_MACHINE, &queue->machine);
	host_note_sleep(queue);
	return watch_socket(queue, host_open(), SOURCE_HOST, &queue->host);
}

int32_t tv_wake(int32_t handle, uint32_t number)
{
	struct device *device = device_find(handle);

	if (!device)
		return -EBADF;
	if (number >= device->config.queues)
		return -EINVAL;
	queue_wake(&device->queues[number]);
	return 0;
}
