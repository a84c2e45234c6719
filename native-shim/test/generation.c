/* Generations: what begins another one, what a session of an earlier one still does, and who is told. */
#include "generation.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"
#include "queue.h"
#include "scene.h"

#define STEP_MS 2000
#define REST_MS 60000
#define SECOND_US 1000000

static struct generation *generation;

static void start(void)
{
	tv_device_config config = site_defaults;
	const tv_route route = route_from("10.0.1.0/24", PEER);

	config.clock_step_ms = STEP_MS;
	config.clock_rest_ms = REST_MS;
	scene_open_as(&config, 4, &route, 1);
	generation = &site.device->generation;
	scene_session(usual_session());
	scene_endpoint();
	check(tv_session_use(site.handle, INDEX, 0) >= 0);
}

/* As if the clock had been set. */
static void set_clock(int64_t by_us)
{
	generation->clock_us -= by_us;
}

static void expect_told(uint32_t number, uint32_t cause)
{
	wait_until((site_pump(&site), site_events(&site, TV_EVENT_GENERATION) == number));
	check_equal(site_event(&site, TV_EVENT_GENERATION)->event.index, number);
	check_equal(site_event(&site, TV_EVENT_GENERATION)->event.kind, cause);
	check_equal(site_event(&site, TV_EVENT_GENERATION)->event.peer, TV_NO_PEER);
}

static uint64_t sent(void)
{
	return site_count(&site, TV_COUNT_TX_PACKETS);
}

static void a_set_clock(int64_t by_us)
{
	start();
	send_one();
	check_equal(sent(), 1);
	set_clock(by_us);
	send_one();
	check_equal(sent(), 1);
	check_equal(site.device->stage.count, 1);
	check_equal(site_events(&site, TV_EVENT_NO_SESSION), 1);
	expect_told(1, TV_GENERATION_CLOCK);
	scene_close();
}

static void forward(void)
{
	a_set_clock(INT64_C(2100) * 1000);
	a_set_clock(INT64_C(174) * 365 * 86400 * SECOND_US);
}

static void backward(void)
{
	a_set_clock(-INT64_C(2100) * 1000);
	a_set_clock(-INT64_C(56) * 365 * 86400 * SECOND_US);
}

/* Less than what is told to be a step, and a device that is not to look. */
static void no_step(void)
{
	start();
	set_clock(1900 * 1000);
	send_one();
	set_clock(-3700 * 1000);
	send_one();
	check_equal(sent(), 2);
	site.device->config.clock_step_ms = 0;
	set_clock(INT64_C(1000) * SECOND_US);
	send_one();
	check_equal(sent(), 3);
	check_equal(site_events(&site, TV_EVENT_GENERATION), 0);
	scene_close();
}

/* One that is set all the time is looked at again when its rest is over, and what it is set to then counts. */
static void rests(void)
{
	tv_session_config config = session_between(INDEX + 1, REMOTE, PEER, 901, 900);

	start();
	set_clock(INT64_C(1000) * SECOND_US);
	send_one();
	expect_told(1, TV_GENERATION_CLOCK);
	config.generation = 1;
	scene_session(config);
	check_equal(tv_session_use(site.handle, INDEX + 1, 0), 1);
	for (int i = 0; i < 5; i++) {
		set_clock(INT64_C(1000) * SECOND_US);
		send_one();
	}
	check_equal(sent(), 6);
	check(generation->rest_until_us > tv_boottime_us() + (REST_MS - 20000) * INT64_C(1000));
	generation->rest_until_us = tv_boottime_us();
	send_one();
	check_equal(sent(), 6);
	expect_told(2, TV_GENERATION_CLOCK);
	/* Set back to where it was in the meantime is no step. */
	generation->rest_until_us = 0;
	site_pump(&site);
	check_equal(site_events(&site, TV_EVENT_GENERATION), 2);
	scene_close();
}

static void opens_on_and_seals_no_more(void)
{
	start();
	set_clock(INT64_C(1000) * SECOND_US);
	receive_one(inbound_packet(plaintext));
	receive_one(0);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), -ETIME);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_PROBE, plaintext, 16, NULL), -ETIME);
	check_equal(tv_session_use(site.handle, INDEX, 1), -ETIME);
	check_equal(sent(), 0);
	scene_close();
}

/* The control thread may be the first to see it. */
static void seen_by_the_control_thread(void)
{
	start();
	set_clock(INT64_C(1000) * SECOND_US);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, NULL, 0, NULL), -ETIME);
	expect_told(1, TV_GENERATION_CLOCK);
	scene_close();
}

/* One that a thread had made before it knew. */
static void added_late(void)
{
	tv_session_config late = session_between(INDEX + 1, REMOTE, PEER, 901, 900);
	tv_session_config next = session_between(INDEX + 2, REMOTE, PEER, 901, 900);

	start();
	set_clock(INT64_C(1000) * SECOND_US);
	send_one();
	check_equal(tv_session_add(site.handle, &late), 0);
	check_equal(tv_session_use(site.handle, INDEX + 1, 1), -ETIME);
	next.generation = 1;
	check_equal(tv_session_add(site.handle, &next), 0);
	check_equal(tv_session_use(site.handle, INDEX + 2, 1), 1);
	check_equal(site.device->stage.count, 0);
	check_equal(sent(), 1);
	scene_close();
}

static void survives_a_full_ring(void)
{
	start();
	fill_ring();
	set_clock(INT64_C(1000) * SECOND_US);
	pump_unread();
	check_equal(generation->number, 1);
	empty_ring();
	expect_told(1, TV_GENERATION_CLOCK);
	site_pump(&site);
	check_equal(site_events(&site, TV_EVENT_GENERATION), 1);
	scene_close();
}

#define MESSAGE(text) text, sizeof(text)

static void messages(void)
{
	check(generation_changed(MESSAGE("change@/devices/A\0ACTION=change\0NEW_VMGENID=1\0SEQNUM=7")));
	check(generation_changed(MESSAGE("NEW_VMGENID=1")));
	check(!generation_changed(MESSAGE("change@/devices/A\0ACTION=change\0SEQNUM=7")));
	check(!generation_changed(MESSAGE("change@/devices/A\0ACTION=change\0SYNTH_ARG_NEW_VMGENID=1")));
	check(!generation_changed(MESSAGE("change@/devices/A\0NEW_VMGENID=12")));
	check(!generation_changed(MESSAGE("change@/devices/A\0NEW_VMGENID=")));
	/* Without its end. */
	check(!generation_changed("a\0NEW_VMGENID=1", 15));
	check(!generation_changed("", 0));
	check(!generation_changed("abc", 3));
}

static void the_machines_word(void)
{
	static const char other[] = "add@/devices/B\0ACTION=add\0", changed[] = "change@/devices/A\0NEW_VMGENID=1\0";
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = SOURCE_MACHINE };
	struct queue *queue;
	int ends[2];

	start();
	queue = &site.device->queues[0];
	check_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends), 0);
	queue->machine = ends[1];
	check_equal(epoll_ctl(queue->watch, EPOLL_CTL_ADD, ends[1], &event), 0);
	check(send(ends[0], other, sizeof other, 0) > 0);
	site_pump(&site);
	send_one();
	check_equal(sent(), 1);
	check(send(ends[0], changed, sizeof changed, 0) > 0);
	/* In the same round as the packet, and before it. */
	host_send(&site, 0, packet, outbound_packet(packet));
	wait_until((site_pump(&site), site.device->stage.count == 1));
	check_equal(sent(), 1);
	expect_told(1, TV_GENERATION_MACHINE);
	check(send(ends[0], changed, sizeof changed, 0) > 0);
	expect_told(2, TV_GENERATION_MACHINE);
	close(ends[0]);
	scene_close();
}

static void the_kernels_socket(void)
{
	start();
	check_equal(tv_host_watch(site.handle), 0);
	check(site.device->queues[0].machine >= 0);
	scene_close();
}

/* A machine that has slept may be somewhere else. */
static void slept(void)
{
	start();
	check_equal(tv_host_watch(site.handle), 0);
	site_pump(&site);
	site_forget(&site);
	site.device->queues[0].asleep_us -= 900 * 1000;
	site_pump(&site);
	check_equal(site_events(&site, TV_EVENT_HOST), 0);
	site.device->queues[0].asleep_us -= 1100 * 1000;
	wait_until((site_pump(&site), site_events(&site, TV_EVENT_HOST) == 1));
	check_equal(site_event(&site, TV_EVENT_HOST)->event.kind, TV_HOST_ANY);
	check_equal(site_events(&site, TV_EVENT_GENERATION), 0);
	scene_close();
}

SUITE(generation, { "a clock set forward ends sending", forward }, { "a clock set backward ends sending", backward },
      { "a smaller step does not, nor any when it is off", no_step }, { "a clock that is set all the time rests in between", rests },
      { "an earlier session opens on and seals no more", opens_on_and_seals_no_more },
      { "the control thread sees a set clock", seen_by_the_control_thread },
      { "a session made before is of its generation when it is added late", added_late },
      { "its event survives a full ring", survives_a_full_ring }, { "messages about the machine", messages },
      { "the machine's word ends sending before the next packet", the_machines_word },
      { "the kernel's socket is there", the_kernels_socket }, { "sleep is a change of the host", slept });
