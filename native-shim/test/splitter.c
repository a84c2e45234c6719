#include "splitter.h"

#include <string.h>

/* Of linux/virtio_net.h. */
enum { NEEDS_CSUM = 1, GSO_NONE = 0, GSO_TCPV4 = 1, GSO_TCPV6 = 4, GSO_UDP_L4 = 5, GSO_ECN = 0x80 };
enum { FIN = 0x01, PSH = 0x08, CWR = 0x80 };

struct virtio_net {
	uint8_t flags, gso_type;
	uint16_t header_length, gso_size, checksum_start, checksum_offset;
};

struct frame {
	struct virtio_net net;
	const uint8_t *packet;
	uint32_t length;
};

static uint32_t get(const uint8_t *at, int bytes)
{
	uint32_t value = 0;

	for (int i = 0; i < bytes; i++)
		value = value * 256 + at[i];
	return value;
}

static void put(uint8_t *at, int bytes, uint32_t value)
{
	for (int i = bytes; i-- > 0; value /= 256)
		at[i] = (uint8_t)(value % 256);
}

uint16_t textbook_sum(const uint8_t *bytes, size_t length, uint64_t start)
{
	uint64_t sum = start;

	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : bytes[i] * 256u;
	while (sum > 0xffff)
		sum = sum / 65536 + sum % 65536;
	return (uint16_t)sum;
}

static uint8_t *append(struct pieces *pieces, uint32_t length)
{
	uint8_t *bytes = pieces->bytes + pieces->used;

	if (pieces->count == PIECES_MAX || length > PIECES_BYTES - pieces->used)
		return NULL;
	pieces->list[pieces->count++] = (struct piece){ pieces->used, length };
	pieces->used += length;
	return bytes;
}

/* Whether a packet is as long as its IP header says, and that header's checksum right. */
static const char *network_complaint(const uint8_t *packet, uint32_t length)
{
	uint32_t header;

	if (length >= 40 && packet[0] >> 4 == 6)
		return get(packet + 4, 2) + 40 == length ? NULL : "the payload length of IPv6";
	if (length < 20 || packet[0] >> 4 != 4)
		return "no IP packet";
	header = packet[0] % 16 * 4u;
	if (header < 20 || header > length)
		return "the header length of IPv4";
	if (get(packet + 2, 2) != length)
		return "the total length of IPv4";
	return textbook_sum(packet, header, 0) == 0xffff ? NULL : "the header checksum of IPv4";
}

static const char *super_complaint(const struct frame *frame, uint32_t header)
{
	uint8_t version = frame->packet[0] >> 4, type = frame->net.gso_type & ~GSO_ECN;
	uint8_t protocol = type == GSO_UDP_L4 ? 17 : 6;

	if (type != GSO_UDP_L4 && type != (version == 4 ? GSO_TCPV4 : GSO_TCPV6))
		return "the GSO type";
	if (type == GSO_UDP_L4 && frame->net.gso_type & GSO_ECN)
		return "ECN of UDP";
	if (!(frame->net.flags & NEEDS_CSUM) || frame->net.checksum_offset != (protocol == 17 ? 6 : 16))
		return "the checksum of a super-packet";
	if (version == 4 && (frame->packet[9] != protocol || frame->net.checksum_start != frame->packet[0] % 16 * 4))
		return "the transport header of IPv4";
	if (version == 6 && frame->net.checksum_start == 40 && frame->packet[6] != protocol)
		return "the transport header of IPv6";
	if (version == 4 && get(frame->packet + 6, 2) & 0x3fff)
		return "a fragment";
	if (frame->net.gso_size == 0 || header >= frame->length || header < frame->net.checksum_start + (protocol == 17 ? 8u : 20u))
		return "the payload of a super-packet";
	if (frame->net.header_length != header)
		return "the length of headers";
	if (protocol == 17 && get(frame->packet + frame->net.checksum_start + 4, 2) != frame->length - frame->net.checksum_start)
		return "the length of UDP";
	return NULL;
}

/* From the sum of the pseudo-header in the field to the checksum. */
static void complete(uint8_t *packet, uint32_t length, uint32_t start, uint32_t place)
{
	uint16_t sum = textbook_sum(packet + start, length - start, 0);

	put(packet + place, 2, sum == 0xffff ? 0xffff : 0xffffu - sum);
}

static void renumber(uint8_t *packet, const struct frame *frame, uint32_t length, uint32_t i, uint32_t last)
{
	uint8_t *transport = packet + frame->net.checksum_start;
	uint32_t header = packet[0] % 16 * 4u, open = get(transport + frame->net.checksum_offset, 2);

	if (packet[0] >> 4 == 4) {
		put(packet + 2, 2, length);
		put(packet + 4, 2, get(packet + 4, 2) + i);
		put(packet + 10, 2, 0);
		put(packet + 10, 2, 0xffffu - textbook_sum(packet, header, 0));
	} else {
		put(packet + 4, 2, length - 40);
	}
	if (frame->net.gso_type == GSO_UDP_L4) {
		put(transport + 4, 2, length - frame->net.checksum_start);
	} else {
		put(transport + 4, 4, get(transport + 4, 4) + i * frame->net.gso_size);
		if (i != last)
			transport[13] &= (uint8_t)~(FIN | PSH);
		if (i != 0)
			transport[13] &= (uint8_t)~CWR;
	}
	/* The pseudo-header's sum had the length of the whole in it: one's complement subtracts by adding all else of 65,535. */
	open += length - frame->net.checksum_start + 65535 - (frame->length - frame->net.checksum_start);
	while (open > 0xffff)
		open = open / 65536 + open % 65536;
	put(transport + frame->net.checksum_offset, 2, open);
	complete(packet, length, frame->net.checksum_start, frame->net.checksum_start + frame->net.checksum_offset);
}

static const char *split(struct pieces *pieces, const struct frame *frame)
{
	const uint8_t *transport = frame->packet + frame->net.checksum_start;
	const char *complaint;
	uint32_t header, payload, last;

	if (frame->net.checksum_start + 20u > frame->length && frame->net.gso_type != GSO_UDP_L4)
		return "a super-packet without a transport header";
	header = frame->net.checksum_start + (frame->net.gso_type == GSO_UDP_L4 ? 8u : transport[12] / 16 * 4u);
	complaint = super_complaint(frame, header);
	if (complaint)
		return complaint;
	payload = frame->length - header;
	last = (payload - 1) / frame->net.gso_size;
	for (uint32_t i = 0; i <= last; i++) {
		uint32_t at = i * frame->net.gso_size, carried = i == last ? payload - at : frame->net.gso_size;
		uint8_t *packet = append(pieces, header + carried);

		if (!packet)
			return "more packets than the test has room for";
		memcpy(packet, frame->packet, header);
		memcpy(packet + header, frame->packet + header + at, carried);
		renumber(packet, frame, header + carried, i, last);
	}
	return NULL;
}

const char *pieces_add(struct pieces *pieces, const uint8_t *framed, size_t length, int headed)
{
	struct frame frame = { .packet = framed, .length = (uint32_t)length };
	const char *complaint;
	uint8_t *packet;

	if (headed) {
		if (length < sizeof frame.net)
			return "no virtio header";
		memcpy(&frame.net, framed, sizeof frame.net);
		frame.packet += sizeof frame.net;
		frame.length -= sizeof frame.net;
	}
	complaint = network_complaint(frame.packet, frame.length);
	if (complaint)
		return complaint;
	if (frame.net.flags & ~NEEDS_CSUM)
		return "unknown flags";
	if (frame.net.gso_type != GSO_NONE)
		return split(pieces, &frame);
	packet = append(pieces, frame.length);
	if (!packet)
		return "more packets than the test has room for";
	memcpy(packet, frame.packet, frame.length);
	if (!(frame.net.flags & NEEDS_CSUM))
		return NULL;
	if (frame.net.checksum_start + frame.net.checksum_offset + 2u > frame.length)
		return "a checksum beyond the packet";
	complete(packet, frame.length, frame.net.checksum_start, frame.net.checksum_start + (uint32_t)frame.net.checksum_offset);
	return NULL;
}
