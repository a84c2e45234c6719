/* Opens the outer sockets. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "endpoint.h"
#include "tv.h"

/* Bytes of socket buffer: some tens of milliseconds of traffic at the rates this path reaches. */
#define BUFFER (8 << 20)

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value) < 0 ? -errno : 0;
}

/* As large as we may: beyond the system's limit only with CAP_NET_ADMIN. */
static void enlarge(int fd, int force, int option)
{
	if (set(fd, SOL_SOCKET, force, BUFFER) < 0)
		set(fd, SOL_SOCKET, option, BUFFER);
}

static int configure(int fd, uint32_t family, uint32_t fwmark, uint32_t reuse)
{
	int result;

	enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF);
	enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF);
	if (fwmark && (result = set(fd, SOL_SOCKET, SO_MARK, (int)fwmark)) < 0)
		return result;
	if (reuse && (result = set(fd, SOL_SOCKET, SO_REUSEPORT, 1)) < 0)
		return result;
	if (family == 4)
		return set(fd, IPPROTO_IP, IP_PKTINFO, 1);
	result = set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	return result < 0 ? result : set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

static int bind_any(int fd, uint32_t family, uint32_t port)
{
	union socket_address address = { 0 };
	socklen_t size = family == 4 ? sizeof address.v4 : sizeof address.v6;

	if (family == 4) {
		address.v4.sin_family = AF_INET;
		address.v4.sin_port = htons((uint16_t)port);
	} else {
		address.v6.sin6_family = AF_INET6;
		address.v6.sin6_port = htons((uint16_t)port);
	}
	return bind(fd, &address.any, size) < 0 ? -errno : 0;
}

int32_t tv_udp_open(uint32_t family, uint32_t port, uint32_t fwmark, uint32_t reuse)
{
	int fd, result;

	if ((family != 4 && family != 6) || port > UINT16_MAX)
		return -EINVAL;
	fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
	if (fd < 0)
		return -errno;
	result = configure(fd, family, fwmark, reuse);
	if (result == 0)
		result = bind_any(fd, family, port);
	if (result < 0) {
		close(fd);
		return result;
	}
	return fd;
}

int32_t tv_udp_port(int32_t fd)
{
	union socket_address address;
	socklen_t size = sizeof address;

	if (getsockname(fd, &address.any, &size) < 0)
		return -errno;
	if (address.any.sa_family == AF_INET)
		return ntohs(address.v4.sin_port);
	return address.any.sa_family == AF_INET6 ? ntohs(address.v6.sin6_port) : -EINVAL;
}
