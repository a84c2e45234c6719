/* Received datagrams: each rule before a packet is opened, in its order, with the counter that tells. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "bytes.h"
#include "harness.h"
#include "offload.h"
#include "packets.h"
#include "scene.h"

static void start_with(tv_session_config config)
{
	const tv_route route = route_from("10.0.1.0/24", PEER);

	scene_open(4, &route, 1);
	scene_session(config);
}

static void start(void)
{
	start_with(usual_session());
}

static void types_and_lengths(void)
{
	static const struct {
		uint8_t type;
		size_t length;
	} handshakes[] = { { 1, 144 }, { 2, 84 }, { 3, 64 } };

	start();
	memset(datagram, 0, sizeof datagram);
	expect_datagram_dropped(TV_DROP_LENGTH, 0);
	for (unsigned int type = 0; type < 256; type += type < 8 ? 1 : 31) {
		if (type >= 1 && type <= 4)
			continue;
		datagram[0] = (uint8_t)type;
		expect_datagram_dropped(TV_DROP_TYPE, 64);
		expect_datagram_dropped(TV_DROP_TYPE, 1);
	}
	for (size_t i = 0; i < 3; i++) {
		datagram[0] = handshakes[i].type;
		datagram[1] = 1;
		expect_datagram_dropped(TV_DROP_LENGTH, 1);
		expect_datagram_dropped(TV_DROP_LENGTH, handshakes[i].length - 1);
		expect_datagram_dropped(TV_DROP_LENGTH, handshakes[i].length + 1);
		datagram[1] = 0;
		expect_datagram_dropped(TV_DROP_VERSION, handshakes[i].length);
		datagram[1] = 2;
		expect_datagram_dropped(TV_DROP_VERSION, handshakes[i].length);
		datagram[1] = 1;
		datagram[2] = 1;
		expect_datagram_dropped(TV_DROP_RESERVED, handshakes[i].length);
		datagram[2] = 0;
		datagram[3] = 0x80;
		expect_datagram_dropped(TV_DROP_RESERVED, handshakes[i].length);
		datagram[3] = 0;
	}
	check_equal(site.seen_count, site_events(&site, TV_EVENT_OTHER_VERSION));
	datagram[0] = 4;
	datagram[1] = 0;
	expect_datagram_dropped(TV_DROP_LENGTH, 31);
	expect_datagram_dropped(TV_DROP_LENGTH, 1);
	/* Longer than anything that is taken. */
	expect_datagram_dropped(TV_DROP_LENGTH, TV_RECEIVE_MAX + 1);
	scene_close();
}

static void handshakes_become_events(void)
{
	static const size_t lengths[] = { 0, 144, 84, 64 };

	start();
	for (uint8_t type = 1; type <= 3; type++) {
		for (size_t i = 0; i < lengths[type]; i++)
			datagram[i] = (uint8_t)(i * type);
		memcpy(datagram, (const uint8_t[]){ type, 1, 0, 0 }, 4);
		stranger_send(&stranger, &site, datagram, lengths[type]);
		wait_until((site_pump(&site), site_events(&site, TV_EVENT_HANDSHAKE) == type));
		const struct seen *seen = site_event(&site, TV_EVENT_HANDSHAKE);

		check_equal(seen->event.data_length, lengths[type]);
		check(memcmp(seen->data, datagram, lengths[type]) == 0);
		check_equal(seen->event.source.family, 4);
		check_equal(seen->event.source.port, stranger.port);
		check_equal(seen->event.source.addr[0], 127);
		check_equal(seen->event.peer, TV_NO_PEER);
		check(seen->event.time_us > 0);
	}
	scene_close();
}

static void data_header(void)
{
	size_t length;

	start();
	length = seal(TV_KIND_IP, inbound_packet(plaintext));
	datagram[2] = 1;
	expect_datagram_dropped(TV_DROP_RESERVED, length);
	datagram[2] = 0;
	datagram[3] = 1;
	expect_datagram_dropped(TV_DROP_RESERVED, length);
	datagram[3] = 0;
	for (unsigned int kind = 0; kind < 256; kind++)
		if (kind != 0x00 && kind != 0x01 && kind != 0x10 && kind != 0x11 && kind != 0xe0 && kind != 0xf0) {
			datagram[1] = (uint8_t)kind;
			expect_datagram_dropped(TV_DROP_KIND, length);
		}
	/* A kind that this device has no use for, well sealed. */
	expect_datagram_dropped(TV_DROP_KIND, seal(TV_KIND_ETH, 0));
	expect_datagram_dropped(TV_DROP_KIND, seal(TV_KIND_ETH_PARTIAL, 64));
	length = seal(TV_KIND_IP, inbound_packet(plaintext));
	store32(datagram + 4, INDEX + 1);
	expect_datagram_dropped(TV_DROP_INDEX, length);
	store32(datagram + 4, 0);
	expect_datagram_dropped(TV_DROP_INDEX, length);
	store32(datagram + 4, INDEX);
	expect_delivered(length, plaintext, inbound_packet(plaintext));
	scene_close();
}

static void capabilities(void)
{
	static const uint8_t kinds[] = { TV_KIND_IP, TV_KIND_IP_PARTIAL, TV_KIND_PROBE, TV_KIND_CONTROL };
	tv_session_config config = usual_session();

	start();
	for (size_t i = 0; i < 4; i++) {
		config.index = INDEX + 10 + (uint32_t)i;
		config.capabilities = (uint32_t[]){ 0x1e, 0x1b, 0x17, 0x0f }[i];
		scene_session(config);
		expect_datagram_dropped(TV_DROP_KIND, seal(kinds[i], inbound_packet(plaintext)));
	}
	check_equal(site_stats(&site, PEER).drops[TV_DROP_KIND], 4);
	scene_close();
}

static void counters(void)
{
	tv_session_config config = usual_session();

	config.reject_after_messages = 1000;
	start_with(config);
	next_counter = 1000;
	expect_datagram_dropped(TV_DROP_COUNTER, seal(TV_KIND_IP, inbound_packet(plaintext)));
	next_counter = UINT64_MAX;
	expect_datagram_dropped(TV_DROP_COUNTER, seal(TV_KIND_IP, inbound_packet(plaintext)));
	next_counter = 999;
	expect_delivered(seal(TV_KIND_IP, inbound_packet(plaintext)), plaintext, inbound_packet(plaintext));
	scene_close();
}

static void replays(void)
{
	uint8_t recorded[200];
	size_t length;

	start();
	next_counter = 5;
	length = seal(TV_KIND_IP, inbound_packet(plaintext));
	memcpy(recorded, datagram, length);
	expect_delivered(length, plaintext, inbound_packet(plaintext));
	memcpy(datagram, recorded, length);
	expect_datagram_dropped(TV_DROP_REPLAY, length);
	/* Late but new. */
	next_counter = 3;
	expect_delivered(seal(TV_KIND_IP, inbound_packet(plaintext)), plaintext, inbound_packet(plaintext));
	next_counter = 5 + 8129;
	expect_delivered(seal(TV_KIND_IP, inbound_packet(plaintext)), plaintext, inbound_packet(plaintext));
	next_counter = 4;
	expect_datagram_dropped(TV_DROP_REPLAY, seal(TV_KIND_IP, inbound_packet(plaintext)));
	next_counter = 6;
	expect_delivered(seal(TV_KIND_IP, inbound_packet(plaintext)), plaintext, inbound_packet(plaintext));
	check_equal(site_stats(&site, PEER).drops[TV_DROP_REPLAY], 2);
	scene_close();
}

static void forgeries(void)
{
	size_t length;

	start();
	/* Counter, tag and text; the counter's highest byte, which this passes over, would be refused before. */
	for (size_t at = 8; at < 32 + 53; at += 3) {
		next_counter = 1;
		length = seal(TV_KIND_IP, inbound_packet(plaintext));
		datagram[at] ^= 0x04;
		expect_datagram_dropped(TV_DROP_AUTH, length);
	}
	length = seal(TV_KIND_IP, inbound_packet(plaintext));
	datagram[1] = TV_KIND_CONTROL;
	expect_datagram_dropped(TV_DROP_AUTH, length);
	expect_datagram_dropped(TV_DROP_AUTH, seal(TV_KIND_IP, inbound_packet(plaintext)) - 1);
	expect_datagram_dropped(TV_DROP_AUTH, seal(TV_KIND_IP, inbound_packet(plaintext)) + 1);
	/* Nothing forged has marked the window, moved its head, or counted as heard. */
	check_equal(site_count(&site, TV_COUNT_RX_PACKETS), 0);
	check_equal(site_stats(&site, PEER).received_at_us, 0);
	check_equal(site_events(&site, TV_EVENT_FIRST_RECEIVED), 0);
	next_counter = 1;
	expect_delivered(seal(TV_KIND_IP, inbound_packet(plaintext)), plaintext, inbound_packet(plaintext));
	scene_close();
}

static void expiry(void)
{
	tv_session_config config = usual_session();

	config.expires_at_us = tv_boottime_us();
	start_with(config);
	expect_datagram_dropped(TV_DROP_EXPIRED, seal(TV_KIND_IP, inbound_packet(plaintext)));
	check_equal(site_stats(&site, PEER).drops[TV_DROP_EXPIRED], 1);
	scene_close();
}

/* Of what was joined, the last may be short enough. */
static void too_long_in_a_run(void)
{
	const struct receiver receiver = { .size = 100 };
	struct message message = { .datagram = { .bytes = datagram }, .left = 290, .segment = 110 };

	check(message_next(&receiver, &message));
	check(message.datagram.truncated);
	check(message_next(&receiver, &message));
	check(message.datagram.truncated);
	check(message_next(&receiver, &message));
	check_equal(message.datagram.bytes - datagram, 220);
	check_equal(message.datagram.length, 70);
	check(!message.datagram.truncated);
	check(!message_next(&receiver, &message));
	/* Where the kernel cut something off, nobody knows of which. */
	message = (struct message){ .datagram = { .bytes = datagram }, .left = 30, .segment = 20, .truncated = true };
	while (message_next(&receiver, &message))
		check(message.datagram.truncated);
}

/* What the kernel says beside a message counts whole or not at all. */
static void control_cut_short(void)
{
	static const struct {
		int level, type;
		size_t size;
	} kinds[] = {
		{ IPPROTO_IP, IP_PKTINFO, sizeof(struct in_pktinfo) },
		{ IPPROTO_IPV6, IPV6_PKTINFO, sizeof(struct in6_pktinfo) },
		{ IPPROTO_UDP, UDP_GRO, sizeof(int) },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (size_t missing = 0; missing < 2; missing++) {
			struct receiver receiver = { .slots = datagram };
			struct cmsghdr *control = &receiver.infos[0].align;
			struct message message;

			memset(&receiver.infos[0], 1, sizeof receiver.infos[0]);
			control->cmsg_level = kinds[i].level;
			control->cmsg_type = kinds[i].type;
			control->cmsg_len = CMSG_LEN(kinds[i].size - missing);
			receiver.messages[0].msg_len = 20;
			receiver.messages[0].msg_hdr = (struct msghdr){ .msg_control = control, .msg_controllen = control->cmsg_len };
			receiver_message(&receiver, 0, &message);
			check_equal(message.datagram.ifindex != 0 || message.segment != 20, !missing);
		}
}

static void through_the_tunnel_itself(void)
{
	tv_device_config config = site_defaults;

	config.ifindex = (uint32_t)tv_if_index((const uint8_t *)"lo");
	site_open(&site, &config);
	stranger_open(&stranger, 4);
	expect_datagram_dropped(TV_DROP_LOOP, inbound_packet(plaintext));
	stranger_close(&stranger);
	stranger_open(&stranger, 6);
	expect_datagram_dropped(TV_DROP_LOOP, inbound_packet(plaintext));
	scene_close();
}

/* Not joined on loopback: each that was sent is counted, here or there. */
static void beyond_the_buffer(void)
{
	const uint32_t sent = 1000;

	for (uint32_t family = 4; family <= 6; family += 2) {
		const struct receiver *receiver;
		int size = 0;

		site_open(&site, &site_defaults);
		stranger_open(&stranger, family);
		receiver = &site.device->queues[0].receiver;
		check(setsockopt(family == 4 ? receiver->socket4 : receiver->socket6, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == 0);
		datagram[0] = 0xff;
		for (uint32_t i = 0; i < sent; i++)
			stranger_send(&stranger, &site, datagram, 64);
		check(site_drops(&site, TV_DROP_RECEIVE_FULL) > 0);
		wait_until((site_pump(&site), site_drops(&site, TV_DROP_TYPE) + site_drops(&site, TV_DROP_RECEIVE_FULL) == sent));
		check(site_drops(&site, TV_DROP_TYPE) > 0);
		scene_close();
	}
}

SUITE(receive, { "types, lengths, versions, reserved bytes", types_and_lengths },
      { "handshakes become events", handshakes_become_events }, { "the header of DATA", data_header },
      { "kinds outside the capabilities", capabilities }, { "counters at the limit", counters }, { "replays", replays },
      { "forgeries", forgeries }, { "expiry", expiry }, { "a run of which some are too long", too_long_in_a_run },
      { "what the kernel says beside a message, cut short", control_cut_short },
      { "datagrams through the tunnel itself", through_the_tunnel_itself },
      { "datagrams that the socket has no room for", beyond_the_buffer });
