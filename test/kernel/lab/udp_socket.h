/* What the UDP programs of the tests share. */
#ifndef UDP_SOCKET_H
#define UDP_SOCKET_H

#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define BUFFER (32 << 20)

static volatile sig_atomic_t ended;

static inline void end(int signal)
{
	(void)signal;
	ended = 1;
}

static inline void fail(const char *what)
{
	perror(what);
	exit(1);
}

static inline int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Connected to the address, or bound to it. */
static inline int open_socket(const char *address, const char *port, bool bound)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_DGRAM }, *found;
	int size = BUFFER, fd;

	if (getaddrinfo(address, port, &hints, &found) != 0) {
		fprintf(stderr, "%s port %s is no address\n", address, port);
		exit(2);
	}
	fd = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || (bound ? bind : connect)(fd, found->ai_addr, found->ai_addrlen) < 0)
		fail(address);
	freeaddrinfo(found);
	/* Forced where that is allowed. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	if (bound) {
		printf("listening\n");
		fflush(stdout);
	}
	return fd;
}

static inline bool wait_readable(int fd, int timeout_ms)
{
	struct pollfd polled = { fd, POLLIN, 0 };

	return poll(&polled, 1, timeout_ms) > 0;
}

static inline void end_on_term(void)
{
	struct sigaction action = { .sa_handler = end };

	sigaction(SIGTERM, &action, NULL);
}

#endif
