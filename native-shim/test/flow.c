/* Two devices that talk to each other over real sockets, each pumped by a thread, and the road of a session between them. */
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "pumps.h"

#define PEER 0
#define LEFT_INDEX 0x100u
#define RIGHT_INDEX 0x200u

static struct site left, right;
static struct pump left_pump, right_pump;
static struct stranger relay;
static uint8_t packet[2048], received[2048], datagram[2048];

static void open_sites(void)
{
	tv_route to_left[] = { route_from("10.0.1.0/24", PEER), route_from("fd00:1::/64", PEER), route_from("10.0.2.1/32", TV_NO_PEER) };
	tv_route to_right[] = { route_from("10.0.2.0/24", PEER), route_from("fd00:2::/64", PEER), route_from("10.0.1.1/32", TV_NO_PEER) };

	site_open(&left, &site_defaults);
	site_open(&right, &site_defaults);
	check_equal(tv_peer_add(left.handle, PEER), 0);
	check_equal(tv_peer_add(right.handle, PEER), 0);
	check_equal(tv_routes_set(left.handle, to_right, 3), 0);
	check_equal(tv_routes_set(right.handle, to_left, 3), 0);
	pump_start(&left_pump, &left, 0);
	pump_start(&right_pump, &right, 0);
}

static void close_sites(void)
{
	pumps_stop(&left_pump, 1);
	pumps_stop(&right_pump, 1);
	site_close(&left);
	site_close(&right);
}

static tv_endpoint endpoint_of(const struct site *site, uint32_t family)
{
	return family == 4 ? endpoint4(site->port4) : endpoint6(site->port6);
}

static void join_sites(uint32_t family)
{
	tv_session_config of_left = session_between(LEFT_INDEX, RIGHT_INDEX, PEER, 71, 72);
	tv_session_config of_right = session_between(RIGHT_INDEX, LEFT_INDEX, PEER, 72, 71);
	tv_endpoint to_left = endpoint_of(&left, family), to_right = endpoint_of(&right, family);

	check_equal(tv_peer_endpoint(left.handle, PEER, &to_right), 0);
	check_equal(tv_peer_endpoint(right.handle, PEER, &to_left), 0);
	check_equal(tv_session_add(left.handle, &of_left), 0);
	check_equal(tv_session_add(right.handle, &of_right), 0);
}

static void expect(struct site *site, size_t length)
{
	int got = -1;

	wait_until((got = host_receive(site, 0, received, sizeof received)) >= 0);
	check_equal(got, length);
	check(memcmp(received, packet, length) == 0);
}

static void exchange(void)
{
	for (size_t payload = 8; payload < 1380; payload += 97) {
		size_t length = packet4(packet, "10.0.1.5", "10.0.2.5", 17, payload);

		host_send(&left, 0, packet, length);
		expect(&right, length);
		length = packet6(packet, "fd00:2::5", "fd00:1::5", 6, payload);
		host_send(&right, 0, packet, length);
		expect(&left, length);
	}
}

static void wait_for_event(struct site *site, uint16_t type)
{
	wait_until((site_read_ring(site, 0), site_events(site, type) > 0));
}

/* The whole road: traffic without a session, its event, the session, what was staged, the first answer. */
static void from_nothing(uint32_t family)
{
	size_t length;

	open_sites();
	length = packet4(packet, "10.0.1.5", "10.0.2.5", 17, 100);
	host_send(&left, 0, packet, length);
	wait_for_event(&left, TV_EVENT_NO_SESSION);
	join_sites(family);
	check_equal(tv_session_use(left.handle, LEFT_INDEX, 1), 1);
	wait_for_event(&right, TV_EVENT_FIRST_RECEIVED);
	check_equal(site_event(&right, TV_EVENT_FIRST_RECEIVED)->event.source.port, family == 4 ? left.port4 : left.port6);
	expect(&right, length);
	check_equal(tv_session_use(right.handle, RIGHT_INDEX, 1), 1);
	wait_for_event(&left, TV_EVENT_FIRST_RECEIVED);
	exchange();
	site_read_ring(&left, 0);
	site_read_ring(&right, 0);
	check_equal(site_events(&left, TV_EVENT_FIRST_RECEIVED), 1);
	check_equal(site_events(&right, TV_EVENT_FIRST_RECEIVED), 1);
	check_equal(site_events(&left, TV_EVENT_MOVED) + site_events(&right, TV_EVENT_MOVED), 0);
	check_equal(site_stats(&left, PEER).tx_bytes, site_stats(&right, PEER).rx_bytes);
	check_equal(site_stats(&right, PEER).tx_bytes, site_stats(&left, PEER).rx_bytes);
	close_sites();
}

static void over_ipv4(void)
{
	from_nothing(4);
}

static void over_ipv6(void)
{
	from_nothing(6);
}

/* What the relay was sent last, handed on to the right. */
static size_t pass_on(int times)
{
	int length = -1;

	wait_until((length = stranger_receive(&relay, datagram, sizeof datagram)) >= 0);
	for (int i = 0; i < times; i++)
		stranger_send(&relay, &right, datagram, (size_t)length);
	return (size_t)length;
}

static void recorded_and_played_again(void)
{
	tv_endpoint to_relay;
	size_t length, sealed;

	open_sites();
	stranger_open(&relay, 4);
	join_sites(4);
	to_relay = endpoint4(relay.port);
	check_equal(tv_peer_endpoint(left.handle, PEER, &to_relay), 0);
	check_equal(tv_session_use(left.handle, LEFT_INDEX, 0), 0);
	length = packet4(packet, "10.0.1.5", "10.0.2.5", 17, 100);
	host_send(&left, 0, packet, length);
	sealed = pass_on(5);
	expect(&right, length);
	wait_until(site_drops(&right, TV_DROP_REPLAY) == 4);
	/* The relay is not where the right takes its peer to be. */
	wait_for_event(&right, TV_EVENT_MOVED);
	check_equal(site_event(&right, TV_EVENT_MOVED)->event.source.port, relay.port);
	/* Changed on the way. */
	host_send(&left, 0, packet, length);
	wait_until(stranger_receive(&relay, datagram, sizeof datagram) == (int)sealed);
	datagram[sealed - 1] ^= 1;
	stranger_send(&relay, &right, datagram, sealed);
	wait_until(site_drops(&right, TV_DROP_AUTH) == 1);
	datagram[sealed - 1] ^= 1;
	stranger_send(&relay, &right, datagram, sealed);
	expect(&right, length);
	stranger_close(&relay);
	close_sites();
}

/* The left's own host sends what does not belong to it. */
static void sources_are_checked(void)
{
	size_t length;

	open_sites();
	join_sites(6);
	check_equal(tv_session_use(left.handle, LEFT_INDEX, 0), 0);
	host_send(&left, 0, packet, packet4(packet, "10.0.3.5", "10.0.2.5", 17, 100));
	host_send(&left, 0, packet, packet4(packet, "10.0.2.1", "10.0.2.5", 17, 100));
	host_send(&left, 0, packet, packet6(packet, "fd00:3::1", "fd00:2::5", 17, 100));
	wait_until(site_drops(&right, TV_DROP_SOURCE) == 3);
	length = packet4(packet, "10.0.1.5", "10.0.2.5", 17, 100);
	host_send(&left, 0, packet, length);
	expect(&right, length);
	close_sites();
}

/* Nothing is lost or swapped while a new session takes over from the old one. */
static void a_new_session_takes_over(void)
{
	tv_session_config of_left = session_between(LEFT_INDEX + 1, RIGHT_INDEX + 1, PEER, 73, 74);
	tv_session_config of_right = session_between(RIGHT_INDEX + 1, LEFT_INDEX + 1, PEER, 74, 73);

	open_sites();
	join_sites(4);
	check_equal(tv_session_use(left.handle, LEFT_INDEX, 0), 0);
	check_equal(tv_session_use(right.handle, RIGHT_INDEX, 0), 0);
	exchange();
	check_equal(tv_session_add(left.handle, &of_left), 0);
	check_equal(tv_session_add(right.handle, &of_right), 0);
	exchange();
	check_equal(tv_session_use(left.handle, LEFT_INDEX + 1, 0), 0);
	exchange();
	check_equal(tv_session_use(right.handle, RIGHT_INDEX + 1, 0), 0);
	check_equal(tv_session_remove(left.handle, LEFT_INDEX), 0);
	check_equal(tv_session_remove(right.handle, RIGHT_INDEX), 0);
	exchange();
	check_equal(site_drops(&left, TV_DROP_INDEX) + site_drops(&right, TV_DROP_INDEX), 0);
	/* Without the session that it sends under, a peer has none, though another may still be there. */
	check_equal(tv_session_remove(left.handle, LEFT_INDEX + 1), 0);
	host_send(&left, 0, packet, packet4(packet, "10.0.1.5", "10.0.2.5", 17, 100));
	wait_for_event(&left, TV_EVENT_NO_SESSION);
	close_sites();
}

/* The answer to the first DATA of a session leaves under that session: the other side may have lost the one before. */
static void answers_under_the_session_of_the_question(void)
{
	tv_session_config of_left = session_between(LEFT_INDEX + 1, RIGHT_INDEX + 1, PEER, 73, 74);
	tv_session_config of_right = session_between(RIGHT_INDEX + 1, LEFT_INDEX + 1, PEER, 74, 73);

	open_sites();
	join_sites(4);
	check_equal(tv_session_use(left.handle, LEFT_INDEX, 0), 0);
	check_equal(tv_session_use(right.handle, RIGHT_INDEX, 0), 0);
	exchange();
	of_right.promote = 1;
	check_equal(tv_session_add(right.handle, &of_right), 0);
	check_equal(tv_session_remove(left.handle, LEFT_INDEX), 0);
	check_equal(tv_session_add(left.handle, &of_left), 0);
	check_equal(tv_session_use(left.handle, LEFT_INDEX + 1, 0), 0);
	exchange();
	check_equal(site_drops(&left, TV_DROP_INDEX), 0);
	check_equal(tv_session_remove(right.handle, RIGHT_INDEX + 1), 0);
	host_send(&right, 0, packet, packet4(packet, "10.0.2.5", "10.0.1.5", 17, 100));
	wait_for_event(&right, TV_EVENT_NO_SESSION);
	close_sites();
}

SUITE(flow, { "from nothing to a conversation, over IPv4", over_ipv4 }, { "from nothing to a conversation, over IPv6", over_ipv6 },
      { "recorded and played again", recorded_and_played_again }, { "sources are checked", sources_are_checked },
      { "a new session takes over", a_new_session_takes_over },
      { "answers under the session of the question", answers_under_the_session_of_the_question });
