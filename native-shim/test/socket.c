/* The outer sockets. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "endpoint.h"
#include "harness.h"
#include "tv.h"

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof value;

	check(getsockopt(fd, level, name, &value, &size) == 0);
	return value;
}

static void options(void)
{
	for (uint32_t family = 4; family <= 6; family += 2) {
		int fd = tv_udp_open(family, 0, 0, 0), plain = socket(AF_INET, SOCK_DGRAM, 0);

		check(fd >= 0);
		check(tv_udp_port(fd) > 0);
		check(fcntl(fd, F_GETFL) & O_NONBLOCK);
		check(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		check(option(fd, SOL_SOCKET, SO_RCVBUF) >= option(plain, SOL_SOCKET, SO_RCVBUF));
		check(option(fd, SOL_SOCKET, SO_SNDBUF) >= option(plain, SOL_SOCKET, SO_SNDBUF));
		check_equal(option(fd, SOL_SOCKET, SO_REUSEPORT), 0);
		if (family == 4) {
			check_equal(option(fd, IPPROTO_IP, IP_PKTINFO), 1);
		} else {
			check_equal(option(fd, IPPROTO_IPV6, IPV6_V6ONLY), 1);
			check_equal(option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO), 1);
		}
		close(plain);
		close(fd);
	}
}

static void ports(void)
{
	int first = tv_udp_open(4, 0, 0, 1), port = tv_udp_port(first), second, third, alone;

	check(first >= 0);
	second = tv_udp_open(4, (uint32_t)port, 0, 1);
	check(second >= 0);
	check_equal(tv_udp_port(second), port);
	/* Both families have the port. */
	third = tv_udp_open(6, (uint32_t)port, 0, 1);
	check(third >= 0);
	alone = tv_udp_open(4, (uint32_t)port, 0, 0);
	check_equal(alone, -EADDRINUSE);
	close(first);
	close(second);
	close(third);
	check_equal(tv_udp_open(4, 65536, 0, 0), -EINVAL);
	check_equal(tv_udp_open(5, 0, 0, 0), -EINVAL);
	check_equal(tv_udp_port(-1), -EBADF);
}

/* Granted or refused, but never left out. */
static void mark(void)
{
	int fd = tv_udp_open(4, 0, 0x1234, 0);

	if (fd < 0) {
		check_equal(fd, -EPERM);
		return;
	}
	check_equal(option(fd, SOL_SOCKET, SO_MARK), 0x1234);
	close(fd);
}

static void endpoints(void)
{
	tv_endpoint endpoint = { .family = 4, .zero = 9, .port = 51820, .scope = 3, .addr = { 192, 0, 2, 1, 77 } };
	struct destination to, same;

	check(destination_set(&to, &endpoint));
	check_equal(to.endpoint.zero + to.endpoint.scope + to.endpoint.addr[4], 0);
	check_equal(to.endpoint.port, 51820);
	check(destination_set(&same, &to.endpoint));
	check(endpoint_equal(&to.endpoint, &same.endpoint));
	/* A scope belongs to link-local addresses. */
	endpoint = (tv_endpoint){ .family = 6, .port = 1, .scope = 3, .addr = { 0xfe, 0x80, [15] = 1 } };
	check(destination_set(&to, &endpoint));
	check_equal(to.endpoint.scope, 3);
	check_equal(to.address.v6.sin6_scope_id, 3);
	endpoint.addr[0] = 0xfd;
	check(destination_set(&to, &endpoint));
	check_equal(to.endpoint.scope, 0);
	check(!endpoint_equal(&to.endpoint, &endpoint));
	endpoint.port = 0;
	check(!destination_set(&to, &endpoint));
}

SUITE(socket, { "options", options }, { "ports", ports }, { "a mark is set or refused", mark },
      { "endpoints are made canonical", endpoints });
