/* Opens the queues of a TUN or TAP interface. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "offload.h"
#include "tv.h"

static bool has_virtio_header(int fd)
{
	unsigned int features;

	return offload_wanted() && ioctl(fd, TUNGETFEATURES, &features) == 0 && features & IFF_VNET_HDR;
}

int32_t tv_tun_open(const uint8_t *name, uint32_t tap, uint32_t multi, uint32_t first)
{
	struct ifreq request = { 0 };
	size_t length = strnlen((const char *)name, IFNAMSIZ);
	int fd;

	/* The kernel would take a percent sign for a pattern, and no name for leave to choose one. */
	if (length == 0 || length >= IFNAMSIZ || memchr(name, '%', length))
		return -EINVAL;
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	memcpy(request.ifr_name, name, length);
	request.ifr_flags = (short)((tap ? IFF_TAP : IFF_TUN) | IFF_NO_PI | (multi ? IFF_MULTI_QUEUE : 0) | (first ? IFF_TUN_EXCL : 0));
	if (has_virtio_header(fd))
		request.ifr_flags |= IFF_VNET_HDR;
	if (ioctl(fd, TUNSETIFF, &request) < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}
