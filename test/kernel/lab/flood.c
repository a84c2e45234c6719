/*
 * UDP datagrams at a rate, and how many of them come.
 *
 *   flood count ADDRESS PORT ENOUGH                     says `listening`; on SIGTERM, or when so many came, prints how many
 *   flood send ADDRESS PORT SIZE RATE MILLISECONDS      RATE a second, 0 for as many as can be; prints how many
 */
#include <errno.h>
#include <string.h>

#include "udp_socket.h"

#define BATCH 64
#define DATAGRAM_MAX 65507

static int count_all(int fd, uint64_t enough)
{
	static uint8_t bytes[BATCH][DATAGRAM_MAX];
	struct iovec vectors[BATCH];
	struct mmsghdr messages[BATCH];
	uint64_t received = 0;

	for (size_t i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){ bytes[i], sizeof bytes[i] };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &vectors[i], .msg_iovlen = 1 };
	}
	while (received < enough) {
		int count;

		/* What is in the buffer when the end is told still counts. */
		if (!wait_readable(fd, ended ? 0 : 100) && ended)
			break;
		count = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
		received += count > 0 ? (uint64_t)count : 0;
	}
	printf("{\"received\":%llu}\n", (unsigned long long)received);
	return 0;
}

static int flood(int fd, size_t size, uint64_t rate, int64_t milliseconds)
{
	static uint8_t payload[DATAGRAM_MAX];
	struct iovec vector = { payload, size };
	struct mmsghdr messages[BATCH];
	int64_t start_us = now_us(), passed_us = 0;
	uint64_t sent = 0;

	for (size_t i = 0; i < BATCH; i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &vector, .msg_iovlen = 1 };
	while (!ended && (passed_us = now_us() - start_us) < milliseconds * 1000) {
		uint64_t due = rate ? (uint64_t)passed_us * rate / 1000000 + 1 : UINT64_MAX;
		unsigned int count = due > sent + BATCH ? BATCH : due > sent ? (unsigned int)(due - sent) : 0;
		int result = count ? sendmmsg(fd, messages, count, 0) : 0;

		/* Nobody need listen. */
		if (result < 0 && errno != ECONNREFUSED && errno != ENOBUFS && errno != EINTR)
			fail("sendmmsg");
		sent += result > 0 ? (uint64_t)result : 0;
		if (count == 0)
			(void)poll(NULL, 0, 1);
	}
	printf("{\"sent\":%llu}\n", (unsigned long long)sent);
	return 0;
}

int main(int argc, char **argv)
{
	end_on_term();
	if (argc == 5 && strcmp(argv[1], "count") == 0)
		return count_all(open_socket(argv[2], argv[3], true), strtoull(argv[4], NULL, 10));
	if (argc == 7 && strcmp(argv[1], "send") == 0)
		return flood(open_socket(argv[2], argv[3], false), strtoul(argv[4], NULL, 10), strtoull(argv[5], NULL, 10), atoll(argv[6]));
	fprintf(stderr, "flood count | send …\n");
	return 2;
}
