#include "checksum.h"

#include <netinet/in.h>

#include "bytes.h"

#define TCP_HEADER 20
#define TCP_CHECKSUM 16
#define UDP_HEADER 8
#define UDP_CHECKSUM 6

/* The sum of 16-bit words in network order, not folded. */
static uint64_t sum_words(const uint8_t *at, uint32_t length)
{
	uint64_t sum = 0;

	for (; length >= 2; at += 2, length -= 2)
		sum += load16_network(at);
	return length ? sum + ((uint64_t)*at << 8) : sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* DHCP: some clients read the wire beneath the kernel, which would complete the sum. */
static bool served_below_kernel(uint16_t port)
{
	return port == 67 || port == 68 || port == 546 || port == 547;
}

/* The place of the checksum in the transport header, or 0. */
static uint32_t checksum_place(const uint8_t *transport, uint32_t length, uint8_t protocol)
{
	if (protocol == IPPROTO_TCP && length >= TCP_HEADER)
		return TCP_CHECKSUM;
	if (protocol != IPPROTO_UDP || length < UDP_HEADER || load16_network(transport + 4) != length)
		return 0;
	if (served_below_kernel(load16_network(transport)) || served_below_kernel(load16_network(transport + 2)))
		return 0;
	return UDP_CHECKSUM;
}

bool checksum_complete(uint8_t *packet, const struct inner *inner)
{
	uint32_t length = inner->length - inner->header;
	uint8_t *transport = packet + inner->header;
	uint32_t place = inner->fragment ? 0 : checksum_place(transport, length, inner->protocol);
	uint64_t sum;
	uint16_t checksum;

	if (place == 0)
		return false;
	transport[place] = 0;
	transport[place + 1] = 0;
	/* The pseudo-header: both addresses, which lie side by side, the length and the protocol. */
	sum = sum_words(inner->source, inner->family == 4 ? 8 : 32) + length + inner->protocol;
	checksum = fold(sum + sum_words(transport, length));
	/* To UDP a zero means no checksum at all. */
	if (checksum == 0 && inner->protocol == IPPROTO_UDP)
		checksum = 0xffff;
	transport[place] = (uint8_t)(checksum >> 8);
	transport[place + 1] = (uint8_t)checksum;
	return true;
}
