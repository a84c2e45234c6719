#include "supers.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "transport.h"

uint16_t header_sum(const uint8_t *packet)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < (packet[0] & 15u) * 4; i++)
		sum += (uint32_t)packet[i] << (i % 2 ? 0 : 8);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~(sum + (sum >> 16));
}

/* The sum of the pseudo-header alone: that of the packet with nothing behind its IP header. */
static uint16_t pseudo_sum(const uint8_t *packet, uint32_t header, uint32_t length)
{
	static uint8_t copy[1 << 17];

	memcpy(copy, packet, header);
	memset(copy + header, 0, length - header);
	return (uint16_t)~transport_sum(copy);
}

void super_make(struct super *super, uint64_t *seed)
{
	uint8_t protocol = super->udp ? IPPROTO_UDP : IPPROTO_TCP, *bytes = super->bytes, *transport;
	uint32_t own = super->udp ? UDP_HEADER : TCP_HEADER + super->options, header, length;

	length = (uint32_t)(super->family == 4 ? packet4(bytes, "10.0.0.2", "10.0.1.9", protocol, own + super->payload)
					       : packet6(bytes, "fd00::2", "fd00:1::9", protocol, own + super->payload));
	header = length - own - super->payload;
	transport = bytes + header;
	random_fill(seed, transport, own + super->payload);
	if (super->family == 4) {
		store16_network(bytes + 4, (uint16_t)random_next(seed));
		store16_network(bytes + 10, header_sum(bytes));
	}
	store16_network(transport, 5000);
	if (super->udp) {
		store16_network(transport + 2, 5001);
		store16_network(transport + UDP_LENGTH, (uint16_t)(length - header));
	} else {
		transport[TCP_OFFSET] = (uint8_t)(own / 4 << 4);
		transport[TCP_FLAGS] = super->flags;
	}
	super->virtio = (struct virtio_header){
		.flags = VIRTIO_NEEDS_CHECKSUM,
		.gso_type = super->udp ? VIRTIO_GSO_UDP : super->family == 4 ? VIRTIO_GSO_TCP4 : VIRTIO_GSO_TCP6,
		.header_length = (uint16_t)(header + own),
		.gso_size = (uint16_t)super->size,
		.checksum_start = (uint16_t)header,
		.checksum_offset = super->udp ? UDP_CHECKSUM : TCP_CHECKSUM,
	};
	store16_network(transport + super->virtio.checksum_offset, pseudo_sum(bytes, header, length));
	check(inner_parse(&super->inner, bytes, length));
}
