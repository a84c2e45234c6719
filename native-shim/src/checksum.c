#include "checksum.h"

#include <netinet/in.h>

#include "bytes.h"
#include "transport.h"

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The sum of 16-bit words in network order, folded. One's complement does not mind which way round the bytes are added. */
static uint16_t sum_words(const uint8_t *at, uint32_t length)
{
	uint64_t sum = 0;
	uint32_t rest = length % 4;

	for (const uint8_t *end = at + (length - rest); at < end; at += 4)
		sum += load32(at);
	if (rest >= 2)
		sum += (uint32_t)at[0] | (uint32_t)at[1] << 8;
	if (rest % 2)
		sum += at[rest - 1];
	return __builtin_bswap16(fold(sum));
}

/* DHCP: some clients read the wire beneath the kernel, which would complete the sum. */
static bool served_below_kernel(uint16_t port)
{
	return port == 67 || port == 68 || port == 546 || port == 547;
}

/* The place of the checksum in the transport header, or 0. */
static uint32_t transport_place(const uint8_t *transport, uint32_t length, uint8_t protocol)
{
	if (protocol == IPPROTO_TCP && length >= TCP_HEADER)
		return TCP_CHECKSUM;
	if (protocol != IPPROTO_UDP || length < UDP_HEADER || load16_network(transport + UDP_LENGTH) != length)
		return 0;
	if (served_below_kernel(load16_network(transport)) || served_below_kernel(load16_network(transport + 2)))
		return 0;
	return UDP_CHECKSUM;
}

uint32_t checksum_open_place(const uint8_t *packet, const struct inner *inner)
{
	uint32_t place = inner->fragment ? 0 : transport_place(packet + inner->header, inner->length - inner->header, inner->protocol);

	return place ? inner->header + place : 0;
}

uint16_t checksum_pseudo(const struct inner *inner, uint32_t length)
{
	/* Both addresses, which lie side by side, the length and the protocol. */
	return fold((uint64_t)sum_words(inner->source, inner->family == 4 ? 8 : 32) + length + inner->protocol);
}

void checksum_finish(uint8_t *packet, uint32_t length, uint32_t start, uint32_t place)
{
	uint16_t checksum = (uint16_t)~sum_words(packet + start, length - start);

	/* To UDP a zero means no checksum at all, and to others it is the same as all ones. */
	store16_network(packet + place, checksum ? checksum : 0xffff);
}

bool checksum_complete(uint8_t *packet, const struct inner *inner)
{
	uint32_t place = checksum_open_place(packet, inner);

	if (place == 0)
		return false;
	store16_network(packet + place, checksum_pseudo(inner, inner->length - inner->header));
	checksum_finish(packet, inner->length, inner->header, place);
	return true;
}

void checksum_header4(uint8_t *packet, uint32_t header)
{
	store16_network(packet + 10, 0);
	store16_network(packet + 10, (uint16_t)~sum_words(packet, header));
}
