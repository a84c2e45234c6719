/* Staged packets: order, caps, and the race with a session that comes. */
#include "stage.h"

#include <pthread.h>
#include <stdlib.h>

#include "harness.h"
#include "site.h"

static struct site site;

static struct peer *add_peer(uint32_t id)
{
	check_equal(tv_peer_add(site.handle, id), 0);
	return peer_find(site.device, id);
}

static void put(struct peer *peer, uint8_t mark)
{
	check(stage_add(control_lane(site.device), peer, &mark, 1));
}

/* The mark of the oldest packet, or -1. */
static int take(struct peer *peer)
{
	struct staged *packet = stage_take(&site.device->stage, peer);
	int mark = packet ? packet->packet[0] : -1;

	free(packet);
	return mark;
}

static void start(uint32_t staged_max, uint32_t staged_max_peer)
{
	tv_device_config config = site_defaults;

	config.staged_max = staged_max;
	config.staged_max_peer = staged_max_peer;
	site_open(&site, &config);
}

static void in_order(void)
{
	struct peer *a, *b;

	start(100, 50);
	a = add_peer(1);
	b = add_peer(2);
	for (uint8_t i = 0; i < 10; i++) {
		put(a, i);
		put(b, (uint8_t)(100 + i));
	}
	for (int i = 0; i < 10; i++)
		check_equal(take(b), 100 + i);
	check_equal(take(b), -1);
	for (int i = 0; i < 10; i++)
		check_equal(take(a), i);
	check_equal(take(a), -1);
	check_equal(site_drops(&site, TV_DROP_STAGED), 0);
	site_close(&site);
}

static void a_peer_has_its_share(void)
{
	struct peer *a, *b;

	start(100, 3);
	a = add_peer(1);
	b = add_peer(2);
	put(b, 50);
	for (uint8_t i = 0; i < 10; i++)
		put(a, i);
	check_equal(site_drops(&site, TV_DROP_STAGED), 7);
	check_equal(site_stats(&site, 1).drops[TV_DROP_STAGED], 7);
	for (int i = 7; i < 10; i++)
		check_equal(take(a), i);
	check_equal(take(a), -1);
	check_equal(take(b), 50);
	site_close(&site);
}

static void the_oldest_of_all_gives_way(void)
{
	struct peer *a, *b;

	start(4, 3);
	a = add_peer(1);
	b = add_peer(2);
	put(a, 0);
	put(b, 100);
	put(a, 1);
	put(b, 101);
	put(b, 102);
	check_equal(site_stats(&site, 1).drops[TV_DROP_STAGED], 1);
	put(a, 2);
	check_equal(site_stats(&site, 2).drops[TV_DROP_STAGED], 1);
	check_equal(take(a), 1);
	check_equal(take(a), 2);
	check_equal(take(a), -1);
	check_equal(take(b), 101);
	check_equal(take(b), 102);
	check_equal(take(b), -1);
	site_close(&site);
}

static void no_room_at_all(void)
{
	start(0, 8);
	put(add_peer(1), 0);
	check_equal(site_drops(&site, TV_DROP_STAGED), 1);
	site_close(&site);
	start(8, 0);
	put(add_peer(1), 0);
	check_equal(site_drops(&site, TV_DROP_STAGED), 1);
	check_equal(tv_peer_discard(site.handle, 1), 0);
	site_close(&site);
}

static void discard_and_removal(void)
{
	struct peer *a, *b;

	start(10, 10);
	a = add_peer(1);
	b = add_peer(2);
	for (uint8_t i = 0; i < 4; i++)
		put(a, i);
	put(b, 100);
	check_equal(tv_peer_discard(site.handle, 1), 4);
	check_equal(tv_peer_discard(site.handle, 1), 0);
	check_equal(site_drops(&site, TV_DROP_STAGED), 4);
	check_equal(site.device->stage.count, 1);
	put(a, 9);
	check_equal(tv_peer_remove(site.handle, 1), 0);
	check_equal(site_drops(&site, TV_DROP_STAGED), 5);
	check_equal(site.device->stage.count, 1);
	check_equal(take(b), 100);
	site_close(&site);
}

static void not_beside_a_usable_session(void)
{
	tv_session_config config = session_between(9, 1, 1, 1, 2);
	uint8_t packet = 1;
	struct peer *peer;

	start(10, 10);
	peer = add_peer(1);
	check_equal(tv_session_add(site.handle, &config), 0);
	check_equal(tv_session_use(site.handle, 9, 0), 0);
	check(!stage_add(control_lane(site.device), peer, &packet, 1));
	check_equal(take(peer), -1);
	check_equal(tv_session_remove(site.handle, 9), 0);
	check(stage_add(control_lane(site.device), peer, &packet, 1));
	check_equal(take(peer), 1);
	site_close(&site);
}

static struct peer *shared_peer;

static void *put_many(void *unused)
{
	struct lane *lane = &site.device->queues[0].lane;

	for (int i = 0; i < 3000; i++) {
		uint8_t mark = (uint8_t)i;

		stage_add(lane, shared_peer, &mark, 1);
	}
	return unused;
}

static void among_threads(void)
{
	pthread_t thread;
	uint32_t taken = 0;

	start(64, 32);
	shared_peer = add_peer(1);
	check(pthread_create(&thread, NULL, put_many, NULL) == 0);
	for (int i = 0; i < 2000; i++)
		taken += take(shared_peer) >= 0;
	pthread_join(thread, NULL);
	while (take(shared_peer) >= 0)
		taken++;
	check_equal(taken + site_drops(&site, TV_DROP_STAGED), 3000);
	site_close(&site);
}

SUITE(stage, { "leave in order", in_order }, { "a peer has its share", a_peer_has_its_share },
      { "the oldest of all gives way", the_oldest_of_all_gives_way }, { "no room at all", no_room_at_all },
      { "discard and removal", discard_and_removal }, { "none beside a usable session", not_beside_a_usable_session },
      { "among threads", among_threads });
