/* How often events are raised, and how many fit. */
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "scene.h"

static void start(void)
{
	const tv_route route = route_from("10.0.1.0/24", PEER);

	scene_open(4, &route, 1);
	scene_session(usual_session());
}

static void use(void)
{
	scene_endpoint();
	check(tv_session_use(site.handle, INDEX, 0) >= 0);
}

static void no_session_once_a_second(void)
{
	int64_t first;

	start();
	for (int i = 0; i < 20; i++)
		send_one();
	check_equal(site_events(&site, TV_EVENT_NO_SESSION), 1);
	first = site_event(&site, TV_EVENT_NO_SESSION)->event.time_us;
	wait_until((send_one(), site_events(&site, TV_EVENT_NO_SESSION) == 2));
	check(site_event(&site, TV_EVENT_NO_SESSION)->event.time_us - first >= 1000000);
	scene_close();
}

static void moved(void)
{
	tv_endpoint elsewhere = endpoint4(1);
	int64_t first;

	start();
	use();
	receive_one(inbound_packet(plaintext));
	check_equal(site_events(&site, TV_EVENT_MOVED), 0);
	check_equal(tv_peer_endpoint(site.handle, PEER, &elsewhere), 0);
	receive_one(inbound_packet(plaintext));
	check_equal(site_events(&site, TV_EVENT_MOVED), 1);
	const tv_event *event = &site_event(&site, TV_EVENT_MOVED)->event;

	check_equal(event->peer, PEER);
	check_equal(event->index, INDEX);
	check_equal(event->source.port, stranger.port);
	first = event->time_us;
	wait_until((receive_one(0), site_events(&site, TV_EVENT_MOVED) == 2));
	check(site_event(&site, TV_EVENT_MOVED)->event.time_us - first >= 100000);
	scene_close();
}

static void late_packets_move_nothing(void)
{
	tv_endpoint elsewhere = endpoint4(1);

	start();
	use();
	next_counter = 10;
	receive_one(inbound_packet(plaintext));
	check_equal(tv_peer_endpoint(site.handle, PEER, &elsewhere), 0);
	for (next_counter = 1; next_counter < 9;)
		receive_one(inbound_packet(plaintext));
	check_equal(site_events(&site, TV_EVENT_MOVED), 0);
	scene_close();
}

static void unknown_index_by_the_second(void)
{
	uint64_t sent = 0;

	start();
	for (; sent < 60; sent++)
		stranger_send(&stranger, &site, datagram, seal_data(datagram, 900, 0x999, TV_KIND_IP, sent, packet, 16));
	wait_until((site_pump(&site), site_drops(&site, TV_DROP_INDEX) == 60));
	/* Sixty may straddle a second, and then are two seconds' worth. */
	check(site_events(&site, TV_EVENT_UNKNOWN_INDEX) == 20 || site_events(&site, TV_EVENT_UNKNOWN_INDEX) == 40);
	check_equal(site_event(&site, TV_EVENT_UNKNOWN_INDEX)->event.source.port, stranger.port);
	check_equal(site_event(&site, TV_EVENT_UNKNOWN_INDEX)->event.peer, TV_NO_PEER);
	check_equal(site_event(&site, TV_EVENT_UNKNOWN_INDEX)->event.index, 0);
	scene_close();
}

/* Whatever its length: it may have another in that version. */
static void other_versions(void)
{
	static const struct {
		uint8_t head[4];
		size_t length;
		bool told;
	} cases[] = {
		{ { 1, 2, 0, 0 }, 144, true }, { { 1, 0, 0, 0 }, 144, true },  { { 2, 255, 0, 0 }, 84, true }, { { 3, 2, 0, 0 }, 64, true },
		{ { 1, 2, 0, 0 }, 1200, true }, { { 1, 2, 0, 0 }, 4, true },   { { 1, 2, 0, 0 }, 3, false },   { { 1, 2, 1, 0 }, 144, false },
		{ { 1, 2, 0, 1 }, 144, false }, { { 1, 1, 0, 0 }, 145, false }, { { 5, 2, 0, 0 }, 144, false },
	};

	start();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t dropped = 0;

		site_forget(&site);
		memset(datagram, 0, sizeof datagram);
		memcpy(datagram, cases[i].head, 4);
		for (uint32_t reason = 0; reason < TV_DROPS; reason++)
			dropped -= site_drops(&site, reason);
		stranger_send(&stranger, &site, datagram, cases[i].length);
		for (bool done = false; !done;) {
			uint64_t sum = dropped;

			site_pump(&site);
			for (uint32_t reason = 0; reason < TV_DROPS; reason++)
				sum += site_drops(&site, reason);
			done = sum == 1;
		}
		check_equal(site_events(&site, TV_EVENT_OTHER_VERSION), cases[i].told);
		check_equal(site.seen_count, cases[i].told);
		if (!cases[i].told)
			continue;
		check_equal(site_event(&site, TV_EVENT_OTHER_VERSION)->event.index, cases[i].head[1]);
		check_equal(site_event(&site, TV_EVENT_OTHER_VERSION)->event.source.port, stranger.port);
		check_equal(site_event(&site, TV_EVENT_OTHER_VERSION)->event.peer, TV_NO_PEER);
	}
	scene_close();
}

static void other_versions_by_the_second(void)
{
	start();
	memset(datagram, 0, 144);
	memcpy(datagram, (const uint8_t[]){ 1, 2, 0, 0 }, 4);
	for (int i = 0; i < 60; i++)
		stranger_send(&stranger, &site, datagram, 144);
	wait_until((site_pump(&site), site_drops(&site, TV_DROP_VERSION) == 60));
	check(site_events(&site, TV_EVENT_OTHER_VERSION) == 20 || site_events(&site, TV_EVENT_OTHER_VERSION) == 40);
	scene_close();
}

static void unrouted_by_the_second(void)
{
	start();
	for (int i = 0; i < 60; i++)
		host_send(&site, 0, packet, packet4(packet, "10.0.0.2", "192.0.2.1", 17, 8));
	wait_until((site_pump(&site), site_drops(&site, TV_DROP_NO_ROUTE) == 60));
	check(site_events(&site, TV_EVENT_UNROUTED) == 20 || site_events(&site, TV_EVENT_UNROUTED) == 40);
	check_equal(site_event(&site, TV_EVENT_UNROUTED)->event.data_length, 28);
	scene_close();
}

/* A flood of handshakes leaves room for what matters. */
static void a_flood_crowds_out_nothing(void)
{
	uint64_t flood = 0;

	start();
	memset(datagram, 0, 144);
	memcpy(datagram, (const uint8_t[]){ 1, 1, 0, 0 }, 4);
	while (site_drops(&site, TV_DROP_EVENT) == 0 && flood++ < 5000) {
		stranger_send(&stranger, &site, datagram, 144);
		pump_unread();
	}
	check(site_drops(&site, TV_DROP_EVENT) > 0);
	check(load32(site.rings[0]) - load32(site.rings[0] + 64) <= (SITE_RING - TV_RING_HEADER) / 2);
	stranger_send(&stranger, &site, datagram, seal(TV_KIND_IP, inbound_packet(plaintext)));
	wait_until((pump_unread(), site_count(&site, TV_COUNT_RX_PACKETS) == 1));
	site_read_ring(&site, 0);
	check_equal(site_events(&site, TV_EVENT_FIRST_RECEIVED), 1);
	check(site_events(&site, TV_EVENT_HANDSHAKE) > 100);
	scene_close();
}

static void pump_counts_what_it_appended(void)
{
	start();
	memset(datagram, 0, 144);
	memcpy(datagram, (const uint8_t[]){ 1, 1, 0, 0 }, 4);
	for (int i = 0; i < 3; i++)
		stranger_send(&stranger, &site, datagram, 144);
	uint32_t total = 0;

	wait_until((total += (uint32_t)tv_pump(site.handle, 0, site.rings[0], SITE_RING)) == 3);
	site_read_ring(&site, 0);
	check_equal(site.seen_count, 3);
	scene_close();
}

/* Without an event it would stay for a second. However slow the machine is, it does not stay as long each time. */
static void pump_returns_for_an_event(void)
{
	int stayed = 0;
	int64_t before_us;

	start();
	memset(datagram, 0, 144);
	memcpy(datagram, (const uint8_t[]){ 1, 1, 0, 0 }, 4);
	do {
		check(stayed++ < 10);
		before_us = tv_boottime_us();
		stranger_send(&stranger, &site, datagram, 144);
		check_equal(tv_pump(site.handle, 0, site.rings[0], SITE_RING), 1);
	} while (tv_boottime_us() - before_us >= 1000000);
	scene_close();
}

SUITE(rates, { "no session once a second", no_session_once_a_second }, { "moved", moved },
      { "late packets move nothing", late_packets_move_nothing }, { "unknown index by the second", unknown_index_by_the_second },
      { "other versions", other_versions }, { "other versions by the second", other_versions_by_the_second },
      { "unrouted by the second", unrouted_by_the_second }, { "a flood crowds out nothing", a_flood_crowds_out_nothing },
      { "pump counts what it appended", pump_counts_what_it_appended },
      { "pump returns for an event", pump_returns_for_an_event });
