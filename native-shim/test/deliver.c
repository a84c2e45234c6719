/* To an interface with virtio headers: a socket pair stands in for it. */
#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "scene.h"
#include "transport.h"
#include "virtio.h"

/* Sends a segment of a TCP stream in the other direction. */
static void send_segment(uint8_t kind, uint32_t sequence, size_t payload)
{
	size_t length = packet4(plaintext, "10.0.1.9", "10.0.0.2", IPPROTO_TCP, TCP_HEADER + payload);

	plaintext[6] = 0x40;
	store32_network(plaintext + 20 + TCP_SEQUENCE, sequence);
	plaintext[20 + TCP_OFFSET] = 0x50;
	plaintext[20 + TCP_FLAGS] = TCP_ACK;
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

static void joins(void)
{
	scene_offloaded(ALL_CAPABILITIES);
	for (uint32_t i = 0; i < 5; i++)
		send_segment(TV_KIND_IP_PARTIAL, 1000 + i * 100, 100);
	/* Whole ones come alone, and in their order. */
	send_segment(TV_KIND_IP, 1500, 100);
	send_segment(TV_KIND_IP, 1600, 100);
	send_segment(TV_KIND_IP_PARTIAL, 1700, 100);
	send_segment(TV_KIND_IP_PARTIAL, 1800, 60);
	send_segment(TV_KIND_IP_PARTIAL, 1860, 60);
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_RX_PACKETS) == 10));
	expect_written(40 + 500, VIRTIO_GSO_TCP4, VIRTIO_NEEDS_CHECKSUM);
	expect_written(140, VIRTIO_GSO_NONE, 0);
	expect_written(140, VIRTIO_GSO_NONE, 0);
	expect_written(40 + 160, VIRTIO_GSO_TCP4, VIRTIO_NEEDS_CHECKSUM);
	expect_written(100, VIRTIO_GSO_NONE, VIRTIO_NEEDS_CHECKSUM);
	check_equal(host_receive(&site, 0, received, sizeof received), -1);
	site.device->offloads = TV_OFFLOAD_CSUM;
	send_segment(TV_KIND_IP_PARTIAL, 1000, 100);
	send_segment(TV_KIND_IP_PARTIAL, 1100, 100);
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_RX_PACKETS) == 12));
	expect_written(140, VIRTIO_GSO_NONE, VIRTIO_NEEDS_CHECKSUM);
	expect_written(140, VIRTIO_GSO_NONE, VIRTIO_NEEDS_CHECKSUM);
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
