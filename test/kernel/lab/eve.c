/*
 * Someone who sits on the path, with raw sockets.
 *
 *   eve hear DEVICE...                 prints each UDP datagram that comes in: `SOURCE PORT DESTINATION PORT HEX`
 *   eve send                           sends what standard input lists, in that form, or as `SOURCE DESTINATION icmp HEX`
 *   eve race DEVICE SOURCE PORT        passes on what comes in by a device, each datagram behind a copy of it from another address
 */
#include "udp_socket.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <string.h>

#define PACKET_MAX 65535
#define HEADERS (sizeof(struct iphdr) + sizeof(struct udphdr))

static int open_tap(const char *device)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = (int)if_nametoindex(device) };
	int size = BUFFER, fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP));

	if (address.sll_ifindex == 0 || fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
		fail(device);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	return fd;
}

static int open_raw(void)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);

	if (fd < 0)
		fail("raw socket");
	return fd;
}

/* Reads a packet. Its length, or 0 when it is no whole UDP datagram. */
static size_t take(int tap, uint8_t *packet)
{
	ssize_t length = recv(tap, packet, PACKET_MAX, 0);
	const struct iphdr *ip = (const struct iphdr *)packet;

	if (length < (ssize_t)HEADERS || ip->version != 4 || ip->ihl != 5 || ip->protocol != IPPROTO_UDP || ntohs(ip->tot_len) > length)
		return 0;
	return ntohs(ip->tot_len);
}

static void put(int raw, const uint8_t *packet, size_t length)
{
	const struct iphdr *ip = (const struct iphdr *)packet;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = ip->daddr };

	if (sendto(raw, packet, length, 0, (struct sockaddr *)&to, sizeof to) < 0)
		fail("sendto");
}

static void print(const uint8_t *packet, size_t length)
{
	const struct iphdr *ip = (const struct iphdr *)packet;
	const struct udphdr *udp = (const struct udphdr *)(packet + sizeof *ip);
	char source[INET_ADDRSTRLEN], destination[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &ip->saddr, source, sizeof source);
	inet_ntop(AF_INET, &ip->daddr, destination, sizeof destination);
	printf("%s %u %s %u ", source, ntohs(udp->source), destination, ntohs(udp->dest));
	for (size_t at = HEADERS; at < length; at++)
		printf("%02x", packet[at]);
	putchar('\n');
}

static void hear(int count, char **devices)
{
	static uint8_t packet[PACKET_MAX];
	struct pollfd taps[8];

	for (int i = 0; i < count; i++)
		taps[i] = (struct pollfd){ .fd = open_tap(devices[i]), .events = POLLIN };
	printf("listening\n");
	fflush(stdout);
	while (!ended && poll(taps, (nfds_t)count, -1) > 0) {
		for (int i = 0; i < count; i++) {
			size_t length = taps[i].revents ? take(taps[i].fd, packet) : 0;

			if (length)
				print(packet, length);
		}
		fflush(stdout);
	}
}

static void address_packet(uint8_t *packet, const char *source, const char *destination, uint8_t protocol, size_t length)
{
	struct iphdr *ip = (struct iphdr *)packet;

	*ip = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = protocol, .tot_len = htons((uint16_t)length) };
	if (inet_pton(AF_INET, source, &ip->saddr) != 1 || inet_pton(AF_INET, destination, &ip->daddr) != 1) {
		fprintf(stderr, "no addresses: %s %s\n", source, destination);
		exit(2);
	}
}

static size_t read_hex(uint8_t *out, const char *hex)
{
	size_t length = 0;
	unsigned int byte;

	while (sscanf(hex + 2 * length, "%2x", &byte) == 1)
		out[length++] = (uint8_t)byte;
	return length;
}

static void send_listed(void)
{
	static uint8_t packet[PACKET_MAX];
	static char line[2 * PACKET_MAX + 128], hex[2 * PACKET_MAX + 1];
	char source[64], destination[64];
	unsigned int from, to;
	int raw = open_raw();

	while (fgets(line, sizeof line, stdin)) {
		size_t length;

		hex[0] = 0;
		if (sscanf(line, "%63s %63s icmp %131070s", source, destination, hex) == 3) {
			length = sizeof(struct iphdr) + read_hex(packet + sizeof(struct iphdr), hex);
			address_packet(packet, source, destination, IPPROTO_ICMP, length);
		} else if (sscanf(line, "%63s %u %63s %u %131070s", source, &from, destination, &to, hex) >= 4) {
			length = HEADERS + read_hex(packet + HEADERS, hex);
			address_packet(packet, source, destination, IPPROTO_UDP, length);
			/* A UDP checksum of zero: none. */
			*(struct udphdr *)(packet + sizeof(struct iphdr)) = (struct udphdr){
				.source = htons((uint16_t)from), .dest = htons((uint16_t)to), .len = htons((uint16_t)(length - sizeof(struct iphdr)))
			};
		} else {
			fprintf(stderr, "no datagram: %s", line);
			exit(2);
		}
		put(raw, packet, length);
	}
}

static void race(const char *device, const char *source, const char *port)
{
	static uint8_t packet[PACKET_MAX], copy[PACKET_MAX];
	int tap = open_tap(device), raw = open_raw();

	printf("listening\n");
	fflush(stdout);
	while (!ended) {
		size_t length = wait_readable(tap, 100) ? take(tap, packet) : 0;
		struct iphdr *ip = (struct iphdr *)copy;
		struct udphdr *udp = (struct udphdr *)(copy + sizeof *ip);

		if (!length)
			continue;
		memcpy(copy, packet, length);
		inet_pton(AF_INET, source, &ip->saddr);
		udp->source = htons((uint16_t)atoi(port));
		udp->check = 0;
		put(raw, copy, length);
		put(raw, packet, length);
	}
}

int main(int count, char **words)
{
	end_on_term();
	if (count >= 3 && count <= 10 && strcmp(words[1], "hear") == 0)
		hear(count - 2, words + 2);
	else if (count == 2 && strcmp(words[1], "send") == 0)
		send_listed();
	else if (count == 5 && strcmp(words[1], "race") == 0)
		race(words[2], words[3], words[4]);
	else
		return 2;
	return 0;
}
