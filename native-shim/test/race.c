/*
 * Everything at once: two queues a site, a pump for each, and a control thread that changes under them what it may
 * change. What arrives must be what was sent; the sanitizers see the rest.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "pumps.h"

#define PEER 5
#define ROUNDS 300
#define DUPLICATES 24
#define DUPLICATE_ROUNDS 100

static struct site left, right;
static struct pump pumps[2][2];
static uint8_t packet[2048], received[2048];
static uint32_t sent, arrived;

static void open_site(struct site *site, struct pump *pump)
{
	tv_device_config config = site_defaults;

	config.queues = 2;
	site_open(site, &config);
	check_equal(tv_peer_add(site->handle, PEER), 0);
	for (uint32_t queue = 0; queue < 2; queue++)
		pump_start(&pump[queue], site, queue);
}

static void set_routes(uint32_t round)
{
	tv_route to_right[] = { route_from("10.0.2.0/24", PEER), route_from("172.16.0.0/12", 7) };
	tv_route to_left[] = { route_from("10.0.1.0/24", PEER), route_from("172.16.0.0/12", 7) };

	check_equal(tv_routes_set(left.handle, to_right, 1 + round % 2), 0);
	check_equal(tv_routes_set(right.handle, to_left, 1 + round % 2), 0);
}

static void set_endpoints(uint32_t round)
{
	tv_endpoint to_left = round % 2 ? endpoint4(left.port4) : endpoint6(left.port6);
	tv_endpoint to_right = round % 2 ? endpoint4(right.port4) : endpoint6(right.port6);

	check_equal(tv_peer_endpoint(left.handle, PEER, &to_right), 0);
	check_equal(tv_peer_endpoint(right.handle, PEER, &to_left), 0);
}

static void new_sessions(uint32_t round)
{
	tv_session_config of_left = session_between(1000 + round, 5000 + round, PEER, 2 * round, 2 * round + 1);
	tv_session_config of_right = session_between(5000 + round, 1000 + round, PEER, 2 * round + 1, 2 * round);

	of_left.rekey_after_messages = 3;
	check_equal(tv_session_add(left.handle, &of_left), 0);
	check_equal(tv_session_add(right.handle, &of_right), 0);
	check(tv_session_use(right.handle, 5000 + round, round % 2) >= 0);
	check(tv_session_use(left.handle, 1000 + round, 1) >= 0);
	if (round < 3)
		return;
	check_equal(tv_session_remove(left.handle, 1000 + round - 3), 0);
	check_equal(tv_session_remove(right.handle, 5000 + round - 3), 0);
}

/* A peer that comes and goes, with traffic for it. */
static void visiting_peer(uint32_t round)
{
	tv_session_config config = session_between(9000 + round, 1, 7, 1, 2);
	tv_endpoint endpoint = endpoint4(9);

	check_equal(tv_peer_add(left.handle, 7), 0);
	for (uint32_t i = 0; i < 4; i++)
		host_send(&left, i % 2, packet, packet4(packet, "10.0.1.5", "172.16.0.1", 17, 100));
	check_equal(tv_peer_endpoint(left.handle, 7, &endpoint), 0);
	check_equal(tv_session_add(left.handle, &config), 0);
	check(tv_session_use(left.handle, 9000 + round, 0) >= 0);
	check(tv_peer_discard(left.handle, 7) >= 0);
	check_equal(tv_peer_remove(left.handle, 7), 0);
}

static void take_arrived(void)
{
	for (uint32_t queue = 0; queue < 2; queue++)
		while (host_receive(&right, queue, received, sizeof received) >= 0) {
			uint32_t number = load32(received + 124);

			check(number < sent);
			packet4(packet, "10.0.1.5", "10.0.2.5", 17, 108);
			check(memcmp(received, packet, 124) == 0);
			arrived++;
		}
}

static void send_some(uint32_t round)
{
	for (uint32_t i = 0; i < 8; i++) {
		size_t length = packet4(packet, "10.0.1.5", "10.0.2.5", 17, 108);

		store32(packet + 124, sent);
		if (write(left.host[(round + i) % 2], packet, length) == (ssize_t)length)
			sent++;
		packet4(packet, "10.0.2.5", "10.0.1.5", 17, 108);
		(void)!write(right.host[i % 2], packet, length);
	}
	while (host_receive(&left, 0, received, sizeof received) >= 0 || host_receive(&left, 1, received, sizeof received) >= 0)
		;
}

static void look(uint32_t round)
{
	tv_peer_stats stats[8];
	uint64_t counts[TV_COUNTERS];

	check_equal(tv_peers_read(left.handle, 0, 8, stats), 0);
	check_equal(tv_counters_read(right.handle, counts), 0);
	check_equal(tv_peer_watch(left.handle, PEER), 0);
	check_equal(tv_session_send(left.handle, 1000 + round, TV_KIND_PROBE, packet, 100, NULL), 0);
	site_read_ring(&right, 0);
	site_read_ring(&right, 1);
	site_read_ring(&left, 0);
	site_read_ring(&left, 1);
	site_forget(&left);
	site_forget(&right);
	check_equal(tv_wake(left.handle, round % 2), 0);
}

static void everything_at_once(void)
{
	sent = arrived = 0;
	open_site(&left, pumps[0]);
	open_site(&right, pumps[1]);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		set_routes(round);
		set_endpoints(round);
		new_sessions(round);
		send_some(round);
		visiting_peer(round);
		look(round);
		take_arrived();
	}
	/* Once the changes end, nothing is lost any more. */
	uint32_t before = arrived;

	set_routes(0);
	send_some(0);
	wait_until((take_arrived(), arrived >= before + 8));
	check(arrived > ROUNDS);
	check_equal(tv_device_free(left.handle), -EBUSY);
	pumps_stop(pumps[0], 2);
	pumps_stop(pumps[1], 2);
	site_close(&left);
	site_close(&right);
}

static pthread_barrier_t both_ready;

static void *pump_a_batch(void *argument)
{
	uint32_t queue = *(uint32_t *)argument;

	pthread_barrier_wait(&both_ready);
	tv_pump(right.handle, queue, right.rings[queue], SITE_RING);
	return NULL;
}

/* Both queues take the same datagrams at the same moment, and find counters fresh before the other has marked them. */
static void pump_both(void)
{
	uint32_t queues[2] = { 0, 1 };
	pthread_t threads[2];

	for (uint32_t i = 0; i < 2; i++) {
		check_equal(tv_wake(right.handle, i), 0);
		check(pthread_create(&threads[i], NULL, pump_a_batch, &queues[i]) == 0);
	}
	for (uint32_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

/* A stranger whose datagrams reach that queue: the kernel decides by address and port. */
static void stranger_for(struct stranger *stranger, uint32_t queue)
{
	for (int attempt = 0; attempt < 100; attempt++) {
		uint64_t before = count_read(&right.device->queues[queue].lane.counts[TV_COUNT_DROPS + TV_DROP_TYPE]);
		uint64_t all = site_drops(&right, TV_DROP_TYPE);

		stranger_open(stranger, 4);
		stranger_send(stranger, &right, (const uint8_t *)"", 1);
		wait_until((pump_both(), site_drops(&right, TV_DROP_TYPE) == all + 1));
		if (count_read(&right.device->queues[queue].lane.counts[TV_COUNT_DROPS + TV_DROP_TYPE]) > before)
			return;
		stranger_close(stranger);
	}
	test_fail(__FILE__, __LINE__, "no port leads to queue %u", queue);
}

static void the_same_datagrams_in_two_queues(void)
{
	tv_session_config config = session_between(1, 1, PEER, 1, 2);
	static uint8_t plaintext[4000], datagram[4100];
	struct stranger strangers[2];
	tv_device_config device = site_defaults;
	uint64_t counter = 0;

	device.queues = 2;
	site_open(&right, &device);
	check_equal(tv_peer_add(right.handle, PEER), 0);
	check(pthread_barrier_init(&both_ready, NULL, 2) == 0);
	check_equal(tv_session_add(right.handle, &config), 0);
	for (uint32_t queue = 0; queue < 2; queue++)
		stranger_for(&strangers[queue], queue);
	for (uint32_t round = 0; round < DUPLICATE_ROUNDS; round++) {
		for (uint32_t i = 0; i < DUPLICATES; i++) {
			size_t length = seal_data(datagram, 2, 1, TV_KIND_IP, counter++, plaintext, sizeof plaintext);

			stranger_send(&strangers[0], &right, datagram, length);
			stranger_send(&strangers[1], &right, datagram, length);
		}
		wait_until((pump_both(), site_count(&right, TV_COUNT_RX_PACKETS) + site_drops(&right, TV_DROP_REPLAY) >= 2 * counter));
	}
	check_equal(site_count(&right, TV_COUNT_RX_PACKETS), counter);
	check_equal(site_drops(&right, TV_DROP_REPLAY), counter);
	stranger_close(&strangers[0]);
	stranger_close(&strangers[1]);
	pthread_barrier_destroy(&both_ready);
	site_close(&right);
}

SUITE(race, { "everything at once", everything_at_once }, { "the same datagrams in two queues", the_same_datagrams_in_two_queues });
