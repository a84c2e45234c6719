/* Super-packets and open checksums of an interface with virtio headers, to the wire: a socket pair stands in for it. */
#include "offload.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "scene.h"
#include "supers.h"
#include "transport.h"

static struct super super;
static uint8_t framed[1 << 17];

static void use(void)
{
	scene_endpoint();
	check_equal(tv_session_use(site.handle, INDEX, 0), 0);
}

static void make(int family, bool udp, uint32_t size, uint32_t payload)
{
	uint64_t seed = 5;

	super = (struct super){ .family = family, .udp = udp, .options = udp ? 0 : 12, .flags = TCP_ACK | TCP_PSH, .size = size, .payload = payload };
	super_make(&super, &seed);
}

static size_t frame(void)
{
	memcpy(framed, &super.virtio, sizeof super.virtio);
	memcpy(framed + sizeof super.virtio, super.bytes, super.inner.length);
	return sizeof super.virtio + super.inner.length;
}

static void send_super(void)
{
	size_t length = frame();

	host_send(&site, 0, framed, length);
}

/* What comes out of the super-packet, in order. whole: with checksums complete. */
static void expect_segments(bool whole)
{
	uint32_t header = super.virtio.header_length;

	for (uint32_t at = 0, i = 0; at < super.payload; at += super.size, i++) {
		uint32_t left = super.payload - at, carried = left < super.size ? left : super.size;

		check(next_plaintext() >= (int)(header + carried));
		check_equal(datagram[1], whole ? TV_KIND_IP : TV_KIND_IP_PARTIAL);
		check_equal(load64(datagram + 8), i);
		check(memcmp(plaintext + header, super.bytes + header + at, carried) == 0);
		check_equal(load16_network(plaintext + (super.family == 4 ? 2 : 4)), header + carried - (super.family == 4 ? 0 : 40));
		if (whole)
			check_equal(transport_sum(plaintext), 0);
	}
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
}

static void splits(void)
{
	for (int family = 4; family <= 6; family += 2)
		for (int udp = 0; udp < 2; udp++)
			for (int partial = 0; partial < 2; partial++) {
				scene_offloaded(partial ? ALL_CAPABILITIES : (uint32_t)~CAPABILITY_PARTIAL);
				use();
				make(family, udp, 1300, 40000);
				send_super();
				expect_segments(!partial);
				check_equal(site_stats(&site, PEER).tx_packets, 31);
				check_equal(site_count(&site, TV_COUNT_TX_BYTES), site_stats(&site, PEER).tx_bytes);
				scene_close();
			}
}

/* More segments than one call takes, and than stand in the arena beside what came before. */
static void splits_into_many(void)
{
	scene_offloaded(ALL_CAPABILITIES);
	use();
	make(4, false, 40, 65000);
	for (int i = 0; i < 3; i++) {
		send_super();
		wait_until((site_pump(&site), site_count(&site, TV_COUNT_TX_PACKETS) + site_drops(&site, TV_DROP_SEND_FULL) == 1625u * (unsigned int)(i + 1)));
		while (stranger_receive(&stranger, datagram, sizeof datagram) >= 0)
			check(stranger_open_data(&stranger, datagram, 32 + 96, plaintext) == 96);
	}
	/* What fits nowhere is refused whole. */
	make(4, false, 1, 65000);
	send_super();
	wait_until((site_pump(&site), site_drops(&site, TV_DROP_MALFORMED) == 65000));
	scene_close();
}

static void stages_segments(void)
{
	scene_offloaded(ALL_CAPABILITIES);
	scene_endpoint();
	make(6, false, 1000, 5500);
	send_super();
	wait_until((site_pump(&site), site.device->stage.count == 6));
	check_equal(site_events(&site, TV_EVENT_NO_SESSION), 1);
	check_equal(tv_session_use(site.handle, INDEX, 0), 6);
	expect_segments(true);
	scene_close();
}

static void expect_refused(uint32_t reason, size_t length, uint64_t count)
{
	uint64_t before = site_drops(&site, reason);

	host_send(&site, 0, framed, length);
	wait_until((site_pump(&site), site_drops(&site, reason) == before + count));
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
}

static void refuses(void)
{
	scene_offloaded(ALL_CAPABILITIES);
	use();
	make(4, false, 1000, 5500);
	expect_refused(TV_DROP_MALFORMED, 1, 1);
	expect_refused(TV_DROP_MALFORMED, 9, 1);
	frame();
	expect_refused(TV_DROP_MALFORMED, sizeof super.virtio, 1);
	expect_refused(TV_DROP_MALFORMED, frame() - 1, 1);
	super.virtio.gso_size = 0;
	expect_refused(TV_DROP_MALFORMED, frame(), 1);
	make(4, false, SITE_MTU - 51, 5500);
	expect_refused(TV_DROP_TOO_BIG, frame(), 5);
	/* No super-packet, but as long as one. */
	make(4, false, 1000, 5500);
	super.virtio.gso_type = VIRTIO_GSO_NONE;
	expect_refused(TV_DROP_TOO_BIG, frame(), 1);
	/* A checksum beyond the packet. */
	make(4, true, 1000, 500);
	super.virtio.gso_type = VIRTIO_GSO_NONE;
	super.virtio.checksum_start = (uint16_t)(super.inner.length - 7);
	expect_refused(TV_DROP_MALFORMED, frame(), 1);
	super.virtio.checksum_start = UINT16_MAX;
	super.virtio.checksum_offset = UINT16_MAX;
	expect_refused(TV_DROP_MALFORMED, frame(), 1);
	scene_close();
}

/* A plain packet whose checksum the kernel left open. */
static void expect_plain(uint8_t kind)
{
	super.virtio.gso_type = VIRTIO_GSO_NONE;
	send_super();
	check(next_plaintext() >= (int)super.inner.length);
	check_equal(datagram[1], kind);
	if (kind == TV_KIND_IP)
		check_equal(transport_sum(plaintext), 0);
}

static void open_checksums(void)
{
	static const uint16_t below_kernel[] = { 67, 68, 546, 547 };

	scene_offloaded(ALL_CAPABILITIES);
	use();
	for (int family = 4; family <= 6; family += 2) {
		make(family, true, 1000, 500);
		expect_plain(TV_KIND_IP_PARTIAL);
		make(family, false, 1000, 500);
		expect_plain(TV_KIND_IP_PARTIAL);
		for (size_t i = 0; i < 8; i++) {
			make(family, true, 1000, 500);
			store16_network(super.bytes + super.inner.header + i / 4 * 2, below_kernel[i % 4]);
			expect_plain(TV_KIND_IP);
		}
	}
	/* Open in another place than the outermost TCP or UDP: only its kernel knows that one. */
	make(4, true, 1000, 500);
	super.virtio.gso_type = VIRTIO_GSO_NONE;
	super.virtio.checksum_start += 100;
	send_super();
	check(next_plaintext() >= (int)super.inner.length);
	check_equal(datagram[1], TV_KIND_IP);
	check(memcmp(plaintext, super.bytes, 126) == 0);
	check(memcmp(plaintext + 126, super.bytes + 126, 2) != 0);
	check(memcmp(plaintext + 128, super.bytes + 128, super.inner.length - 128) == 0);
	/* Complete already. */
	make(4, true, 1000, 500);
	super.virtio = (struct virtio_header){ 0 };
	send_super();
	check(next_plaintext() > 0);
	check_equal(datagram[1], TV_KIND_IP);
	check(memcmp(plaintext, super.bytes, super.inner.length) == 0);
	scene_close();
	scene_offloaded((uint32_t)~CAPABILITY_PARTIAL);
	use();
	make(4, false, 1000, 500);
	expect_plain(TV_KIND_IP);
	scene_close();
}

/* Neighbours of any lengths, one batch: each is the datagram that it was. */
static void gathers(void)
{
	static const uint16_t payloads[] = { 100, 200, 100, 100, 50, 50, 100, 1000, 1300, 1300, 1300, 10, 1300 };

	scene_offloaded(ALL_CAPABILITIES);
	use();
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
			make(4, true, 1400, payloads[i]);
			super.virtio.gso_type = VIRTIO_GSO_NONE;
			send_super();
		}
		for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
			size_t padded = (28 + payloads[i] + 15u) / 16 * 16;

			check_equal(next_plaintext(), padded < SITE_MTU ? padded : SITE_MTU);
			check_equal(load16_network(plaintext + 2), 28 + payloads[i]);
		}
	}
	check_equal(site_stats(&site, PEER).tx_packets, 39);
	scene_close();
}

static void what_was_obtained(void)
{
	scene_offloaded(ALL_CAPABILITIES);
	check(tv_offloads(site.handle) & TV_OFFLOAD_TSO);
	check_equal(tv_offloads(-1), -EBADF);
	scene_close();
	/* A socket pair has no virtio header. */
	scene_open(4, NULL, 0);
	check(!site.device->queues[0].virtio);
	check_equal(tv_offloads(site.handle) & (TV_OFFLOAD_CSUM | TV_OFFLOAD_TSO | TV_OFFLOAD_USO), 0);
	scene_close();
}

SUITE(offload, { "splits super-packets", splits }, { "splits into many", splits_into_many }, { "stages segments whole", stages_segments },
      { "refuses what contradicts itself", refuses }, { "open checksums", open_checksums },
      { "gathers neighbours of any lengths", gathers }, { "what was obtained", what_was_obtained });
