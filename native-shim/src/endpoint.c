#include "endpoint.h"

#include <string.h>

bool destination_set(struct destination *destination, const tv_endpoint *endpoint)
{
	*destination = (struct destination){ 0 };
	if (endpoint->port == 0)
		return false;
	if (endpoint->family == 4) {
		destination->address.v4.sin_family = AF_INET;
		destination->address.v4.sin_port = htons(endpoint->port);
		memcpy(&destination->address.v4.sin_addr, endpoint->addr, 4);
		destination->size = sizeof destination->address.v4;
	} else if (endpoint->family == 6) {
		destination->address.v6.sin6_family = AF_INET6;
		destination->address.v6.sin6_port = htons(endpoint->port);
		memcpy(&destination->address.v6.sin6_addr, endpoint->addr, 16);
		if (IN6_IS_ADDR_LINKLOCAL(&destination->address.v6.sin6_addr))
			destination->address.v6.sin6_scope_id = endpoint->scope;
		destination->size = sizeof destination->address.v6;
	} else {
		return false;
	}
	endpoint_from(&destination->endpoint, &destination->address);
	return true;
}

void endpoint_from(tv_endpoint *endpoint, const union socket_address *address)
{
	*endpoint = (tv_endpoint){ 0 };
	if (address->any.sa_family == AF_INET) {
		endpoint->family = 4;
		endpoint->port = ntohs(address->v4.sin_port);
		memcpy(endpoint->addr, &address->v4.sin_addr, 4);
	} else if (address->any.sa_family == AF_INET6) {
		endpoint->family = 6;
		endpoint->port = ntohs(address->v6.sin6_port);
		endpoint->scope = address->v6.sin6_scope_id;
		memcpy(endpoint->addr, &address->v6.sin6_addr, 16);
	}
}

bool endpoint_equal(const tv_endpoint *a, const tv_endpoint *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}
