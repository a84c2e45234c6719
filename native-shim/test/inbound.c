/* What opened: inner packets on their way to the host, and messages to the control thread. */
#include <netinet/in.h>
#include <string.h>

#include "harness.h"
#include "packets.h"
#include "scene.h"

#define OTHER 4

static void start_with(uint32_t family, tv_session_config config)
{
	const tv_route routes[] = {
		route_from("10.0.1.0/24", PEER),	route_from("10.0.1.128/25", OTHER), route_from("10.0.0.0/8", OTHER),
		route_from("10.0.1.1/32", TV_NO_PEER), route_from("fd00:1::/64", PEER),	   route_from("fd00:2::/64", OTHER),
		route_from("127.0.0.0/8", PEER),	route_from("::/0", PEER),
	};

	scene_open(family, routes, sizeof routes / sizeof *routes);
	check_equal(tv_peer_add(site.handle, OTHER), 0);
	scene_session(config);
}

static void start(void)
{
	start_with(4, usual_session());
}

static void a_packet(void)
{
	size_t length;

	start();
	length = inbound_packet(plaintext);
	memset(plaintext + length, 0xcc, 16);
	/* Any padding, and none. */
	expect_delivered(seal(TV_KIND_IP, length + 11), plaintext, length);
	expect_delivered(seal(TV_KIND_IP, length), plaintext, length);
	length = packet6(plaintext, "fd00:1::5", "fd00::1", 6, 500);
	expect_delivered(seal(TV_KIND_IP, length + 4), plaintext, length);
	check_equal(site_count(&site, TV_COUNT_RX_PACKETS), 3);
	check_equal(site_stats(&site, PEER).rx_packets, 3);
	check_equal(site_stats(&site, PEER).rx_bytes, 32 * 3 + 53 + 11 + 53 + 544);
	check(site_stats(&site, PEER).received_at_us > 0);
	check(site_stats(&site, PEER).unanswered_received_at_us > 0);
	check_equal(site_stats(&site, OTHER).rx_packets, 0);
	scene_close();
}

static void over_ipv6(void)
{
	start_with(6, usual_session());
	expect_delivered(seal(TV_KIND_IP, inbound_packet(plaintext)), plaintext, inbound_packet(plaintext));
	check_equal(site_event(&site, TV_EVENT_FIRST_RECEIVED)->event.source.family, 6);
	check_equal(site_event(&site, TV_EVENT_FIRST_RECEIVED)->event.source.port, stranger.port);
	check_equal(site_event(&site, TV_EVENT_FIRST_RECEIVED)->event.source.addr[15], 1);
	scene_close();
}

static void keepalives(void)
{
	start();
	stranger_send(&stranger, &site, datagram, seal(TV_KIND_IP, 0));
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_RX_PACKETS) == 1));
	check(site_stats(&site, PEER).received_at_us > 0);
	check_equal(site_stats(&site, PEER).unanswered_received_at_us, 0);
	check_equal(site_events(&site, TV_EVENT_FIRST_RECEIVED), 1);
	check_equal(host_receive(&site, 0, received, sizeof received), -1);
	/* The partial kind has none: without a packet there is no checksum to complete. */
	expect_datagram_dropped(TV_DROP_INNER, seal(TV_KIND_IP_PARTIAL, 0));
	check_equal(site_stats(&site, PEER).unanswered_received_at_us, 0);
	scene_close();
}

static void inner_packets(void)
{
	size_t length;

	start();
	length = inbound_packet(plaintext);
	plaintext[3]++;
	expect_datagram_dropped(TV_DROP_INNER, seal(TV_KIND_IP, length));
	length = inbound_packet(plaintext);
	plaintext[0] = 0x55;
	expect_datagram_dropped(TV_DROP_INNER, seal(TV_KIND_IP, length));
	inbound_packet(plaintext);
	expect_datagram_dropped(TV_DROP_INNER, seal(TV_KIND_IP, 1));
	expect_datagram_dropped(TV_DROP_INNER, seal(TV_KIND_IP, 19));
	length = packet6(plaintext, "fd00:1::5", "fd00::1", 0, 64);
	plaintext[5] = 0;
	expect_datagram_dropped(TV_DROP_INNER, seal(TV_KIND_IP, length));
	/* It authenticated: it is marked, and counts as heard. */
	next_counter--;
	inbound_packet(plaintext);
	expect_datagram_dropped(TV_DROP_REPLAY, seal(TV_KIND_IP, 53));
	check_equal(site_stats(&site, PEER).rx_packets, 5);
	check(site_stats(&site, PEER).unanswered_received_at_us > 0);
	scene_close();
}

static void sources(void)
{
	static const char *const refused4[] = { "10.0.2.2", "10.0.1.200", "192.0.2.1", "10.0.1.1",
						"127.0.0.1", "0.0.0.0", "224.0.0.5", "255.255.255.255" };
	static const char *const refused6[] = { "fd00:2::5", "::1", "::", "ff02::1", "::ffff:10.0.1.2" };

	start();
	for (size_t i = 0; i < sizeof refused4 / sizeof *refused4; i++)
		expect_datagram_dropped(TV_DROP_SOURCE, seal(TV_KIND_IP, packet4(plaintext, refused4[i], "10.0.0.1", 17, 8)));
	for (size_t i = 0; i < sizeof refused6 / sizeof *refused6; i++)
		expect_datagram_dropped(TV_DROP_SOURCE, seal(TV_KIND_IP, packet6(plaintext, refused6[i], "fd00::1", 17, 8)));
	check_equal(site_stats(&site, PEER).drops[TV_DROP_SOURCE], 13);
	check_equal(tv_routes_set(site.handle, NULL, 0), 0);
	expect_datagram_dropped(TV_DROP_SOURCE, seal(TV_KIND_IP, inbound_packet(plaintext)));
	scene_close();
}

/* One batch, in which each source follows one that is right, of its peer or of the other. */
static void sources_side_by_side(void)
{
	static const struct {
		uint32_t peer;
		const char *source;
		bool belongs;
	} sent[] = {
		{ PEER, "10.0.1.5", true },    { PEER, "10.0.1.5", true },   { PEER, "10.0.1.200", false }, { PEER, "10.0.1.5", true },
		{ OTHER, "10.0.1.5", false },  { OTHER, "10.0.1.200", true }, { PEER, "10.0.1.200", false }, { PEER, "c000:201::5", true },
		{ PEER, "192.0.2.1", false },  { PEER, "fd00:1::5", true },  { PEER, "fd00:2::5", false },  { PEER, "fd00:1::6", true },
		{ PEER, "fd00:1::6", true },   { PEER, "10.0.1.5", true },   { PEER, "10.0.1.6", true },
	};
	const size_t count = sizeof sent / sizeof *sent;
	tv_session_config of_other = session_between(INDEX + 1, REMOTE + 1, OTHER, 903, 902);
	uint32_t delivered = 0;

	start();
	check_equal(tv_session_add(site.handle, &of_other), 0);
	for (size_t i = 0; i < count; i++) {
		bool six = strchr(sent[i].source, ':');
		size_t length = six ? packet6(plaintext, sent[i].source, "fd00::1", IPPROTO_ICMPV6, 8)
				    : packet4(plaintext, sent[i].source, "10.0.0.1", IPPROTO_ICMP, 8);

		plaintext[length - 1] = (uint8_t)i;
		if (sent[i].peer == PEER)
			length = seal_data(datagram, 900, INDEX, TV_KIND_IP, i, plaintext, length);
		else
			length = seal_data(datagram, 902, INDEX + 1, TV_KIND_IP, i, plaintext, length);
		stranger_send(&stranger, &site, datagram, length);
	}
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_RX_PACKETS) == count));
	for (size_t i = 0; i < count; i++) {
		if (!sent[i].belongs)
			continue;
		delivered++;
		check_equal(received[host_receive(&site, 0, received, sizeof received) - 1], i);
	}
	check_equal(site_drops(&site, TV_DROP_SOURCE), count - delivered);
	scene_close();
}

static void partial_checksums(void)
{
	size_t length;

	start();
	length = packet4(plaintext, "10.0.1.2", "10.0.0.1", IPPROTO_TCP, 77);
	stranger_send(&stranger, &site, datagram, seal(TV_KIND_IP_PARTIAL, length + 9));
	wait_until((site_pump(&site), host_receive(&site, 0, received, sizeof received)) == (int)length);
	check_equal(transport_sum(received), 0);
	memcpy(plaintext + 36, received + 36, 2);
	check(memcmp(received, plaintext, length) == 0);
	expect_datagram_dropped(TV_DROP_INNER, seal(TV_KIND_IP_PARTIAL, packet4(plaintext, "10.0.1.2", "10.0.0.1", IPPROTO_ICMP, 77)));
	expect_datagram_dropped(TV_DROP_SOURCE, seal(TV_KIND_IP_PARTIAL, packet4(plaintext, "10.0.2.2", "10.0.0.1", IPPROTO_TCP, 77)));
	scene_close();
}

static void messages(void)
{
	static const size_t lengths[] = { 0, 16, 1200, 1232, 1233, 8000 };
	uint64_t state = 5;

	start();
	random_fill(&state, plaintext, 8000);
	for (uint32_t i = 0; i < 12; i++) {
		uint8_t kind = i % 2 ? TV_KIND_CONTROL : TV_KIND_PROBE;
		size_t length = lengths[i / 2], carried = length < TV_MESSAGE_MAX ? length : TV_MESSAGE_MAX;

		stranger_send(&stranger, &site, datagram, seal(kind, length));
		wait_until((site_pump(&site), site_events(&site, TV_EVENT_MESSAGE) == i + 1));
		const struct seen *seen = site_event(&site, TV_EVENT_MESSAGE);

		check_equal(seen->event.data_length, carried);
		check(memcmp(seen->data, plaintext, carried) == 0);
		check_equal(seen->event.kind, kind);
		check_equal(seen->event.peer, PEER);
		check_equal(seen->event.index, INDEX);
		check_equal(seen->event.source.port, stranger.port);
	}
	check(site_stats(&site, PEER).received_at_us > 0);
	check_equal(site_stats(&site, PEER).unanswered_received_at_us, 0);
	check_equal(host_receive(&site, 0, received, sizeof received), -1);
	scene_close();
}

/* A datagram of one of the two sessions, whose packet ends in that mark. forged: one that does not open. */
static void send_under(uint32_t index, uint64_t counter, uint8_t mark, bool forged)
{
	size_t length = inbound_packet(plaintext);

	plaintext[length - 1] = mark;
	length = seal_data(datagram, index == INDEX ? stranger.send_seed : 77, index, TV_KIND_IP, counter, plaintext, length);
	datagram[length - 1] ^= forged;
	stranger_send(&stranger, &site, datagram, length);
}

/* What comes at once is opened at once, but each session has a window, and each datagram a verdict, of its own. */
static void two_sessions_in_one_batch(void)
{
	tv_session_config config = session_between(INDEX + 1, REMOTE + 1, PEER, 78, 77);

	start();
	check_equal(tv_session_add(site.handle, &config), 0);
	send_under(INDEX, 0, 1, false);
	send_under(INDEX, 1, 0, true);
	send_under(INDEX + 1, 0, 2, false);
	send_under(INDEX + 1, 1, 3, false);
	send_under(INDEX, 0, 0, false);
	send_under(INDEX, 1, 4, false);
	send_under(INDEX + 1, 1, 0, false);
	send_under(INDEX + 1, 2, 5, false);
	send_under(INDEX, 3, 6, false);
	wait_until((site_pump(&site), site_count(&site, TV_COUNT_RX_PACKETS) + site_drops(&site, TV_DROP_REPLAY) + site_drops(&site, TV_DROP_AUTH) == 9));
	check_equal(site_drops(&site, TV_DROP_REPLAY), 2);
	check_equal(site_drops(&site, TV_DROP_AUTH), 1);
	for (uint8_t mark = 1; mark <= 6; mark++) {
		check_equal(host_receive(&site, 0, received, sizeof received), 53);
		check_equal(received[52], mark);
	}
	scene_close();
}

static void a_host_that_does_not_read(void)
{
	uint64_t lost;

	start();
	for (int i = 0; i < 100000 && !(lost = site_drops(&site, TV_DROP_DEVICE_FULL)); i++) {
		stranger_send(&stranger, &site, datagram, seal(TV_KIND_IP, packet4(plaintext, "10.0.1.2", "10.0.0.1", 17, 1400)));
		site_pump(&site);
	}
	check(lost > 0);
	while (host_receive(&site, 0, received, sizeof received) > 0)
		;
	expect_delivered(seal(TV_KIND_IP, inbound_packet(plaintext)), plaintext, inbound_packet(plaintext));
	scene_close();
}

SUITE(inbound, { "a packet reaches the host, its padding does not", a_packet }, { "over IPv6", over_ipv6 },
      { "keepalives", keepalives }, { "inner packets", inner_packets }, { "sources that do not belong to the sender", sources },
      { "sources side by side", sources_side_by_side },
      { "partial checksums are completed", partial_checksums }, { "probe and control messages", messages },
      { "two sessions in one batch", two_sessions_in_one_batch },
      { "a host that does not read loses packets alone", a_host_that_does_not_read });
