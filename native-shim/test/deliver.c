/* To an interface with virtio headers: a socket pair stands in for it. */
#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "harness.h"
#include "packets.h"
#include "scene.h"
#include "transport.h"
#include "virtio.h"

/* Sends a segment of a TCP stream, of up to 100 bytes, that has so many before it. */
static void send_segment(uint8_t kind, uint32_t number, size_t payload)
{
	size_t length = packet4(plaintext, "10.0.1.9", "10.0.0.2", IPPROTO_TCP, TCP_HEADER + payload);
	struct inner inner;

	store16_network(plaintext + 4, (uint16_t)number);
	checksum_header4(plaintext, IPV4_HEADER);
	store32_network(plaintext + 20 + TCP_SEQUENCE, number * 100);
	plaintext[20 + TCP_OFFSET] = 0x50;
	plaintext[20 + TCP_FLAGS] = TCP_ACK;
	check(inner_parse(&inner, plaintext, length));
	if (kind == TV_KIND_IP)
		checksum_complete(plaintext, &inner);
	stranger_send(&stranger, &site, datagram, seal(kind, length));
}

static void expect_written(size_t length, uint8_t gso_type, uint8_t flags)
{
	struct virtio_header virtio;

	check_equal(host_receive(&site, 0, received, sizeof received), sizeof virtio + length);
	memcpy(&virtio, received, sizeof virtio);
	check_equal(virtio.gso_type, gso_type);
	check_equal(virtio.flags, flags);
	check_equal(load16_network(received + sizeof virtio + 2), length);
}

/* A row of them, as it comes through the whole of a device. */
static void joins(void)
{
	scene_offloaded(ALL_CAPABILITIES);
	for (uint32_t i = 0; i < 5; i++)
		send_segment(TV_KIND_IP_PARTIAL, i, 100);
	send_segment(TV_KIND_IP, 5, 100);
	send_segment(TV_KIND_IP, 6, 100);
	send_segment(TV_KIND_IP_PARTIAL, 7, 60);
	send_segment(TV_KIND_IP_PARTIAL, 8, 60);
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_RX_PACKETS) == 9));
	expect_written(40 + 760, VIRTIO_GSO_TCP4, VIRTIO_NEEDS_CHECKSUM);
	expect_written(100, VIRTIO_GSO_NONE, VIRTIO_NEEDS_CHECKSUM);
	check_equal(host_receive(&site, 0, received, sizeof received), -1);
	/* What may not travel open. */
	stranger_send(&stranger, &site, datagram, seal(TV_KIND_IP_PARTIAL, packet4(plaintext, "10.0.1.9", "10.0.0.2", IPPROTO_ICMP, 40)));
	wait_until((site_pump(&site), site_drops(&site, TV_DROP_INNER) == 1));
	check_equal(host_receive(&site, 0, received, sizeof received), -1);
	scene_close();
}

/* A packet of the control thread's own stands behind a header as well. */
static void from_the_control_thread(void)
{
	size_t length;

	scene_offloaded(ALL_CAPABILITIES);
	length = inbound_packet(packet);
	check_equal(tv_device_write(site.handle, packet, (uint32_t)length), 0);
	expect_written(length, VIRTIO_GSO_NONE, 0);
	scene_close();
}

/* Duplicates within one batch: each was fresh before any was opened. */
static void replayed_within_a_batch(void)
{
	size_t length;

	scene_offloaded(ALL_CAPABILITIES);
	length = seal(TV_KIND_IP, inbound_packet(plaintext));
	for (int i = 0; i < 4; i++)
		stranger_send(&stranger, &site, datagram, length);
	wait_until((site_pump(&site), site_drops(&site, TV_DROP_REPLAY) == 3));
	expect_written(53, VIRTIO_GSO_NONE, 0);
	check_equal(host_receive(&site, 0, received, sizeof received), -1);
	scene_close();
}

SUITE(deliver, { "joins what comes in a row", joins }, { "writes of the control thread", from_the_control_thread },
      { "replayed within a batch", replayed_within_a_batch });
