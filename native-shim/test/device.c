/* Handles, configs, and what each call answers to nonsense. */
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "handles.h"
#include "harness.h"
#include "site.h"

static struct site site;

static void configs(void)
{
	tv_device_config config = site_defaults;

	config.queues = 0;
	check_equal(tv_device_new(&config), -EINVAL);
	config.queues = TV_QUEUES_MAX + 1;
	check_equal(tv_device_new(&config), -EINVAL);
	config = site_defaults;
	config.mtu = 67;
	check_equal(tv_device_new(&config), -EINVAL);
	config.mtu = 65507 - 32 + 1;
	check_equal(tv_device_new(&config), -EINVAL);
	config = site_defaults;
	config.peers_max = 0;
	check_equal(tv_device_new(&config), -EINVAL);
	config.peers_max = (1u << 20) + 1;
	check_equal(tv_device_new(&config), -EINVAL);
}

static void stale_handles(void)
{
	int32_t first, second;

	first = tv_device_new(&site_defaults);
	check(first > 0);
	check_equal(tv_device_free(first), 0);
	check_equal(tv_device_free(first), -EBADF);
	second = tv_device_new(&site_defaults);
	check(second > 0 && second != first);
	check_equal(tv_peer_add(first, 1), -EBADF);
	check_equal(tv_peer_add(second, 1), 0);
	check_equal(tv_peer_add(-1, 1), -EBADF);
	check_equal(tv_peer_add(0, 1), -EBADF);
	check_equal(tv_device_free(second), 0);
}

static void many_devices(void)
{
	int32_t held[64];

	for (int i = 0; i < 64; i++) {
		held[i] = tv_device_new(&site_defaults);
		check(held[i] > 0);
	}
	check_equal(tv_device_new(&site_defaults), -ENFILE);
	for (int i = 0; i < 64; i++)
		check_equal(tv_device_free(held[i]), 0);
}

static void peers(void)
{
	tv_endpoint endpoint = endpoint4(9);
	tv_peer_stats stats[4];

	site_open(&site, &site_defaults);
	check_equal(tv_peer_add(site.handle, 64), -ERANGE);
	check_equal(tv_peer_add(site.handle, TV_NO_PEER), -ERANGE);
	check_equal(tv_peer_add(site.handle, 63), 0);
	check_equal(tv_peer_add(site.handle, 63), -EEXIST);
	check_equal(tv_peer_watch(site.handle, 5), -ENOENT);
	check_equal(tv_peer_discard(site.handle, 5), -ENOENT);
	check_equal(tv_peer_remove(site.handle, 5), -ENOENT);
	check_equal(tv_peer_endpoint(site.handle, 5, &endpoint), -ENOENT);
	check_equal(tv_peer_endpoint(site.handle, 63, &endpoint), 0);
	endpoint.port = 0;
	check_equal(tv_peer_endpoint(site.handle, 63, &endpoint), -EINVAL);
	endpoint = (tv_endpoint){ .family = 5, .port = 1 };
	check_equal(tv_peer_endpoint(site.handle, 63, &endpoint), -EINVAL);
	endpoint.family = 0;
	check_equal(tv_peer_endpoint(site.handle, 63, &endpoint), 0);
	memset(stats, 0xff, sizeof stats);
	check_equal(tv_peers_read(site.handle, 62, 4, stats), 0);
	for (size_t i = 0; i < sizeof stats; i++)
		check_equal(((const uint8_t *)stats)[i], 0);
	check_equal(tv_peer_remove(site.handle, 63), 0);
	check_equal(tv_peer_remove(site.handle, 63), -ENOENT);
	check_equal(tv_peer_add(site.handle, 63), 0);
	site_close(&site);
}

static void sessions(void)
{
	tv_session_config config = session_between(5, 1, 3, 1, 2);

	site_open(&site, &site_defaults);
	check_equal(tv_session_add(site.handle, &config), -ENOENT);
	check_equal(tv_peer_add(site.handle, 3), 0);
	check_equal(tv_session_add(site.handle, &config), 0);
	check_equal(tv_session_add(site.handle, &config), -EEXIST);
	check_equal(tv_session_use(site.handle, 6, 0), -ENOENT);
	check_equal(tv_session_remove(site.handle, 6), -ENOENT);
	check_equal(tv_session_remove(site.handle, 5), 0);
	check_equal(tv_session_remove(site.handle, 5), -ENOENT);
	config.expires_at_us = tv_boottime_us();
	check_equal(tv_session_add(site.handle, &config), 0);
	check_equal(tv_session_use(site.handle, 5, 1), -ETIME);
	/* A peer takes its sessions with it. */
	check_equal(tv_peer_remove(site.handle, 3), 0);
	check_equal(tv_session_remove(site.handle, 5), -ENOENT);
	site_close(&site);
}

static void routes(void)
{
	tv_route list[3] = { route_from("10.0.0.0/8", 1), route_from("10.1.0.0/16", TV_NO_PEER), route_from("fd00::/8", 2) };
	uint8_t address[16] = { 10, 2 };

	site_open(&site, &site_defaults);
	check_equal(tv_route_lookup(site.handle, 4, address), -ENOENT);
	check_equal(tv_routes_set(site.handle, list, 3), 0);
	check_equal(tv_route_lookup(site.handle, 4, address), 1);
	address[1] = 1;
	check_equal(tv_route_lookup(site.handle, 4, address), TV_NO_PEER);
	address[0] = 0xfd;
	check_equal(tv_route_lookup(site.handle, 6, address), 2);
	check_equal(tv_route_lookup(site.handle, 5, address), -EINVAL);
	/* A table that is refused leaves the one in use. */
	list[1] = list[0];
	check_equal(tv_routes_set(site.handle, list, 3), -EEXIST);
	check_equal(tv_route_lookup(site.handle, 6, address), 2);
	list[1] = route_from("10.0.0.0/9", 64);
	check_equal(tv_routes_set(site.handle, list, 3), -ERANGE);
	check_equal(tv_routes_set(site.handle, NULL, 0), 0);
	check_equal(tv_route_lookup(site.handle, 6, address), -ENOENT);
	site_close(&site);
}

static void attachment(void)
{
	int32_t handle = tv_device_new(&site_defaults);
	int pair[2], udp = tv_udp_open(4, 0, 0, 0);
	uint8_t packet = 0;

	check(handle > 0 && udp >= 0);
	check(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	check_equal(tv_device_write(handle, &packet, 1), -ENOTCONN);
	check_equal(tv_queue_attach(handle, 1, pair[1], udp, -1), -EINVAL);
	check_equal(tv_queue_attach(handle, 0, -1, udp, -1), -EINVAL);
	check_equal(tv_queue_attach(handle, 0, pair[1], -1, -1), -EINVAL);
	/* What fails half way leaves nothing behind, so that it can be tried again. */
	check_equal(tv_queue_attach(handle, 0, pair[1], udp, 1023), -EBADF);
	check_equal(tv_queue_attach(handle, 0, pair[1], udp, -1), 0);
	check_equal(tv_queue_attach(handle, 0, pair[1], udp, -1), -EBUSY);
	check(fcntl(pair[1], F_GETFL) & O_NONBLOCK);
	check_equal(tv_device_write(handle, &packet, 1), 0);
	check_equal(read(pair[0], &packet, 1), 1);
	check_equal(tv_device_free(handle), 0);
	check_equal(fcntl(udp, F_GETFD), -1);
	check_equal(fcntl(pair[1], F_GETFD), -1);
	close(pair[0]);
}

static void pump_arguments(void)
{
	tv_device_config config = site_defaults;

	config.queues = 2;
	site_open(&site, &site_defaults);
	check_equal(tv_pump(site.handle, 1, site.rings[0], SITE_RING), -EINVAL);
	check_equal(tv_pump(site.handle, 0, site.rings[0], SITE_RING - 1), -EINVAL);
	check_equal(tv_pump(-5, 0, site.rings[0], SITE_RING), -EBADF);
	check_equal(tv_wake(site.handle, 1), -EINVAL);
	check_equal(tv_wake(-5, 0), -EBADF);
	check_equal(tv_device_stop(-5), -EBADF);
	int32_t other = tv_device_new(&config);

	check_equal(tv_pump(other, 1, site.rings[0], SITE_RING), -ENOTCONN);
	check_equal(tv_device_free(other), 0);
	site_close(&site);
}

static void *pump_once(void *result)
{
	*(int32_t *)result = tv_pump(site.handle, 0, site.rings[0], SITE_RING);
	return NULL;
}

static bool is_running(void)
{
	bool running;

	handles_lock();
	running = site.device->queues[0].running;
	handles_unlock();
	return running;
}

static void wakes_and_stops(void)
{
	pthread_t thread;
	int32_t result = 99;

	site_open(&site, &site_defaults);
	/* A wake-up that came before is not lost. */
	check_equal(tv_wake(site.handle, 0), 0);
	check_equal(tv_pump(site.handle, 0, site.rings[0], SITE_RING), 0);
	check(pthread_create(&thread, NULL, pump_once, &result) == 0);
	wait_until(is_running());
	check_equal(tv_device_free(site.handle), -EBUSY);
	check_equal(tv_pump(site.handle, 0, site.rings[0], SITE_RING), -EBUSY);
	check_equal(tv_wake(site.handle, 0), 0);
	pthread_join(thread, NULL);
	check_equal(result, 0);
	check(pthread_create(&thread, NULL, pump_once, &result) == 0);
	check_equal(tv_device_stop(site.handle), 0);
	pthread_join(thread, NULL);
	check_equal(result, -ESHUTDOWN);
	check_equal(tv_pump(site.handle, 0, site.rings[0], SITE_RING), -ESHUTDOWN);
	site_close(&site);
}

static void returns_within_its_time(void)
{
	int64_t before;

	site_open(&site, &site_defaults);
	before = tv_boottime_us();
	check_equal(tv_pump(site.handle, 0, site.rings[0], SITE_RING), 0);
	/* It waited, and nobody woke it. */
	check(tv_boottime_us() - before >= 900000);
	site_close(&site);
}

static void interface_gone(void)
{
	site_open(&site, &site_defaults);
	close(site.host[0]);
	site.host[0] = -1;
	check_equal(tv_pump(site.handle, 0, site.rings[0], SITE_RING), -ENODEV);
	check_equal(tv_pump(site.handle, 0, site.rings[0], SITE_RING), -ENODEV);
	site_close(&site);
}

SUITE(device, { "refuses bad configs", configs }, { "stale handles find nothing", stale_handles }, { "64 at a time", many_devices },
      { "peers", peers }, { "sessions", sessions }, { "routes are replaced whole", routes }, { "attachment", attachment },
      { "arguments of pump and wake", pump_arguments }, { "wakes, stops, and is not freed while it runs", wakes_and_stops },
      { "pump returns within its time", returns_within_its_time }, { "an interface that is gone ends the queue", interface_gone });
