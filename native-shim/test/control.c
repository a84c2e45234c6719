/* What the control thread sends: messages of a session, handshakes, packets for its own host. */
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "harness.h"
#include "packets.h"
#include "scene.h"

static void start(void)
{
	scene_open(4, NULL, 0);
	scene_endpoint();
	scene_session(usual_session());
	check_equal(tv_session_use(site.handle, INDEX, 0), 0);
}

static void control_messages(void)
{
	static const uint8_t kinds[] = { TV_KIND_IP, TV_KIND_PROBE, TV_KIND_CONTROL };
	uint64_t state = 61;

	start();
	random_fill(&state, packet, sizeof packet);
	for (size_t i = 0; i < 3; i++)
		for (uint32_t length = 0; length < 1400; length += 113) {
			check_equal(tv_session_send(site.handle, INDEX, kinds[i], packet, length, NULL), 0);
			/* Packets are padded; messages are as long as they are. */
			check_equal(next_plaintext(), i ? length : (length + 15) / 16 * 16);
			check_equal(datagram[1], kinds[i]);
			check(memcmp(plaintext, packet, length) == 0);
		}
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_PROBE, packet, 9000, NULL), 0);
	check_equal(next_plaintext(), 9000);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_PROBE, packet, 65507 - 32, NULL), 0);
	check_equal(next_plaintext(), 65507 - 32);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_PROBE, packet, 65507 - 31, NULL), -EMSGSIZE);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_IP, packet, SITE_MTU + 1, NULL), -EMSGSIZE);
	check_equal(tv_session_send(site.handle, INDEX, 0x02, packet, 10, NULL), -EINVAL);
	check_equal(tv_session_send(site.handle, INDEX, 0x100, packet, 10, NULL), -EINVAL);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_ETH, packet, 10, NULL), -EOPNOTSUPP);
	check_equal(tv_session_send(site.handle, INDEX + 1, TV_KIND_IP, packet, 10, NULL), -ENOENT);
	scene_close();
}

static void to_another_address(void)
{
	struct stranger other = { .receive_seed = 901 };
	tv_endpoint endpoint;
	int length = -1;

	start();
	stranger_open(&other, 6);
	endpoint = endpoint6(other.port);
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_PROBE, packet, 16, &endpoint), 0);
	wait_until((length = stranger_receive(&other, datagram, sizeof datagram)) >= 0);
	check_equal(stranger_open_data(&other, datagram, (size_t)length, plaintext), 16);
	check_equal(stranger_receive(&stranger, datagram, sizeof datagram), -1);
	endpoint.port = 0;
	check_equal(tv_session_send(site.handle, INDEX, TV_KIND_PROBE, packet, 16, &endpoint), -EINVAL);
	stranger_close(&other);
	scene_close();
}

static void handshake_messages(void)
{
	tv_endpoint to;
	int length = -1;

	start();
	to = endpoint4(stranger.port);
	memset(packet, 0x42, 144);
	check_equal(tv_send(site.handle, &to, packet, 144), 0);
	wait_until((length = stranger_receive(&stranger, datagram, sizeof datagram)) >= 0);
	check_equal(length, 144);
	check(memcmp(datagram, packet, 144) == 0);
	check_equal(tv_send(site.handle, &to, packet, 0), -EMSGSIZE);
	check_equal(tv_send(site.handle, &to, packet, 65508), -EMSGSIZE);
	to.family = 0;
	check_equal(tv_send(site.handle, &to, packet, 144), -EDESTADDRREQ);
	to.family = 7;
	check_equal(tv_send(site.handle, &to, packet, 144), -EINVAL);
	/* The kernel's answer comes back, and is counted. */
	to = (tv_endpoint){ .family = 4, .port = 9, .addr = { 127, 255, 255, 255 } };
	check_equal(tv_send(site.handle, &to, packet, 144), -EACCES);
	check_equal(site_drops(&site, TV_DROP_SEND_ERROR), 1);
	scene_close();
}

/* A connected socket is told of ICMP errors, by failing the next datagram, wherever that goes. */
static void errors_of_earlier_messages(void)
{
	struct stranger closed;
	struct destination nowhere;
	tv_endpoint to;

	start();
	stranger_open(&closed, 4);
	to = endpoint4(closed.port);
	stranger_close(&closed);
	check(destination_set(&nowhere, &to));
	check(connect(site.device->control.sender.v4.socket, &nowhere.address.any, nowhere.size) == 0);
	for (int i = 0; i < 10; i++) {
		check_equal(tv_session_send(site.handle, INDEX, TV_KIND_PROBE, packet, 16, &to), 0);
		check_equal(tv_session_send(site.handle, INDEX, TV_KIND_PROBE, packet, 32, NULL), 0);
		check_equal(next_plaintext(), 32);
	}
	check_equal(site_drops(&site, TV_DROP_SEND_ERROR), 0);
	scene_close();
}

static void to_the_host(void)
{
	uint8_t found[100];

	start();
	check_equal(tv_device_write(site.handle, packet, (uint32_t)outbound_packet(packet)), 0);
	check_equal(host_receive(&site, 0, found, sizeof found), 53);
	check(memcmp(found, packet, 53) == 0);
	scene_close();
}

SUITE(control, { "control messages", control_messages }, { "to another address", to_another_address },
      { "handshake messages", handshake_messages }, { "errors of earlier messages", errors_of_earlier_messages },
      { "to the host", to_the_host });
