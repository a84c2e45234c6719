#include "segment.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "transport.h"

static bool type_fits(const struct virtio_header *virtio, const struct inner *inner)
{
	switch (virtio->gso_type & ~VIRTIO_GSO_ECN) {
	case VIRTIO_GSO_TCP4:
		return inner->family == 4;
	case VIRTIO_GSO_TCP6:
		return inner->family == 6;
	case VIRTIO_GSO_UDP:
		return virtio->gso_type == VIRTIO_GSO_UDP;
	default:
		return false;
	}
}

/* In IPv6 extension headers may stand between; in IPv4 all is in one header. */
static bool transport_fits(const struct segmentation *plan, const struct inner *inner)
{
	if (inner->fragment || plan->transport < inner->header)
		return false;
	if (plan->transport > inner->header)
		return inner->family == 6;
	return inner->protocol == (plan->udp ? IPPROTO_UDP : IPPROTO_TCP);
}

bool segmentation_plan(struct segmentation *plan, const struct virtio_header *virtio, const uint8_t *packet, const struct inner *inner)
{
	uint32_t least;

	*plan = (struct segmentation){ .transport = virtio->checksum_start, .size = virtio->gso_size, .udp = virtio->gso_type == VIRTIO_GSO_UDP };
	least = plan->udp ? UDP_HEADER : TCP_HEADER;
	if (!type_fits(virtio, inner) || !transport_fits(plan, inner) || !(virtio->flags & VIRTIO_NEEDS_CHECKSUM) || plan->size == 0 ||
	    virtio->checksum_offset != (plan->udp ? UDP_CHECKSUM : TCP_CHECKSUM) || plan->transport + least > inner->length)
		return false;
	plan->header = plan->transport + (plan->udp ? UDP_HEADER : tcp_header(packet + plan->transport));
	if (plan->header < plan->transport + least || plan->header >= inner->length)
		return false;
	plan->payload = inner->length - plan->header;
	plan->count = (plan->payload + plan->size - 1) / plan->size;
	return true;
}

uint32_t segment_length(const struct segmentation *plan, uint32_t i)
{
	uint32_t left = plan->payload - i * plan->size;

	return plan->header + (left < plan->size ? left : plan->size);
}

/* The sum of an IPv4 header's words but for those in which segments differ: length, identification, and the sum itself. */
static uint32_t common_sum4(const uint8_t *packet)
{
	uint32_t header = (packet[0] & 0x0fu) * 4, sum = 0;

	for (uint32_t at = 0; at < header; at += 2)
		if (at != IPV4_LENGTH && at != IPV4_IDENTIFICATION && at != IPV4_CHECKSUM)
			sum += load16_network(packet + at);
	return sum;
}

static void rewrite4(uint8_t *packet, uint32_t length, uint32_t i, uint32_t common)
{
	uint16_t identification = (uint16_t)(load16_network(packet + IPV4_IDENTIFICATION) + i);
	uint32_t sum = common + length + identification;

	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	store16_network(packet + IPV4_LENGTH, (uint16_t)length);
	store16_network(packet + IPV4_IDENTIFICATION, identification);
	store16_network(packet + IPV4_CHECKSUM, (uint16_t)~sum);
}

static void rewrite_tcp(uint8_t *tcp, const struct segmentation *plan, uint32_t i)
{
	store32_network(tcp + TCP_SEQUENCE, load32_network(tcp + TCP_SEQUENCE) + i * plan->size);
	if (i > 0)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	if (i + 1 < plan->count)
		tcp[TCP_FLAGS] &= (uint8_t)~(TCP_FIN | TCP_PSH);
}

/* The pseudo-header's sum stands in the field, but over the whole super-packet's length. */
static void complete_segment(uint8_t *packet, const struct segmentation *plan, uint32_t length)
{
	uint32_t place = plan->transport + (plan->udp ? UDP_CHECKSUM : TCP_CHECKSUM);
	uint32_t whole = plan->header + plan->payload - plan->transport;
	uint32_t sum = load16_network(packet + place) + (uint16_t)~whole + (length - plan->transport);

	sum = (sum & 0xffff) + (sum >> 16);
	store16_network(packet + place, (uint16_t)(sum + (sum >> 16)));
	checksum_finish(packet, length, plan->transport, place);
}

void segment_spread(const struct segmentation *plan, uint8_t *packet, uint32_t stride, bool complete)
{
	bool ipv4 = packet[0] >> 4 == 4;
	uint32_t common = ipv4 ? common_sum4(packet) : 0;

	/* From the last one on: what is still to be moved lies before where it goes. */
	for (uint32_t i = plan->count; i-- > 0;) {
		uint8_t *to = packet + (size_t)i * stride;
		uint32_t length = segment_length(plan, i);

		if (i > 0) {
			memmove(to + plan->header, packet + plan->header + (size_t)i * plan->size, length - plan->header);
			memcpy(to, packet, plan->header);
		}
		if (ipv4)
			rewrite4(to, length, i, common);
		else
			store16_network(to + IPV6_LENGTH, (uint16_t)(length - IPV6_HEADER));
		if (plan->udp)
			store16_network(to + plan->transport + UDP_LENGTH, (uint16_t)(length - plan->transport));
		else
			rewrite_tcp(to + plan->transport, plan, i);
		if (complete)
			complete_segment(to, plan, length);
	}
}
