#include "coalesce.h"

#include <netinet/in.h>

#include "bytes.h"
#include "checksum.h"
#include "transport.h"

/* Don't fragment: whoever reads identifications ignores them then. */
#define IPV4_DF 0x40

/* What only a packet that stands alone may say. */
#define TCP_ALONE (TCP_SYN | TCP_RST | TCP_URG | TCP_CWR)
/* What only the last may say. */
#define TCP_LAST (TCP_FIN | TCP_PSH)

/* Bytes of all headers of a packet with payload that may have neighbours, else 0. */
static uint32_t joinable_header(const uint8_t *packet, const struct inner *inner)
{
	const uint8_t *transport = packet + inner->header;
	uint32_t header = inner->header + UDP_HEADER;

	if ((inner->family == 4 && inner->header != IPV4_HEADER) || checksum_open_place(packet, inner) == 0)
		return 0;
	if (inner->protocol == IPPROTO_TCP) {
		header = inner->header + tcp_header(transport);
		if (header < inner->header + TCP_HEADER || transport[TCP_FLAGS] & TCP_ALONE || !(transport[TCP_FLAGS] & TCP_ACK))
			return 0;
	}
	return header < inner->length ? header : 0;
}

bool coalesce_begin(struct coalesced *held, uint8_t *packet, const struct inner *inner, bool open)
{
	uint32_t header = joinable_header(packet, inner);

	if (header == 0)
		return false;
	held->count = 1;
	held->full = false;
	held->open = open;
	held->right = false;
	held->first = packet;
	held->inner = *inner;
	held->header = header;
	held->size = inner->length - header;
	held->length = inner->length;
	held->vectors[1] = (struct iovec){ .iov_base = packet, .iov_len = inner->length };
	if (inner->protocol == IPPROTO_TCP) {
		held->last_flags = packet[inner->header + TCP_FLAGS];
		held->sequence = load32_network(packet + inner->header + TCP_SEQUENCE) + held->size;
		held->full = held->last_flags & TCP_LAST;
	}
	return true;
}

/* All of the IP header that does not tell the flow, but lengths, checksum and identification. */
static bool same_network4(const struct coalesced *held, const uint8_t *packet)
{
	const uint8_t *first = held->first;

	if (first[1] != packet[1] || load32(first + 6) != load32(packet + 6))
		return false;
	return (held->own && first[6] & IPV4_DF) || (uint16_t)(load16_network(first + 4) + held->count) == load16_network(packet + 4);
}

static bool same_network6(const uint8_t *first, const uint8_t *packet)
{
	return load32(first) == load32(packet) && first[7] == packet[7];
}

/*
 * All of the TCP header but the ports and what changes from segment to segment. So the first one's flags let others follow,
 * and its header is as long.
 */
static bool same_tcp(const struct coalesced *held, const uint8_t *tcp)
{
	const uint8_t *first = held->first + held->inner.header;
	/* Behind the offset, before the window. */
	const uint32_t last = (uint32_t)TCP_LAST << 8;

	if (load32_network(tcp + TCP_SEQUENCE) != held->sequence || load32(first + TCP_ACKNOWLEDGED) != load32(tcp + TCP_ACKNOWLEDGED) ||
	    (load32(first + TCP_OFFSET) ^ load32(tcp + TCP_OFFSET)) & ~last ||
	    load16_network(first + TCP_URGENT) != load16_network(tcp + TCP_URGENT))
		return false;
	for (uint32_t at = TCP_HEADER; at < held->header - held->inner.header; at += 4)
		if (load32(first + at) != load32(tcp + at))
			return false;
	return true;
}

static bool continues(const struct coalesced *held, const uint8_t *packet, const struct inner *inner)
{
	const uint8_t *transport = packet + inner->header;
	uint32_t payload = inner->length - held->header;

	if (inner->length <= held->header || payload > held->size || held->length + payload > SUPER_MAX)
		return false;
	if (!(inner->family == 4 ? same_network4(held, packet) : same_network6(held->first, packet)))
		return false;
	if (inner->protocol == IPPROTO_UDP)
		return load16_network(transport + UDP_LENGTH) == inner->length - inner->header;
	return same_tcp(held, transport);
}

/* Whether the sums in its headers, as far as they were made, are those that are made when it is split off again. */
static bool sums_right(const uint8_t *packet, const struct inner *inner, bool open)
{
	return (inner->family == 6 || checksum_header4_right(packet)) && (open || checksum_right(packet, inner));
}

bool coalesce_add(struct coalesced *held, uint8_t *packet, const struct inner *inner, bool open)
{
	uint32_t payload;

	if (held->full || !continues(held, packet, inner))
		return false;
	/* Most packets of a flow that has but one of them in a batch are not read for this. */
	held->right = held->right || sums_right(held->first, &held->inner, held->open);
	if (!held->right || !sums_right(packet, inner, open))
		return false;
	payload = inner->length - held->header;
	held->count++;
	held->vectors[held->count] = (struct iovec){ .iov_base = packet + held->header, .iov_len = payload };
	held->length += payload;
	held->full = payload < held->size || held->count == COALESCE_MAX;
	if (inner->protocol == IPPROTO_TCP) {
		held->sequence += payload;
		held->last_flags = packet[inner->header + TCP_FLAGS];
		held->full = held->full || held->last_flags & TCP_LAST;
	}
	return true;
}

struct virtio_header coalesce_leave_open(uint8_t *packet, const struct inner *inner, uint32_t place)
{
	store16_network(packet + place, checksum_pseudo(inner, inner->length - inner->header));
	return (struct virtio_header){ .flags = VIRTIO_NEEDS_CHECKSUM,
				       .checksum_start = (uint16_t)inner->header,
				       .checksum_offset = (uint16_t)(place - inner->header) };
}

static uint8_t gso_type(const struct inner *inner)
{
	if (inner->protocol == IPPROTO_UDP)
		return VIRTIO_GSO_UDP;
	return inner->family == 4 ? VIRTIO_GSO_TCP4 : VIRTIO_GSO_TCP6;
}

/* Of the first packet, which then says that it is as long as all of them. */
static void rewrite_headers(struct coalesced *held)
{
	uint8_t *first = held->first, *transport = first + held->inner.header;

	if (held->inner.family == 4) {
		store16_network(first + 2, (uint16_t)held->length);
		checksum_header4(first, IPV4_HEADER);
	} else {
		store16_network(first + 4, (uint16_t)(held->length - IPV6_HEADER));
	}
	if (held->inner.protocol == IPPROTO_TCP)
		transport[TCP_FLAGS] = held->last_flags;
	else
		store16_network(transport + UDP_LENGTH, (uint16_t)(held->length - held->inner.header));
}

static void finish_joined(struct coalesced *held, uint32_t place)
{
	rewrite_headers(held);
	held->inner.length = held->length;
	held->virtio = coalesce_leave_open(held->first, &held->inner, place);
	held->virtio.gso_type = gso_type(&held->inner);
	held->virtio.gso_size = (uint16_t)held->size;
	held->virtio.header_length = (uint16_t)held->header;
}

uint32_t coalesce_finish(struct coalesced *held)
{
	uint32_t place = checksum_open_place(held->first, &held->inner);

	if (held->count > 1)
		finish_joined(held, place);
	else if (held->open)
		held->virtio = coalesce_leave_open(held->first, &held->inner, place);
	else
		held->virtio = (struct virtio_header){ 0 };
	held->vectors[0] = (struct iovec){ .iov_base = &held->virtio, .iov_len = sizeof held->virtio };
	return held->count + 1;
}
