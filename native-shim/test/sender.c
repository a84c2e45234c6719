/* What the kernel may answer to a batch: each answer once, by a stand-in for its system call. */
#include "sender.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "scene.h"

#define PACKETS 10

int __real_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);

/* Answers to come, the last of them first: -errno, or how many datagrams to send at most. Then the kernel's own. */
static int answers[8];
static int answer_count;

int __wrap_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
	int answer;

	/* Other tests send from many threads, and have no answers here. */
	if (answer_count == 0)
		return __real_sendmmsg(fd, messages, count, flags);
	answer = answers[--answer_count];
	if (answer > 0)
		return __real_sendmmsg(fd, messages, (unsigned int)answer < count ? (unsigned int)answer : count, flags);
	errno = -answer;
	return -1;
}

static void start(bool splits)
{
	const tv_route route = route_from("10.0.1.0/24", PEER);

	scene_open_as(&(tv_device_config){ .queues = 1, .mtu = SITE_MTU, .peers_max = 8, .staged_max = 64, .staged_max_peer = 64 }, 4, &route, 1);
	stage_packets(PACKETS);
	scene_endpoint();
	scene_session(usual_session());
	site.device->control.sender.v4.splits = splits;
}

/* Sends ten packets, and counts what became of them: `sent` by the mask of those that must arrive. */
static void expect_sent(uint32_t sent, uint64_t full, uint64_t error)
{
	check_equal(tv_session_use(site.handle, INDEX, 0), __builtin_popcount(sent));
	check_equal(answer_count, 0);
	for (uint32_t i = 0; i < PACKETS; i++)
		if (sent >> i & 1) {
			check_equal(next_plaintext(), 64);
			/* Whatever was lost between, no counter was used twice. */
			check_equal(load64(datagram + 8), i);
			check_equal(plaintext[52], i);
		}
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
	check_equal(site_drops(&site, TV_DROP_SEND_FULL), full);
	check_equal(site_drops(&site, TV_DROP_SEND_ERROR), error);
	check_equal(site_stats(&site, PEER).drops[TV_DROP_SEND_FULL], full);
	check_equal(site_stats(&site, PEER).drops[TV_DROP_SEND_ERROR], error);
	check_equal(site_stats(&site, PEER).tx_packets, __builtin_popcount(sent));
	check_equal(site_count(&site, TV_COUNT_TX_BYTES), __builtin_popcount(sent) * 96);
	scene_close();
}

static void answer_with(bool splits, const int *list, int count)
{
	start(splits);
	for (int i = 0; i < count; i++)
		answers[count - 1 - i] = list[i];
	answer_count = count;
}

#define ANSWERS(...) answer_with(false, (const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

static void all(void)
{
	ANSWERS(PACKETS);
	expect_sent(0x3ff, 0, 0);
}

static void a_few_at_a_time(void)
{
	ANSWERS(1, 3, 2, 1);
	expect_sent(0x3ff, 0, 0);
}

static void interrupted(void)
{
	ANSWERS(4, -EINTR, -EINTR, 3);
	expect_sent(0x3ff, 0, 0);
}

static void a_full_buffer_loses_the_rest(void)
{
	ANSWERS(4, -EAGAIN);
	expect_sent(0x00f, 6, 0);
}

static void a_full_device_loses_one(void)
{
	ANSWERS(4, -ENOBUFS);
	expect_sent(0x3ef, 1, 0);
}

static void an_error_of_another_datagram(void)
{
	ANSWERS(-ECONNREFUSED, 5, -EHOSTUNREACH, 2, -ECONNREFUSED);
	expect_sent(0x3ff, 0, 0);
}

static void a_refused_datagram(void)
{
	ANSWERS(2, -EPERM, 3, -EMSGSIZE);
	expect_sent(0x3bb, 0, 2);
}

static void unreachable_for_good(void)
{
	ANSWERS(2, -ENETUNREACH, -ENETUNREACH);
	expect_sent(0x3fb, 0, 1);
}

/* One run of ten: refused by a road that cannot split, it leaves datagram by datagram, and so does what follows. */
static void a_road_that_cannot_split(void)
{
	answer_with(true, (const int[]){ -EIO }, 1);
	check(site.device->control.sender.v4.splits);
	check_equal(tv_session_use(site.handle, INDEX, 0), PACKETS);
	check(!site.device->control.sender.v4.splits);
	for (uint64_t i = 0; i < PACKETS; i++) {
		check_equal(next_plaintext(), 64);
		check_equal(load64(datagram + 8), i);
	}
	check_equal(site_drops(&site, TV_DROP_SEND_ERROR), 0);
	scene_close();
}

static void a_run_too_large_for_its_path(void)
{
	/* The run, then of its datagrams the third, which is itself too large, and the sixth, for which there is no room. */
	answer_with(true, (const int[]){ -EMSGSIZE, 1, 1, -EMSGSIZE, 1, 1, -EAGAIN }, 7);
	check_equal(tv_session_use(site.handle, INDEX, 0), 4);
	check(site.device->control.sender.v4.splits);
	check_equal(site_drops(&site, TV_DROP_SEND_ERROR), 1);
	check_equal(site_drops(&site, TV_DROP_SEND_FULL), 5);
	check_equal(site_stats(&site, PEER).tx_packets, 4);
	scene_close();
}

/* More than one datagram's length allows: two runs, and so two calls that each send one message. */
static void runs_of_the_largest_size(void)
{
	const tv_route route = route_from("10.0.1.0/24", PEER);
	size_t length = packet4(packet, "10.0.0.2", "10.0.1.9", 17, SITE_MTU - 20);

	scene_open_as(&(tv_device_config){ .queues = 1, .mtu = SITE_MTU, .peers_max = 8, .staged_max = 64, .staged_max_peer = 64 }, 4, &route, 1);
	for (int i = 0; i < 60; i++)
		host_send(&site, 0, packet, length);
	wait_until((site_pump(&site), site.device->stage.count == 60));
	scene_endpoint();
	scene_session(usual_session());
	check(site.device->control.sender.v4.splits);
	answers[0] = answers[1] = answers[2] = 1;
	answer_count = 3;
	check_equal(tv_session_use(site.handle, INDEX, 0), 60);
	check_equal(answer_count, 1);
	answer_count = 0;
	scene_close();
}

static void a_whole_run(void)
{
	answer_with(true, (const int[]){ 1 }, 1);
	expect_sent(0x3ff, 0, 0);
	answer_with(true, (const int[]){ -EAGAIN }, 1);
	expect_sent(0, 10, 0);
	answer_with(true, (const int[]){ -EPERM }, 1);
	expect_sent(0, 0, 10);
}

static void no_socket_of_the_family(void)
{
	tv_endpoint endpoint = { .family = 4, .port = 1, .addr = { 127, 0, 0, 1 } };

	start(false);
	site.device->control.sender.v4.socket = -1;
	check_equal(tv_send(site.handle, &endpoint, packet, 10), -EAFNOSUPPORT);
	check_equal(tv_session_use(site.handle, INDEX, 0), 0);
	check_equal(site_drops(&site, TV_DROP_SEND_ERROR), PACKETS + 1);
	scene_close();
}

SUITE(sender, { "all at once", all }, { "a few at a time", a_few_at_a_time }, { "interrupted", interrupted },
      { "a full buffer loses the rest", a_full_buffer_loses_the_rest }, { "a full device loses one", a_full_device_loses_one },
      { "an error of another datagram", an_error_of_another_datagram }, { "a refused datagram", a_refused_datagram },
      { "unreachable for good", unreachable_for_good }, { "a whole run", a_whole_run }, { "runs of the largest size", runs_of_the_largest_size }, { "a road that cannot split", a_road_that_cannot_split },
      { "a run too large for its path", a_run_too_large_for_its_path }, { "no socket of the family", no_socket_of_the_family });
