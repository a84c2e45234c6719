#include "packets.h"

#include <arpa/inet.h>
#include <string.h>

static void fill(uint8_t *at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		at[i] = (uint8_t)(i + 1);
}

size_t packet4(uint8_t *out, const char *source, const char *destination, uint8_t protocol, size_t payload)
{
	size_t length = 20 + payload;

	memset(out, 0, 20);
	out[0] = 0x45;
	out[2] = (uint8_t)(length >> 8);
	out[3] = (uint8_t)length;
	out[8] = 64;
	out[9] = protocol;
	inet_pton(AF_INET, source, out + 12);
	inet_pton(AF_INET, destination, out + 16);
	fill(out + 20, payload);
	return length;
}

size_t packet6(uint8_t *out, const char *source, const char *destination, uint8_t protocol, size_t payload)
{
	memset(out, 0, 40);
	out[0] = 0x60;
	out[4] = (uint8_t)(payload >> 8);
	out[5] = (uint8_t)payload;
	out[6] = protocol;
	out[7] = 64;
	inet_pton(AF_INET6, source, out + 8);
	inet_pton(AF_INET6, destination, out + 24);
	fill(out + 40, payload);
	return 40 + payload;
}

uint16_t transport_sum(const uint8_t *packet)
{
	int is4 = packet[0] >> 4 == 4;
	size_t header = is4 ? (size_t)(packet[0] & 15) * 4 : 40;
	size_t total = is4 ? (size_t)(packet[2] << 8 | packet[3]) : 40 + (size_t)(packet[4] << 8 | packet[5]);
	const uint8_t *addresses = packet + (is4 ? 12 : 8);
	uint32_t sum = (uint32_t)(total - header) + packet[is4 ? 9 : 6];

	for (size_t i = 0; i < (is4 ? 8u : 32u); i++)
		sum += (uint32_t)addresses[i] << (i % 2 ? 0 : 8);
	for (size_t i = 0; i < total - header; i++)
		sum += (uint32_t)packet[header + i] << (i % 2 ? 0 : 8);
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~sum;
}
