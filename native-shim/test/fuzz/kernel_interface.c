/* The interface of the kernel in memory. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "kernel_state.h"
#include "poison.h"

ssize_t __real_read(int fd, void *out, size_t size);
ssize_t __wrap_read(int fd, void *out, size_t size);
ssize_t __real_readv(int fd, const struct iovec *vectors, int count);
ssize_t __wrap_readv(int fd, const struct iovec *vectors, int count);
ssize_t __real_write(int fd, const void *in, size_t size);
ssize_t __wrap_write(int fd, const void *in, size_t size);
ssize_t __real_writev(int fd, const struct iovec *vectors, int count);
ssize_t __wrap_writev(int fd, const struct iovec *vectors, int count);
uint8_t *__real_gather_slot(struct lane *lane, uint32_t room);
uint8_t *__wrap_gather_slot(struct lane *lane, uint32_t room);

/* Copies as much as there is room for, and keeps everybody off what lies behind. */
static ssize_t read_packet(const struct outbound *outbound, uint8_t *out, size_t room)
{
	size_t length = outbound->length < room ? outbound->length : room;

	memcpy(out, outbound->bytes, length);
	unpoison_packet();
	kernel.behind_packet = (struct iovec){ out + length, room - length };
	ASAN_POISON_MEMORY_REGION(kernel.behind_packet.iov_base, kernel.behind_packet.iov_len);
	return (ssize_t)length;
}

/* The packet that was read is spread over what lies behind it. */
uint8_t *__wrap_gather_slot(struct lane *lane, uint32_t room)
{
	unpoison_packet();
	return __real_gather_slot(lane, room);
}

/* The next packet. Null, with errno: none. */
static const struct outbound *next_outbound(void)
{
	const struct outbound *outbound;

	errno = EAGAIN;
	if (!gives())
		return NULL;
	outbound = &kernel.outbound[kernel.outbound_taken++];
	errno = outbound->error;
	if (outbound->error)
		return NULL;
	kernel.observer->read(outbound);
	return outbound;
}

ssize_t __wrap_read(int fd, void *out, size_t size)
{
	const struct outbound *outbound;

	if (!kernel.queue || fd != kernel.queue->tun)
		return __real_read(fd, out, size);
	outbound = next_outbound();
	return outbound ? read_packet(outbound, out, size) : -1;
}

ssize_t __wrap_readv(int fd, const struct iovec *vectors, int count)
{
	const struct outbound *outbound;

	if (!kernel.queue || fd != kernel.queue->tun)
		return __real_readv(fd, vectors, count);
	check_equal(count, 2);
	check_equal(vectors[0].iov_len, sizeof outbound->virtio);
	outbound = next_outbound();
	if (!outbound)
		return -1;
	memcpy(vectors[0].iov_base, &outbound->virtio, sizeof outbound->virtio);
	if (outbound->headless)
		return outbound->length % sizeof outbound->virtio;
	return (ssize_t)sizeof outbound->virtio + read_packet(outbound, vectors[1].iov_base, vectors[1].iov_len);
}

static ssize_t take_written(const uint8_t *bytes, size_t length)
{
	int answer = next_answer(KERNEL_WRITE, 0);

	kernel.observer->written(bytes, length, answer == 0);
	errno = -answer;
	return answer == 0 ? (ssize_t)length : -1;
}

ssize_t __wrap_write(int fd, const void *in, size_t size)
{
	if (!kernel.queue || (fd != kernel.queue->tun && fd != kernel.queue->wake))
		return __real_write(fd, in, size);
	return fd == kernel.queue->tun ? take_written(in, size) : (ssize_t)size;
}

ssize_t __wrap_writev(int fd, const struct iovec *vectors, int count)
{
	static uint8_t whole[1 << 17];
	size_t length = 0;

	if (!kernel.queue || fd != kernel.queue->tun)
		return __real_writev(fd, vectors, count);
	for (int i = 0; i < count; i++) {
		check(vectors[i].iov_len <= sizeof whole - length);
		memcpy(whole + length, vectors[i].iov_base, vectors[i].iov_len);
		length += vectors[i].iov_len;
	}
	return take_written(whole, length);
}
