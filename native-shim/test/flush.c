/* What was staged leaves when it can. */
#include <errno.h>

#include "bytes.h"
#include "harness.h"
#include "scene.h"

static void start(void)
{
	const tv_route route = route_from("10.0.1.0/24", PEER);

	scene_open(4, &route, 1);
}

static void expect_staged(uint8_t count)
{
	for (uint8_t i = 0; i < count; i++) {
		check_equal(next_plaintext(), 64);
		check_equal(plaintext[52], i);
		check_equal(load64(datagram + 8), i);
	}
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
}

static void staged_then_sent_in_order(void)
{
	tv_session_config config = usual_session();

	start();
	stage_packets(5);
	check_equal(site_events(&site, TV_EVENT_NO_SESSION), 1);
	check_equal(site_event(&site, TV_EVENT_NO_SESSION)->event.peer, PEER);
	scene_endpoint();
	check_equal(tv_session_add(site.handle, &config), 0);
	check_equal(tv_session_use(site.handle, INDEX, 1), 5);
	expect_staged(5);
	check_equal(site.device->stage.count, 0);
	check_equal(site_stats(&site, PEER).tx_packets, 5);
	scene_close();
}

/* More than one system call takes. */
static void many_staged(void)
{
	enum { MANY = 200 };
	tv_device_config config = site_defaults;
	tv_route route = route_from("10.0.1.0/24", PEER);

	config.staged_max = config.staged_max_peer = MANY;
	scene_open_as(&config, 4, &route, 1);
	stage_packets(MANY);
	scene_endpoint();
	scene_session(usual_session());
	check_equal(tv_session_use(site.handle, INDEX, 1), MANY);
	expect_staged(MANY);
	scene_close();
}

static void staged_until_there_is_an_endpoint(void)
{
	tv_session_config config = usual_session();

	start();
	stage_packets(3);
	check_equal(tv_session_add(site.handle, &config), 0);
	check_equal(tv_session_use(site.handle, INDEX, 1), 0);
	check_equal(site.device->stage.count, 3);
	scene_endpoint();
	expect_staged(3);
	scene_close();
}

static void expired_session_stages(void)
{
	tv_session_config config = usual_session();

	start();
	scene_endpoint();
	config.expires_at_us = tv_boottime_us() + 50000;
	check_equal(tv_session_add(site.handle, &config), 0);
	check_equal(tv_session_use(site.handle, INDEX, 0), 0);
	wait_until(tv_boottime_us() >= config.expires_at_us);
	stage_packets(2);
	check_equal(site_events(&site, TV_EVENT_NO_SESSION), 1);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), -ETIME);
	scene_close();
}

SUITE(flush, { "staged, then sent in order", staged_then_sent_in_order }, { "many staged", many_staged },
      { "staged until there is an endpoint", staged_until_there_is_an_endpoint }, { "an expired session stages", expired_session_stages });
