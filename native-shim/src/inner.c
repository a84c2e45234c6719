#include "inner.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "transport.h"

static bool parse4(struct inner *inner, const uint8_t *packet, size_t length)
{
	if (length < IPV4_HEADER)
		return false;
	inner->family = 4;
	inner->header = (packet[0] & 0x0fu) * 4;
	inner->length = load16_network(packet + 2);
	inner->fragment = (load16_network(packet + 6) & 0x3fff) != 0;
	inner->protocol = packet[9];
	inner->source = packet + 12;
	inner->destination = packet + 16;
	return inner->header >= IPV4_HEADER && inner->length >= inner->header && inner->length <= length;
}

static bool parse6(struct inner *inner, const uint8_t *packet, size_t length)
{
	uint32_t payload;

	if (length < IPV6_HEADER)
		return false;
	payload = load16_network(packet + 4);
	inner->family = 6;
	inner->header = IPV6_HEADER;
	inner->length = IPV6_HEADER + payload;
	inner->fragment = false;
	inner->protocol = packet[6];
	inner->source = packet + 8;
	inner->destination = packet + 24;
	/* No payload, yet hop-by-hop options: only a jumbogram is like that. */
	if (payload == 0 && inner->protocol == IPPROTO_HOPOPTS)
		return false;
	return inner->length <= length;
}

bool inner_parse(struct inner *inner, const uint8_t *packet, size_t length)
{
	if (length == 0)
		return false;
	switch (packet[0] >> 4) {
	case 4:
		return parse4(inner, packet, length);
	case 6:
		return parse6(inner, packet, length);
	default:
		return false;
	}
}

static bool possible4(const uint8_t *source)
{
	uint32_t address = load32_network(source);
	bool loopback = address >> 24 == 127;
	bool multicast = address >> 28 == 0xe;

	return !loopback && !multicast && address != INADDR_ANY && address != INADDR_BROADCAST;
}

static bool possible6(const uint8_t *source)
{
	struct in6_addr address;

	memcpy(&address, source, sizeof address);
	return !IN6_IS_ADDR_UNSPECIFIED(&address) && !IN6_IS_ADDR_LOOPBACK(&address) && !IN6_IS_ADDR_MULTICAST(&address) &&
	       !IN6_IS_ADDR_V4MAPPED(&address);
}

bool inner_source_possible(const struct inner *inner)
{
	return inner->family == 4 ? possible4(inner->source) : possible6(inner->source);
}
