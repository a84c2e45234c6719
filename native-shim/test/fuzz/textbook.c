#include "textbook.h"

#include <netinet/in.h>
#include <string.h>

#include "splitter.h"

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

bool ip_read(struct ip *ip, const uint8_t *packet, size_t length)
{
	uint32_t version = length ? packet[0] >> 4 : 0;

	*ip = (struct ip){ .family = version };
	if (version == 4 && length >= 20) {
		ip->header = (packet[0] & 15u) * 4;
		ip->total = get16(packet + 2);
		ip->protocol = packet[9];
		ip->fragment = packet[6] & 0x20 || get16(packet + 6) % 8192;
		ip->source = packet + 12;
		ip->destination = packet + 16;
		return ip->header >= 20 && ip->total >= ip->header && ip->total <= length;
	}
	if (version == 6 && length >= 40) {
		bool jumbo = packet[4] == 0 && packet[5] == 0 && packet[6] == 0;

		ip->header = 40;
		ip->total = 40u + get16(packet + 4);
		ip->protocol = packet[6];
		ip->source = packet + 8;
		ip->destination = packet + 24;
		return !jumbo && ip->total <= length;
	}
	return false;
}

static bool is_dhcp(const uint8_t *port)
{
	uint16_t number = get16(port);

	return number == 67 || number == 68 || number == 546 || number == 547;
}

uint32_t open_place(const struct ip *ip, const uint8_t *packet)
{
	const uint8_t *transport = packet + ip->header;
	uint32_t length = ip->total - ip->header;

	if (ip->fragment)
		return 0;
	if (ip->protocol == IPPROTO_TCP)
		return length < 20 ? 0 : ip->header + 16;
	if (ip->protocol != IPPROTO_UDP || length < 8 || get16(transport + 4) != length)
		return 0;
	return is_dhcp(transport) || is_dhcp(transport + 2) ? 0 : ip->header + 6;
}

uint16_t add_sums(uint16_t a, uint16_t b)
{
	return textbook_sum(NULL, 0, (uint32_t)a + b);
}

uint16_t pseudo_sum(const struct ip *ip, uint32_t length)
{
	size_t address = ip->family == 4 ? 4 : 16;

	return textbook_sum(ip->source, address, (uint64_t)textbook_sum(ip->destination, address, ip->protocol) + length);
}

bool sums_equal(uint16_t a, uint16_t b)
{
	return a % 0xffff == b % 0xffff;
}

void write_sum(uint8_t *packet, uint32_t start, uint32_t end, uint32_t place)
{
	uint16_t sum = (uint16_t)~textbook_sum(packet + start, end - start, 0);

	put16(packet + place, sum ? sum : 0xffff);
}

void write_header_sum(uint8_t *packet, uint32_t header)
{
	put16(packet + 10, 0);
	put16(packet + 10, (uint16_t)~textbook_sum(packet, header, 0));
}

static bool type_fits(const struct virtio_header *virtio, const struct ip *ip)
{
	/* TCP over IPv4 and IPv6, with or without the bit for CWR, and UDP over both. */
	if (virtio->gso_type == 5)
		return true;
	return (virtio->gso_type & 0x7f) == (ip->family == 4 ? 1 : 4);
}

bool super_read(struct super_packet *super, const struct virtio_header *virtio, const struct ip *ip, const uint8_t *packet)
{
	bool udp = virtio->gso_type == 5;
	uint32_t start = virtio->checksum_start, least = udp ? 8 : 20;

	if (!type_fits(virtio, ip) || ip->fragment || !(virtio->flags & 1) || virtio->gso_size == 0)
		return false;
	if (virtio->checksum_offset != (udp ? 6 : 16) || start < ip->header || start + least > ip->total)
		return false;
	/* Between the fixed header and the transport's stand extension headers, which only IPv6 has. */
	if (start == ip->header ? ip->protocol != (udp ? IPPROTO_UDP : IPPROTO_TCP) : ip->family == 4)
		return false;
	*super = (struct super_packet){ .transport = start, .size = virtio->gso_size, .udp = udp };
	super->header = start + (udp ? 8 : (packet[start + 12] >> 4) * 4u);
	if (super->header < start + least || super->header >= ip->total)
		return false;
	super->payload = ip->total - super->header;
	super->count = super->payload / super->size + (super->payload % super->size != 0);
	return true;
}

static void change_tcp(const struct super_packet *super, uint32_t i, uint8_t *tcp)
{
	uint32_t sequence = ((uint32_t)get16(tcp + 4) << 16 | get16(tcp + 6)) + i * super->size;

	put16(tcp + 4, sequence >> 16);
	put16(tcp + 6, sequence & 0xffff);
	/* CWR on the first alone, FIN and PSH on the last alone. */
	if (i != 0)
		tcp[13] &= 0x7f;
	if (i != super->count - 1)
		tcp[13] &= 0xf6;
}

uint32_t super_segment(const struct super_packet *super, const uint8_t *packet, uint32_t i, uint8_t *out)
{
	uint32_t begin = i * super->size, left = super->payload - begin;
	uint32_t carried = left < super->size ? left : super->size, length = super->header + carried;

	memcpy(out, packet, super->header);
	memcpy(out + super->header, packet + super->header + begin, carried);
	if (out[0] >> 4 == 4) {
		put16(out + 2, length);
		put16(out + 4, get16(out + 4) + i);
		write_header_sum(out, (out[0] & 15u) * 4);
	} else {
		put16(out + 4, length - 40);
	}
	if (super->udp)
		put16(out + super->transport + 4, length - super->transport);
	else
		change_tcp(super, i, out + super->transport);
	return length;
}

static uint64_t mix(uint64_t hash, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

struct flow_key flow_of(const struct ip *ip, const uint8_t *packet)
{
	struct flow_key key = { .told = !ip->fragment && ip->total - ip->header >= 4 };
	size_t address = ip->family == 4 ? 4 : 16;

	key.told = key.told && (ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP);
	key.addresses = mix(UINT64_C(0xcbf29ce484222325) + ip->family, ip->source, address);
	key.addresses = mix(key.addresses, ip->destination, address);
	key.flow = mix(key.addresses, &ip->protocol, 1);
	if (key.told)
		key.flow = mix(key.flow, packet + ip->header, 4);
	return key;
}
