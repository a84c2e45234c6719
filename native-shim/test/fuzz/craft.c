#include "craft.h"

#include <netinet/in.h>
#include <string.h>

#include "harness.h"
#include "textbook.h"

#define LONGEST 65535

static const uint8_t addresses4[CRAFT_ADDRESSES][4] = {
	{ 10, 0, 0, 2 },   { 10, 0, 1, 9 },    { 10, 0, 2, 9 },  { 10, 0, 1, 200 }, { 10, 0, 1, 1 }, { 10, 0, 3, 9 },
	{ 127, 0, 0, 1 },  { 224, 0, 0, 1 },   { 0, 0, 0, 0 },   { 255, 255, 255, 255 }, { 8, 8, 8, 8 },  { 10, 0, 1, 127 },
};

static const uint8_t addresses6[CRAFT_ADDRESSES][16] = {
	{ 0xfd, [15] = 2 },
	{ 0xfd, 0, 0, 1, [15] = 9 },
	{ 0xfd, 0, 0, 2, [15] = 9 },
	{ 0x20, 1, 0x0d, 0xb8, [15] = 9 },
	{ 0xfd, 0, 0, 1, [15] = 1 },
	{ 0xfd, 0, 0, 3, [15] = 9 },
	{ [15] = 1 },
	{ 0xff, 2, [15] = 1 },
	{ 0 },
	{ [10] = 0xff, 0xff, 10, 0, 1, 9 },
	{ 0x90, [15] = 1 },
	{ 0xfd, 0, 0, 1, [7] = 1, [15] = 9 },
};

static uint32_t transport_header(const struct craft *craft)
{
	return craft->udp ? 8 : 20 + craft->options % 11 * 4u;
}

uint32_t craft_transport(const struct craft *craft)
{
	return craft->family == 4 ? 20 : 40 + craft->extension * 8u;
}

uint32_t craft_header(const struct craft *craft)
{
	return craft_transport(craft) + transport_header(craft);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void write_network(const struct craft *craft, uint8_t *out, uint32_t length)
{
	uint8_t protocol = craft->udp ? IPPROTO_UDP : IPPROTO_TCP, *extension = out + 40;

	if (craft->family == 4) {
		const uint8_t start[20] = { 0x45, [6] = craft->fragment, [8] = 64, [9] = protocol };

		memcpy(out, start, sizeof start);
		put16(out + 2, length);
		put16(out + 4, craft->id);
		memcpy(out + 12, addresses4[craft->source % CRAFT_ADDRESSES], 4);
		memcpy(out + 16, addresses4[craft->destination % CRAFT_ADDRESSES], 4);
		write_header_sum(out, sizeof start);
		return;
	}
	memset(out, 0, craft_transport(craft));
	out[0] = 0x60;
	put16(out + 4, length - 40);
	out[6] = craft->extension ? IPPROTO_DSTOPTS : protocol;
	out[7] = 64;
	memcpy(out + 8, addresses6[craft->source % CRAFT_ADDRESSES], 16);
	memcpy(out + 24, addresses6[craft->destination % CRAFT_ADDRESSES], 16);
	if (craft->extension) {
		/* One option of padding fills it. */
		extension[0] = protocol;
		extension[1] = (uint8_t)(craft->extension - 1);
		extension[2] = 1;
		extension[3] = (uint8_t)(craft->extension * 8 - 4);
	}
}

static void write_transport(const struct craft *craft, uint8_t *at, uint32_t length)
{
	static const uint16_t dhcp[] = { 67, 68, 546, 547 };

	put16(at, 5000 + craft->port);
	put16(at + 2, 5001);
	if (craft->udp && craft->options & 8)
		put16(at + craft->options / 4 % 2 * 2, dhcp[craft->options % 4]);
	if (craft->udp) {
		put16(at + 4, length);
		put16(at + 6, 0);
		return;
	}
	put16(at + 4, craft->sequence >> 16);
	put16(at + 6, craft->sequence);
	memset(at + 8, 0, transport_header(craft) - 8);
	at[12] = (uint8_t)(transport_header(craft) / 4 << 4);
	at[13] = craft->flags;
	put16(at + 14, 8192);
	memset(at + 20, 1, transport_header(craft) - 20);
}

/* Bytes that tell which part of which payload they are. */
static void write_payload(uint8_t *at, uint32_t length, uint32_t sequence)
{
	static uint8_t pattern[LONGEST + 4096];
	uint64_t seed = 1;

	if (pattern[0] == 0) {
		random_fill(&seed, pattern, sizeof pattern);
		pattern[0] |= 1;
	}
	memcpy(at, pattern + sequence % 4096, length);
}

uint32_t craft_packet(const struct craft *craft, uint8_t *out)
{
	uint32_t transport = craft_transport(craft), header = craft_header(craft), most = LONGEST - header;
	uint32_t payload = craft->payload < most ? craft->payload : most, length = header + payload;
	uint32_t place = transport + (craft->udp ? 6 : 16);
	struct ip ip;

	write_network(craft, out, craft->cut < length - transport ? length - craft->cut : transport);
	write_transport(craft, out + transport, length - transport);
	write_payload(out + header, payload, craft->sequence);
	check(ip_read(&ip, out, length) && ip.header <= transport);
	ip.protocol = craft->udp ? IPPROTO_UDP : IPPROTO_TCP;
	put16(out + place, pseudo_sum(&ip, length - transport));
	if (craft->whole)
		write_sum(out, transport, length, place);
	return length;
}

void craft_patch(struct input *input, uint8_t *bytes, uint32_t length)
{
	for (uint32_t count = take8(input) % 8; count > 0 && length; count--) {
		uint32_t at = take8(input);

		bytes[at % length] = take8(input);
	}
}

void craft_mend(uint8_t *packet, uint32_t length)
{
	uint32_t place;
	struct ip ip;

	if (!ip_read(&ip, packet, length))
		return;
	if (ip.family == 4)
		write_header_sum(packet, ip.header);
	place = open_place(&ip, packet);
	if (place) {
		put16(packet + place, pseudo_sum(&ip, ip.total - ip.header));
		write_sum(packet, ip.header, ip.total, place);
	}
}
