#include "site.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bytes.h"
#include "harness.h"

const tv_device_config site_defaults = { .queues = 1, .mtu = SITE_MTU, .peers_max = 64, .staged_max = 16, .staged_max_peer = 8 };

static void attach(struct site *site, uint32_t queue, bool apart)
{
	int pair[2];
	int udp4 = tv_udp_open(4, apart ? 0 : site->port4, 0, 1);
	int udp6 = tv_udp_open(6, apart ? 0 : site->port6, 0, 1);

	check(udp4 >= 0);
	check(udp6 >= 0);
	check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) == 0);
	site->ports4[queue] = (uint16_t)tv_udp_port(udp4);
	site->ports6[queue] = (uint16_t)tv_udp_port(udp6);
	site->port4 = site->ports4[0];
	site->port6 = site->ports6[0];
	site->host[queue] = pair[0];
	check_equal(tv_queue_attach(site->handle, queue, pair[1], udp4, udp6), 0);
	site->rings[queue] = aligned_alloc(64, (SITE_RING + 63) / 64 * 64);
	check(site->rings[queue]);
	memset(site->rings[queue], 0, SITE_RING);
}

static void open_as(struct site *site, const tv_device_config *config, bool apart)
{
	memset(site, 0, sizeof *site);
	site->handle = tv_device_new(config);
	check(site->handle >= 0);
	site->device = device_find(site->handle);
	check(site->device);
	for (uint32_t queue = 0; queue < SITE_QUEUES; queue++) {
		site->host[queue] = -1;
		if (queue < config->queues)
			attach(site, queue, apart);
	}
}

void site_open(struct site *site, const tv_device_config *config)
{
	open_as(site, config, false);
}

void site_open_apart(struct site *site, const tv_device_config *config)
{
	open_as(site, config, true);
}

void site_close(struct site *site)
{
	check_equal(tv_device_free(site->handle), 0);
	for (uint32_t queue = 0; queue < SITE_QUEUES; queue++) {
		if (site->host[queue] >= 0)
			close(site->host[queue]);
		free(site->rings[queue]);
	}
}

void site_read_ring(struct site *site, uint32_t queue)
{
	uint8_t *ring = site->rings[queue];
	uint32_t write = __atomic_load_n((uint32_t *)(void *)ring, __ATOMIC_ACQUIRE);
	uint32_t read = load32(ring + 64);

	while (read != write) {
		const uint8_t *at = ring + TV_RING_HEADER + read % (SITE_RING - TV_RING_HEADER);
		struct seen *seen = &site->seen[site->seen_count % SITE_EVENTS];

		read += load32(at + 4);
		if (at[0] == TV_EVENT_PAD)
			continue;
		memcpy(&seen->event, at, sizeof seen->event);
		memcpy(seen->data, at + sizeof seen->event, seen->event.data_length);
		site->seen_count++;
	}
	__atomic_store_n((uint32_t *)(void *)(ring + 64), read, __ATOMIC_RELEASE);
}

int32_t site_pump(struct site *site)
{
	int32_t result;

	check_equal(tv_wake(site->handle, 0), 0);
	result = tv_pump(site->handle, 0, site->rings[0], SITE_RING);
	site_read_ring(site, 0);
	return result;
}

uint32_t site_events(const struct site *site, uint16_t type)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < site->seen_count && i < SITE_EVENTS; i++)
		count += site->seen[i].event.type == type;
	return count;
}

const struct seen *site_event(const struct site *site, uint16_t type)
{
	for (uint32_t i = site->seen_count; i-- > 0;)
		if (site->seen[i % SITE_EVENTS].event.type == type)
			return &site->seen[i % SITE_EVENTS];
	test_fail(__FILE__, __LINE__, "no event of type %u", type);
}

void site_forget(struct site *site)
{
	site->seen_count = 0;
}

uint64_t site_count(const struct site *site, uint32_t counter)
{
	uint64_t counts[TV_COUNTERS];

	check_equal(tv_counters_read(site->handle, counts), 0);
	return counts[counter];
}

uint64_t site_drops(const struct site *site, uint32_t reason)
{
	return site_count(site, TV_COUNT_DROPS + reason);
}

tv_peer_stats site_stats(const struct site *site, uint32_t peer)
{
	tv_peer_stats stats;

	check_equal(tv_peers_read(site->handle, peer, 1, &stats), 0);
	return stats;
}

void host_send(struct site *site, uint32_t queue, const uint8_t *packet, size_t length)
{
	check_equal(write(site->host[queue], packet, length), length);
}

int host_receive(struct site *site, uint32_t queue, uint8_t *packet, size_t room)
{
	return (int)read(site->host[queue], packet, room);
}

tv_route route_from(const char *prefix, uint32_t peer)
{
	char address[64];
	const char *slash = strchr(prefix, '/');
	tv_route route = { .family = strchr(prefix, ':') ? 6 : 4, .length = (uint8_t)atoi(slash + 1), .peer = peer };

	memcpy(address, prefix, (size_t)(slash - prefix));
	address[slash - prefix] = 0;
	check(inet_pton(route.family == 4 ? AF_INET : AF_INET6, address, route.addr) == 1);
	return route;
}

tv_endpoint endpoint4(uint16_t port)
{
	return (tv_endpoint){ .family = 4, .port = port, .addr = { 127, 0, 0, 1 } };
}

tv_endpoint endpoint6(uint16_t port)
{
	return (tv_endpoint){ .family = 6, .port = port, .addr = { [15] = 1 } };
}

struct secrets {
	uint8_t key[32], id[15];
};

static struct secrets secrets_of(uint64_t seed)
{
	struct secrets secrets;

	random_fill(&seed, &secrets, sizeof secrets);
	return secrets;
}

static void make_subkeys(uint8_t subkeys[TV_KINDS][TV_KEY], uint64_t seed)
{
	static const uint8_t kinds[TV_KINDS] = { 0x00, 0x01, 0x10, 0x11, 0xe0, 0xf0 };
	struct secrets secrets = secrets_of(seed);
	uint8_t input[16];

	memcpy(input, secrets.id, 15);
	for (int i = 0; i < TV_KINDS; i++) {
		input[15] = kinds[i];
		tv_hsalsa20(subkeys[i], secrets.key, input);
	}
}

tv_session_config session_between(uint32_t index, uint32_t remote_index, uint32_t peer, uint64_t send_seed, uint64_t receive_seed)
{
	int64_t now_us = tv_boottime_us();
	tv_session_config config = {
		.index = index,
		.remote_index = remote_index,
		.peer = peer,
		.capabilities = ALL_CAPABILITIES,
		.rekey_at_us = now_us + HOUR_US,
		.expires_at_us = now_us + HOUR_US,
		.rekey_after_messages = UINT64_C(1) << 48,
		.reject_after_messages = UINT64_C(1) << 52,
	};

	make_subkeys(config.send_subkeys, send_seed);
	make_subkeys(config.receive_subkeys, receive_seed);
	return config;
}

size_t seal_data(uint8_t *datagram, uint64_t seed, uint32_t index, uint8_t kind, uint64_t counter, const uint8_t *plaintext, size_t length)
{
	struct secrets secrets = secrets_of(seed);
	uint8_t nonce[24];

	datagram[0] = 4;
	datagram[1] = kind;
	datagram[2] = datagram[3] = 0;
	store32(datagram + 4, index);
	store64(datagram + 8, counter);
	memcpy(nonce, secrets.id, 15);
	nonce[15] = kind;
	store64(nonce + 16, counter);
	crypto_secretbox_easy(datagram + 16, plaintext, length, nonce, secrets.key);
	return TV_DATA_HEADER + length;
}

void stranger_open(struct stranger *stranger, uint32_t family)
{
	stranger->socket = tv_udp_open(family, 0, 0, 0);
	check(stranger->socket >= 0);
	stranger->port = (uint16_t)tv_udp_port(stranger->socket);
}

void stranger_close(struct stranger *stranger)
{
	close(stranger->socket);
}

void stranger_send(const struct stranger *stranger, const struct site *site, const uint8_t *datagram, size_t length)
{
	struct sockaddr_storage own;
	socklen_t size = sizeof own;
	tv_endpoint to;
	struct destination destination;

	check(getsockname(stranger->socket, (struct sockaddr *)&own, &size) == 0);
	to = own.ss_family == AF_INET ? endpoint4(site->port4) : endpoint6(site->port6);
	check(destination_set(&destination, &to));
	check_equal(sendto(stranger->socket, datagram, length, 0, &destination.address.any, destination.size), length);
}

int stranger_receive(const struct stranger *stranger, uint8_t *datagram, size_t room)
{
	return (int)recv(stranger->socket, datagram, room, 0);
}

int stranger_open_data(const struct stranger *stranger, const uint8_t *datagram, size_t length, uint8_t *plaintext)
{
	struct secrets secrets = secrets_of(stranger->receive_seed);
	uint8_t nonce[24];

	if (length < TV_DATA_HEADER || datagram[0] != 4 || datagram[2] || datagram[3])
		return -1;
	memcpy(nonce, secrets.id, 15);
	nonce[15] = datagram[1];
	memcpy(nonce + 16, datagram + 8, 8);
	if (crypto_secretbox_open_easy(plaintext, datagram + 16, length - 16, nonce, secrets.key) < 0)
		return -1;
	return (int)(length - TV_DATA_HEADER);
}
