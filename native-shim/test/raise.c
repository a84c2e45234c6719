/* Events that must not be lost: once each, and again after the ring was full. */
#include "harness.h"
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

static void first_received_once(void)
{
	start();
	for (int i = 0; i < 10; i++)
		receive_one(inbound_packet(plaintext));
	check_equal(site_events(&site, TV_EVENT_FIRST_RECEIVED), 1);
	const tv_event *event = &site_event(&site, TV_EVENT_FIRST_RECEIVED)->event;

	check_equal(event->peer, PEER);
	check_equal(event->index, INDEX);
	check_equal(event->kind, TV_KIND_IP);
	check_equal(event->source.port, stranger.port);
	scene_close();
}

static void first_received_survives_a_full_ring(void)
{
	start();
	fill_ring();
	for (int i = 0; i < 3; i++) {
		stranger_send(&stranger, &site, datagram, seal(TV_KIND_IP, inbound_packet(plaintext)));
		wait_until((pump_unread(), site_count(&site, TV_COUNT_RX_PACKETS) == (uint64_t)i + 1));
	}
	check(site_drops(&site, TV_DROP_EVENT) >= 3);
	check(site_stats(&site, PEER).drops[TV_DROP_EVENT] >= 3);
	empty_ring();
	receive_one(inbound_packet(plaintext));
	check_equal(site_events(&site, TV_EVENT_FIRST_RECEIVED), 1);
	receive_one(inbound_packet(plaintext));
	check_equal(site_events(&site, TV_EVENT_FIRST_RECEIVED), 1);
	scene_close();
}

static void no_session_survives_a_full_ring(void)
{
	start();
	fill_ring();
	host_send(&site, 0, packet, outbound_packet(packet));
	wait_until((pump_unread(), site.device->stage.count == 1));
	empty_ring();
	send_one();
	check_equal(site_events(&site, TV_EVENT_NO_SESSION), 1);
	check_equal(site_event(&site, TV_EVENT_NO_SESSION)->event.peer, PEER);
	scene_close();
}

static void active_once_until_watched_again(void)
{
	start();
	use();
	send_one();
	receive_one(inbound_packet(plaintext));
	check_equal(site_events(&site, TV_EVENT_ACTIVE), 0);
	check_equal(tv_peer_watch(site.handle, PEER), 0);
	receive_one(0);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), 0);
	site_pump(&site);
	check_equal(site_events(&site, TV_EVENT_ACTIVE), 0);
	send_one();
	send_one();
	check_equal(site_events(&site, TV_EVENT_ACTIVE), 1);
	check_equal(site_event(&site, TV_EVENT_ACTIVE)->event.peer, PEER);
	check_equal(site_event(&site, TV_EVENT_ACTIVE)->event.index, INDEX);
	check_equal(tv_peer_watch(site.handle, PEER), 0);
	receive_one(inbound_packet(plaintext));
	receive_one(inbound_packet(plaintext));
	check_equal(site_events(&site, TV_EVENT_ACTIVE), 2);
	scene_close();
}

static void active_survives_a_full_ring(void)
{
	start();
	use();
	check_equal(tv_peer_watch(site.handle, PEER), 0);
	fill_ring();
	host_send(&site, 0, packet, outbound_packet(packet));
	wait_until((pump_unread(), site_count(&site, TV_COUNT_TX_PACKETS) == 1));
	empty_ring();
	send_one();
	check_equal(site_events(&site, TV_EVENT_ACTIVE), 1);
	scene_close();
}

/* The control thread itself sends what is staged; it has no ring. */
static void active_by_the_control_thread(void)
{
	start();
	send_one();
	check_equal(tv_peer_watch(site.handle, PEER), 0);
	use();
	wait_until((site_pump(&site), site_events(&site, TV_EVENT_ACTIVE) == 1));
	check_equal(site_event(&site, TV_EVENT_ACTIVE)->event.peer, PEER);
	scene_close();
}

static void rekey(uint64_t rekey_after, int64_t rekey_in_us)
{
	tv_session_config config = session_between(INDEX + 1, 77, PEER, 901, 900);

	config.rekey_after_messages = rekey_after;
	config.rekey_at_us = tv_boottime_us() + rekey_in_us;
	start();
	use();
	check_equal(tv_session_add(site.handle, &config), 0);
	check_equal(tv_session_use(site.handle, INDEX + 1, 0), 0);
}

static void rekey_by_counter(void)
{
	rekey(3, HOUR_US);
	for (int i = 0; i < 3; i++)
		send_one();
	check_equal(site_events(&site, TV_EVENT_REKEY), 0);
	send_one();
	check_equal(site_events(&site, TV_EVENT_REKEY), 1);
	check_equal(site_event(&site, TV_EVENT_REKEY)->event.index, INDEX + 1);
	check_equal(site_event(&site, TV_EVENT_REKEY)->event.peer, PEER);
	send_one();
	check_equal(site_events(&site, TV_EVENT_REKEY), 1);
	scene_close();
}

static void rekey_by_time(void)
{
	rekey(UINT64_C(1) << 48, 0);
	fill_ring();
	host_send(&site, 0, packet, outbound_packet(packet));
	wait_until((pump_unread(), site_count(&site, TV_COUNT_TX_PACKETS) == 1));
	empty_ring();
	send_one();
	send_one();
	check_equal(site_events(&site, TV_EVENT_REKEY), 1);
	scene_close();
}

static void rekey_by_the_control_thread(void)
{
	rekey(UINT64_C(1) << 48, 0);
	check_equal(tv_session_send(site.handle, INDEX + 1, TV_KIND_IP, NULL, 0, NULL), 0);
	check_equal(tv_session_send(site.handle, INDEX + 1, TV_KIND_IP, NULL, 0, NULL), 0);
	wait_until((site_pump(&site), site_events(&site, TV_EVENT_REKEY) == 1));
	check_equal(site_event(&site, TV_EVENT_REKEY)->event.index, INDEX + 1);
	send_one();
	check_equal(site_events(&site, TV_EVENT_REKEY), 1);
	scene_close();
}

/* A responder steps in only when it has data. */
static void rekey_on_data(void)
{
	tv_session_config config = session_between(INDEX + 1, 77, PEER, 901, 900);

	config.rekey_on_data = 1;
	config.rekey_at_us = tv_boottime_us();
	start();
	use();
	check_equal(tv_session_add(site.handle, &config), 0);
	check_equal(tv_session_use(site.handle, INDEX + 1, 1), 1);
	check_equal(tv_session_send(site.handle, INDEX + 1, TV_KIND_PROBE, packet, 16, NULL), 0);
	site_pump(&site);
	check_equal(site_events(&site, TV_EVENT_REKEY), 0);
	send_one();
	check_equal(site_events(&site, TV_EVENT_REKEY), 1);
	scene_close();
}

SUITE(raise, { "first received, once", first_received_once },
      { "first received survives a full ring", first_received_survives_a_full_ring },
      { "no session survives a full ring", no_session_survives_a_full_ring },
      { "active once until watched again", active_once_until_watched_again },
      { "active survives a full ring", active_survives_a_full_ring },
      { "active by the control thread", active_by_the_control_thread }, { "rekey by counter", rekey_by_counter },
      { "rekey by time, past a full ring", rekey_by_time }, { "rekey by the control thread", rekey_by_the_control_thread },
      { "rekey on data alone", rekey_on_data });
