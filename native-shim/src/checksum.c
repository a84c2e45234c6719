#include "checksum.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "transport.h"

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* Lanes of a register that every processor has. */
typedef uint64_t lanes __attribute__((vector_size(16)));

/*
 * The sum of 16-bit words in network order, folded. One's complement does not mind which way round the bytes are added,
 * nor how many at a time: here 32 bits, in lanes of 64, which 4 GB would not fill.
 */
static uint16_t sum_words(const uint8_t *at, uint32_t length)
{
	lanes low = { 0 }, high = { 0 }, low2 = { 0 }, high2 = { 0 };
	uint64_t sum;

	for (; length >= 2 * sizeof(lanes); length -= 2 * sizeof(lanes), at += 2 * sizeof(lanes)) {
		lanes one, two;

		memcpy(&one, at, sizeof one);
		memcpy(&two, at + sizeof one, sizeof two);
		low += one & UINT32_MAX;
		high += one >> 32;
		low2 += two & UINT32_MAX;
		high2 += two >> 32;
	}
	low += high + low2 + high2;
	sum = low[0] + low[1];
	for (; length >= 4; length -= 4, at += 4)
		sum += load32(at);
	if (length >= 2)
		sum += (uint32_t)at[0] | (uint32_t)at[1] << 8;
	if (length % 2)
		sum += at[length - 1];
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

/* As sum_words, of the little that an IPv4 header is. */
static uint16_t sum_header4(const uint8_t *packet, uint32_t header)
{
	uint64_t sum = 0;

	for (uint32_t at = 0; at < header; at += 4)
		sum += load32(packet + at);
	return __builtin_bswap16(fold(sum));
}

void checksum_header4(uint8_t *packet, uint32_t header)
{
	store16_network(packet + 10, 0);
	store16_network(packet + 10, (uint16_t)~sum_header4(packet, header));
}

bool checksum_right(const uint8_t *packet, const struct inner *inner)
{
	const uint8_t *transport = packet + inner->header;
	uint32_t length = inner->length - inner->header;
	bool tcp = inner->protocol == IPPROTO_TCP;
	uint16_t unlike = tcp ? 0xffff : 0;

	/* To UDP, which has it sum to 0xffff, 0 is none. What is summed with its own checksum is all ones. */
	return load16_network(transport + (tcp ? TCP_CHECKSUM : UDP_CHECKSUM)) != unlike &&
	       fold((uint64_t)sum_words(transport, length) + checksum_pseudo(inner, length)) == 0xffff;
}

bool checksum_header4_right(const uint8_t *packet)
{
	uint64_t sum = load32(packet) + (uint64_t)load32(packet + 4) + load32(packet + 8) + load32(packet + 12) + load32(packet + 16);

	/* It is no zero, and so would be folded to all ones. */
	return load16_network(packet + 10) != 0xffff && sum % 0xffff == 0;
}
