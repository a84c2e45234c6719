/* Packets from the host: sealed and sent, staged, or dropped. */
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "scene.h"

static void start_bare(uint32_t family)
{
	const tv_route routes[] = { route_from("10.0.1.0/24", PEER), route_from("fd00:1::/64", PEER), route_from("10.0.1.1/32", TV_NO_PEER),
				    route_from("10.9.0.0/16", 60) };

	scene_open(family, routes, sizeof routes / sizeof *routes);
}

static void start_with(uint32_t family, tv_session_config config)
{
	start_bare(family);
	scene_endpoint();
	scene_session(config);
	check_equal(tv_session_use(site.handle, INDEX, 0), 0);
}

static void sealed_and_padded(void)
{
	start_with(4, usual_session());
	for (size_t payload = 0; payload < 40; payload++) {
		size_t length = packet4(packet, "10.0.0.2", "10.0.1.9", 17, payload);

		host_send(&site, 0, packet, length);
		check_equal(next_plaintext(), (length + 15) / 16 * 16);
		check_equal(datagram[1], TV_KIND_IP);
		check_equal(load64(datagram + 8), payload);
		check(memcmp(plaintext, packet, length) == 0);
		for (size_t at = length; at % 16; at++)
			check_equal(plaintext[at], 0);
	}
	check_equal(site_count(&site, TV_COUNT_TX_PACKETS), 40);
	check_equal(site_stats(&site, PEER).tx_packets, 40);
	check_equal(site_stats(&site, PEER).tx_bytes, site_count(&site, TV_COUNT_TX_BYTES));
	check(site_stats(&site, PEER).sent_at_us > 0);
	check(site_stats(&site, PEER).unanswered_sent_at_us > 0);
	scene_close();
}

static void padding_within_the_mtu(void)
{
	start_with(6, usual_session());
	for (size_t length = SITE_MTU - 20; length <= SITE_MTU; length++) {
		size_t padded = (length + 15) / 16 * 16;

		packet6(packet, "fd00::2", "fd00:1::9", 17, length - 40);
		host_send(&site, 0, packet, length);
		check_equal(next_plaintext(), padded < SITE_MTU ? padded : SITE_MTU);
	}
	packet6(packet, "fd00::2", "fd00:1::9", 17, SITE_MTU + 1 - 40);
	expect_packet_dropped(TV_DROP_TOO_BIG, SITE_MTU + 1);
	packet6(packet, "fd00::2", "fd00:1::9", 17, 3000);
	expect_packet_dropped(TV_DROP_TOO_BIG, 3040);
	scene_close();
}

static void malformed_and_unrouted(void)
{
	size_t length;

	start_with(4, usual_session());
	length = outbound_packet(packet);
	packet[0] = 0x15;
	expect_packet_dropped(TV_DROP_MALFORMED, length);
	length = outbound_packet(packet);
	packet[3]++;
	expect_packet_dropped(TV_DROP_MALFORMED, length);
	expect_packet_dropped(TV_DROP_MALFORMED, 3);
	check_equal(site_events(&site, TV_EVENT_UNROUTED), 0);
	/* No prefix; an address of ours; a peer that is not there. */
	expect_packet_dropped(TV_DROP_NO_ROUTE, packet4(packet, "10.0.0.2", "10.0.2.9", 17, 8));
	expect_packet_dropped(TV_DROP_NO_ROUTE, packet4(packet, "10.0.0.2", "10.0.1.1", 17, 8));
	expect_packet_dropped(TV_DROP_NO_ROUTE, packet4(packet, "10.0.0.2", "10.9.1.1", 17, 600));
	check_equal(site_events(&site, TV_EVENT_UNROUTED), 3);
	const struct seen *seen = site_event(&site, TV_EVENT_UNROUTED);

	check_equal(seen->event.kind, 0);
	check_equal(seen->event.peer, TV_NO_PEER);
	check_equal(seen->event.data_length, 512);
	check(memcmp(seen->data, packet, 512) == 0);
	scene_close();
}

static void without_endpoint(void)
{
	const tv_endpoint none = { 0 };

	start_with(4, usual_session());
	check_equal(tv_peer_endpoint(site.handle, PEER, &none), 0);
	expect_packet_dropped(TV_DROP_NO_ENDPOINT, outbound_packet(packet));
	check_equal(site_event(&site, TV_EVENT_UNROUTED)->event.kind, 1);
	check_equal(site_event(&site, TV_EVENT_UNROUTED)->event.peer, PEER);
	check_equal(site_events(&site, TV_EVENT_NO_SESSION), 0);
	check_equal(site_stats(&site, PEER).drops[TV_DROP_NO_ENDPOINT], 1);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), -EDESTADDRREQ);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, &none), -EDESTADDRREQ);
	check_equal(tv_session_use(site.handle, INDEX, 1), 0);
	scene_endpoint();
	host_send(&site, 0, packet, outbound_packet(packet));
	check_equal(next_plaintext(), 64);
	scene_close();
}

static void capability_to_send(void)
{
	tv_session_config config = usual_session();

	config.capabilities = CAPABILITY_PROBE | CAPABILITY_CONTROL;
	start_with(4, config);
	expect_packet_dropped(TV_DROP_KIND, outbound_packet(packet));
	check_equal(tv_session_use(site.handle, INDEX, 1), 0);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), -EOPNOTSUPP);
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
	scene_close();
}

static void announced(void)
{
	start_with(4, usual_session());
	check_equal(tv_session_use(site.handle, INDEX, 1), 1);
	check_equal(next_plaintext(), 0);
	check_equal(datagram[1], TV_KIND_IP);
	check_equal(site_stats(&site, PEER).unanswered_sent_at_us, 0);
	check(site_stats(&site, PEER).sent_at_us > 0);
	check_equal(tv_session_use(site.handle, INDEX, 0), 0);
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
	scene_close();
}

static void last_counters(void)
{
	tv_session_config config = usual_session();

	config.first_counter = config.reject_after_messages - 2;
	config.rekey_after_messages = config.reject_after_messages - 1;
	start_with(4, config);
	host_send(&site, 0, packet, outbound_packet(packet));
	check_equal(next_plaintext(), 64);
	check_equal(load64(datagram + 8), config.first_counter);
	check_equal(site_events(&site, TV_EVENT_REKEY), 0);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), 0);
	check_equal(next_plaintext(), 0);
	check_equal(load64(datagram + 8), config.first_counter + 1);
	/* Raised for the control thread by the queue. */
	wait_until((site_pump(&site), site_events(&site, TV_EVENT_REKEY) == 1));
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), -ETIME);
	stage_packets(1);
	check_equal(site_events(&site, TV_EVENT_NO_SESSION), 1);
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
	scene_close();
}

/* Nobody listens there: ICMP errors come back, and neither direction minds. */
static void survives_icmp_errors(void)
{
	tv_endpoint nowhere;

	start_with(4, usual_session());
	for (uint32_t family = 4; family <= 6; family += 2) {
		struct stranger closed;

		stranger_open(&closed, family);
		nowhere = family == 4 ? endpoint4(closed.port) : endpoint6(closed.port);
		stranger_close(&closed);
		check_equal(tv_peer_endpoint(site.handle, PEER, &nowhere), 0);
		for (int i = 0; i < 50; i++) {
			host_send(&site, 0, packet, outbound_packet(packet));
			check(site_pump(&site) >= 0);
		}
	}
	scene_endpoint();
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_TX_PACKETS) + site_drops(&site, TV_DROP_SEND_ERROR) == 100));
	host_send(&site, 0, packet, outbound_packet(packet));
	check_equal(next_plaintext(), 64);
	scene_close();
}

static void many_in_order(void)
{
	uint32_t expected = 0;

	start_with(4, usual_session());
	for (uint32_t i = 0; i < 150; i++) {
		size_t length = outbound_packet(packet);

		store32(packet + length - 4, i);
		host_send(&site, 0, packet, length);
	}
	while (expected < 150) {
		check_equal(next_plaintext(), 64);
		check_equal(load32(plaintext + 49), expected);
		check_equal(load64(datagram + 8), expected);
		expected++;
	}
	scene_close();
}

/* Sending clears what stands unanswered, hearing clears what was sent. */
static void unanswered_times(void)
{
	size_t length;

	start_with(4, usual_session());
	host_send(&site, 0, packet, outbound_packet(packet));
	check_equal(next_plaintext(), 64);
	int64_t first = site_stats(&site, PEER).unanswered_sent_at_us;

	check(first > 0);
	wait_until(tv_boottime_us() > first + 1000);
	host_send(&site, 0, packet, outbound_packet(packet));
	check_equal(next_plaintext(), 64);
	check_equal(site_stats(&site, PEER).unanswered_sent_at_us, first);
	length = packet4(packet, "10.0.1.9", "10.0.0.2", 17, 8);
	stranger_send(&stranger, &site, datagram, seal_data(datagram, 900, INDEX, TV_KIND_IP, 0, packet, length));
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_RX_PACKETS) == 1));
	check_equal(site_stats(&site, PEER).unanswered_sent_at_us, 0);
	check(site_stats(&site, PEER).unanswered_received_at_us > first);
	/* An empty packet answers, and asks for nothing. */
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), 0);
	check_equal(site_stats(&site, PEER).unanswered_received_at_us, 0);
	check_equal(site_stats(&site, PEER).unanswered_sent_at_us, 0);
	scene_close();
}

SUITE(transmit, { "sealed, and padded to 16", sealed_and_padded }, { "padding ends at the mtu", padding_within_the_mtu },
      { "malformed and unrouted packets", malformed_and_unrouted }, { "a peer without endpoint", without_endpoint },
      { "a session that carries no packets", capability_to_send }, { "announced by an empty packet", announced },
      { "the last counters", last_counters }, { "survives ICMP errors", survives_icmp_errors }, { "many in order", many_in_order },
      { "times of what stands unanswered", unanswered_times });
