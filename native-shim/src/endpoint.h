/* Endpoints: the ABI's form and the kernel's. */
#ifndef TV_ENDPOINT_H
#define TV_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "grace.h"
#include "tv.h"

union socket_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Where datagrams go. Immutable, so that a peer's can be swapped whole. */
struct destination {
	struct retired retired;
	tv_endpoint endpoint;
	union socket_address address;
	socklen_t size;
};

/* Takes an endpoint of the caller's. False when family, address or port name no place to send to. */
bool destination_set(struct destination *destination, const tv_endpoint *endpoint);

/* The source of a datagram; family 0 for what is neither IPv4 nor IPv6. */
void endpoint_from(tv_endpoint *endpoint, const union socket_address *address);

bool endpoint_equal(const tv_endpoint *a, const tv_endpoint *b);

#endif
