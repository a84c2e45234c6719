/*
 * The header that stands before each packet of an interface with IFF_VNET_HDR: what the kernel left undone in what it
 * gives us, and what we leave undone in what we give it. Host order. The kernel's own header has it only since 6.2 in full.
 */
#ifndef TV_VIRTIO_H
#define TV_VIRTIO_H

#include <stdint.h>

struct virtio_header {
	uint8_t flags;
	uint8_t gso_type;
	uint16_t header_length;  /* of all headers of a super-packet: a hint */
	uint16_t gso_size;       /* payload bytes of each segment; the last may be shorter */
	uint16_t checksum_start; /* where summing begins */
	uint16_t checksum_offset; /* of the checksum, from there; the field holds the pseudo-header's sum */
};

_Static_assert(sizeof(struct virtio_header) == 10, "the kernel's default size");

#define VIRTIO_NEEDS_CHECKSUM 1
enum { VIRTIO_GSO_NONE = 0, VIRTIO_GSO_TCP4 = 1, VIRTIO_GSO_TCP6 = 4, VIRTIO_GSO_UDP = 5 };
#define VIRTIO_GSO_ECN 0x80 /* beside TCP4 or TCP6: CWR is set, on the first segment alone */

/* The largest packet that the interface gives or takes. */
#define SUPER_MAX 65535

#endif
