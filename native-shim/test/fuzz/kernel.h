/*
 * The kernel's side of a queue, in memory: what its sockets and its interface hold, and what is done to them. The real
 * code runs on it unmodified, since its system calls are replaced when it is linked.
 */
#ifndef FUZZ_KERNEL_H
#define FUZZ_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "device.h"
#include "virtio.h"

/* A message of a socket: a run of datagrams where segment is not 0. Its bytes stay until it was received. */
struct arrival {
	uint32_t family;
	const uint8_t *bytes;
	uint32_t length;
	int segment;
	uint32_t ifindex;
	bool truncated;
	tv_endpoint source;
};

/* A packet that the interface gives. Its bytes stay until it was read. */
struct outbound {
	struct virtio_header virtio;
	const uint8_t *bytes;
	uint32_t length;
	bool headless; /* the read ends within the virtio header */
	int error;     /* the read fails with it instead */
};

/* What a fuzzer is told, when it happens. A member may be null: then it must not happen. */
struct observer {
	void (*received)(const struct arrival *arrival);
	void (*read)(const struct outbound *outbound);
	/* A packet for the interface, behind its virtio header if it has one, which the interface takes or not. */
	void (*written)(const uint8_t *bytes, size_t length, bool taken);
	/* A datagram, which the socket takes. */
	void (*sent)(const union socket_address *to, socklen_t size, const uint8_t *bytes, size_t length);
};

/* Datagrams that a kernel splits off one message, and packets that it splits off one of UDP. */
#define KERNEL_SPLIT_MAX 64

/* Room for what one input may bring. */
#define KERNEL_ARRIVALS 64
#define KERNEL_OUTBOUND 256
#define KERNEL_ANSWERS 16

/* Stands in for the descriptors of a device's only queue, all of it empty, until the next call. */
void kernel_use(struct device *device, const struct observer *observer);

/* False when there is no more room. */
bool kernel_arrive(const struct arrival *arrival);
bool kernel_give(const struct outbound *outbound);

/* Answers to system calls to come: -errno, or of sends how many messages are taken at most. */
enum kernel_call { KERNEL_RECEIVE, KERNEL_SEND, KERNEL_WRITE, KERNEL_CALLS };
void kernel_answer(enum kernel_call call, int answer);

/* Whether it holds anything that a pump would find. */
bool kernel_holds(void);

/* What CLOCK_BOOTTIME says, in microseconds. It stands still. */
extern int64_t kernel_now_us;

#endif
