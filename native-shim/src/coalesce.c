#include "coalesce.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "transport.h"

/* Don't fragment: identifications then mean nothing. */
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

	if (inner->family == 4 && (inner->header != IPV4_HEADER || inner->fragment))
		return 0;
	if (inner->protocol == IPPROTO_TCP) {
		header = inner->header + tcp_header(transport);
		if (header < inner->header + TCP_HEADER || transport[TCP_FLAGS] & TCP_ALONE || !(transport[TCP_FLAGS] & TCP_ACK))
			return 0;
	} else if (inner->protocol != IPPROTO_UDP) {
		return 0;
	}
	return header < inner->length ? header : 0;
}

void coalesce_begin(struct coalesced *held, uint8_t *packet, const struct inner *inner, uint32_t place, bool joins)
{
	uint32_t header = joins ? joinable_header(packet, inner) : 0;

	held->count = 1;
	held->first = packet;
	held->inner = *inner;
	held->header = header;
	held->length = inner->length;
	held->virtio = (struct virtio_header){ .flags = VIRTIO_NEEDS_CHECKSUM,
					       .checksum_start = (uint16_t)inner->header,
					       .checksum_offset = (uint16_t)(place - inner->header) };
	held->vectors[1] = (struct iovec){ .iov_base = packet, .iov_len = inner->length };
	held->full = header == 0;
	if (held->full)
		return;
	held->size = inner->length - header;
	if (inner->protocol == IPPROTO_TCP) {
		held->last_flags = packet[inner->header + TCP_FLAGS];
		held->sequence = load32_network(packet + inner->header + TCP_SEQUENCE) + held->size;
		held->full = held->last_flags & TCP_LAST;
	}
}

/* All of the IP header but lengths, checksum and identification. */
static bool same_network4(const struct coalesced *held, const uint8_t *packet)
{
	const uint8_t *first = held->first;

	if (first[1] != packet[1] || memcmp(first + 6, packet + 6, 4) != 0 || memcmp(first + 12, packet + 12, 8) != 0)
		return false;
	return first[6] & IPV4_DF || (uint16_t)(load16_network(first + 4) + held->count) == load16_network(packet + 4);
}

static bool same_network6(const uint8_t *first, const uint8_t *packet)
{
	return memcmp(first, packet, 4) == 0 && memcmp(first + 6, packet + 6, IPV6_HEADER - 6) == 0;
}

/* All of the TCP header but what changes from segment to segment. */
static bool continues_tcp(const struct coalesced *held, const uint8_t *tcp)
{
	const uint8_t *first = held->first + held->inner.header;
	uint32_t options = held->header - held->inner.header - TCP_HEADER;

	return load32(first) == load32(tcp) && load32_network(tcp + TCP_SEQUENCE) == held->sequence &&
	       memcmp(first + TCP_ACKNOWLEDGED, tcp + TCP_ACKNOWLEDGED, TCP_FLAGS - TCP_ACKNOWLEDGED) == 0 &&
	       ((first[TCP_FLAGS] ^ tcp[TCP_FLAGS]) & ~TCP_LAST) == 0 && memcmp(first + TCP_WINDOW, tcp + TCP_WINDOW, 2) == 0 &&
	       memcmp(first + TCP_URGENT, tcp + TCP_URGENT, 2 + options) == 0;
}

static bool continues(const struct coalesced *held, const uint8_t *packet, const struct inner *inner)
{
	uint32_t header = joinable_header(packet, inner);
	const uint8_t *transport = packet + inner->header;

	if (header == 0 || header != held->header || inner->family != held->inner.family || inner->protocol != held->inner.protocol)
		return false;
	if (inner->length - header > held->size || held->length + (inner->length - header) > SUPER_MAX)
		return false;
	if (!(inner->family == 4 ? same_network4(held, packet) : same_network6(held->first, packet)))
		return false;
	/* Of UDP the ports. */
	return inner->protocol == IPPROTO_TCP ? continues_tcp(held, transport) : load32(held->first + inner->header) == load32(transport);
}

bool coalesce_add(struct coalesced *held, uint8_t *packet, const struct inner *inner)
{
	uint32_t payload;

	if (held->full || !continues(held, packet, inner))
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

static void rewrite_headers(struct coalesced *held)
{
	uint8_t *first = held->first, *transport = first + held->inner.header;

	if (held->inner.family == 4) {
		store16_network(first + 2, (uint16_t)held->length);
		checksum_header4(first, IPV4_HEADER);
		held->virtio.gso_type = VIRTIO_GSO_TCP4;
	} else {
		store16_network(first + 4, (uint16_t)(held->length - IPV6_HEADER));
		held->virtio.gso_type = VIRTIO_GSO_TCP6;
	}
	if (held->inner.protocol == IPPROTO_TCP) {
		transport[TCP_FLAGS] = held->last_flags;
	} else {
		store16_network(transport + UDP_LENGTH, (uint16_t)(held->length - held->inner.header));
		held->virtio.gso_type = VIRTIO_GSO_UDP;
	}
	held->virtio.gso_size = (uint16_t)held->size;
	held->virtio.header_length = (uint16_t)held->header;
}

void coalesce_finish(struct coalesced *held)
{
	const struct virtio_header *virtio = &held->virtio;

	if (held->count > 1)
		rewrite_headers(held);
	store16_network(held->first + virtio->checksum_start + virtio->checksum_offset,
			checksum_pseudo(&held->inner, held->length - held->inner.header));
	held->vectors[0] = (struct iovec){ .iov_base = &held->virtio, .iov_len = sizeof held->virtio };
}
