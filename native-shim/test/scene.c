#include "scene.h"

#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"

struct site site;
struct stranger stranger;
uint8_t packet[70000], plaintext[70000], datagram[70000], received[70000];
uint64_t next_counter;

static uint32_t outer_family;

void scene_open(uint32_t family, const tv_route *routes, uint32_t count)
{
	scene_open_as(&site_defaults, family, routes, count);
}

void scene_open_as(const tv_device_config *config, uint32_t family, const tv_route *routes, uint32_t count)
{
	outer_family = family;
	site_open(&site, config);
	stranger_open(&stranger, family);
	stranger.send_seed = 900;
	stranger.receive_seed = 901;
	check_equal(tv_peer_add(site.handle, PEER), 0);
	check_equal(tv_routes_set(site.handle, routes, count), 0);
}

void scene_offloaded(uint32_t capabilities)
{
	const tv_route routes[] = { route_from("10.0.1.0/24", PEER), route_from("fd00:1::/64", PEER) };
	tv_session_config config = usual_session();

	config.capabilities &= capabilities;
	scene_open_as(&(tv_device_config){ .queues = 1, .mtu = SITE_MTU, .peers_max = 8, .staged_max = 256, .staged_max_peer = 256 }, 4, routes, 2);
	site.device->queues[0].virtio = true;
	site.device->offloads |= TV_OFFLOAD_CSUM | TV_OFFLOAD_TSO | TV_OFFLOAD_USO;
	scene_session(config);
}

void scene_close(void)
{
	stranger_close(&stranger);
	site_close(&site);
}

void scene_endpoint(void)
{
	tv_endpoint endpoint = outer_family == 4 ? endpoint4(stranger.port) : endpoint6(stranger.port);

	check_equal(tv_peer_endpoint(site.handle, PEER, &endpoint), 0);
}

tv_session_config usual_session(void)
{
	return session_between(INDEX, REMOTE, PEER, 901, 900);
}

void scene_session(tv_session_config config)
{
	check_equal(tv_session_add(site.handle, &config), 0);
	stranger.index = config.index;
	next_counter = 0;
}

size_t outbound_packet(uint8_t *out)
{
	return packet4(out, "10.0.0.2", "10.0.1.9", 17, 33);
}

size_t inbound_packet(uint8_t *out)
{
	return packet4(out, "10.0.1.9", "10.0.0.2", 17, 33);
}

size_t seal(uint8_t kind, size_t length)
{
	return seal_data(datagram, stranger.send_seed, stranger.index, kind, next_counter++, plaintext, length);
}

static void expect_one_drop(const uint64_t *before, uint32_t reason)
{
	uint64_t after[TV_COUNTERS];

	wait_until((site_pump(&site), site_drops(&site, reason) == before[TV_COUNT_DROPS + reason] + 1));
	check_equal(tv_counters_read(site.handle, after), 0);
	for (uint32_t other = 0; other < TV_DROPS; other++)
		if (other != reason)
			check_equal(after[TV_COUNT_DROPS + other], before[TV_COUNT_DROPS + other]);
}

void expect_datagram_dropped(uint32_t reason, size_t length)
{
	uint64_t before[TV_COUNTERS];

	check_equal(tv_counters_read(site.handle, before), 0);
	stranger_send(&stranger, &site, datagram, length);
	expect_one_drop(before, reason);
	check_equal(host_receive(&site, 0, received, sizeof received), -1);
}

void expect_packet_dropped(uint32_t reason, size_t length)
{
	uint64_t before[TV_COUNTERS];

	check_equal(tv_counters_read(site.handle, before), 0);
	host_send(&site, 0, packet, length);
	expect_one_drop(before, reason);
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
}

void expect_delivered(size_t length, const uint8_t *wanted, size_t wanted_length)
{
	int got = -1;

	stranger_send(&stranger, &site, datagram, length);
	wait_until((site_pump(&site), got = host_receive(&site, 0, received, sizeof received)) >= 0);
	check_equal(got, wanted_length);
	check(memcmp(received, wanted, wanted_length) == 0);
}

int next_plaintext(void)
{
	int length = -1;

	wait_until((site_pump(&site), length = stranger_receive(&stranger, datagram, sizeof datagram)) >= 0);
	check_equal(load32(datagram + 4), REMOTE);
	return stranger_open_data(&stranger, datagram, (size_t)length, plaintext);
}

void stage_packets(uint8_t count)
{
	for (uint8_t i = 0; i < count; i++) {
		size_t length = outbound_packet(packet);

		packet[length - 1] = i;
		host_send(&site, 0, packet, length);
	}
	wait_until((site_pump(&site), site.device->stage.count == count));
}

void receive_one(size_t length)
{
	uint64_t before = site_count(&site, TV_COUNT_RX_PACKETS);

	stranger_send(&stranger, &site, datagram, seal(TV_KIND_IP, length));
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_RX_PACKETS) == before + 1));
}

static uint64_t sent_or_staged(void)
{
	return site_count(&site, TV_COUNT_TX_PACKETS) + site.device->stage.count + site_drops(&site, TV_DROP_STAGED);
}

void send_one(void)
{
	uint64_t before = sent_or_staged();

	host_send(&site, 0, packet, outbound_packet(packet));
	wait_until((site_pump(&site), sent_or_staged() > before));
}

void fill_ring(void)
{
	store32(site.rings[0] + 64, load32(site.rings[0]) - (SITE_RING - TV_RING_HEADER));
}

void empty_ring(void)
{
	store32(site.rings[0] + 64, load32(site.rings[0]));
}

void pump_unread(void)
{
	check_equal(tv_wake(site.handle, 0), 0);
	check(tv_pump(site.handle, 0, site.rings[0], SITE_RING) >= 0);
}
