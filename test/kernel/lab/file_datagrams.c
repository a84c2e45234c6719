/*
 * A file in UDP datagrams, each of which arrives.
 *
 *   file_datagrams receive ADDRESS PORT FILE BYTES   says `listening`, ends once all of it is in the file
 *   file_datagrams send ADDRESS PORT FILE SIZE       in payloads of SIZE bytes; prints how many, and how many again
 *
 * It goes in runs: a run leaves at one go, which the kernel may carry as one packet (UDP_SEGMENT), and is answered with
 * a map of what came of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "udp_socket.h"

#define RUN_MAX 40
#define RUN_BYTES 60000
#define DATAGRAM_MAX 65507
#define ANSWER_MS 200 /* then what is missing is sent again */
#define TRIES 60
#define LINGER_MS 400 /* for an answer that was lost */

/* Before the bytes of a file. */
struct header {
	uint64_t offset; /* of the bytes, in the file */
	uint32_t run;
	uint16_t place, count; /* in the run */
};

struct answer {
	uint64_t map; /* bit `place`: it came */
	uint32_t run, zero;
};

struct run {
	uint32_t number;
	uint16_t count;
	size_t size;   /* of each payload but the last of the file */
	size_t length; /* of all payloads */
	uint8_t bytes[RUN_BYTES];
};

/* Fills the next run from the file. False at its end. */
static bool read_run(int file, struct run *run, uint64_t *offset)
{
	size_t room = run->size - sizeof(struct header), most = RUN_BYTES / run->size;

	run->number++;
	run->count = 0;
	run->length = 0;
	for (size_t i = 0; i < (most < RUN_MAX ? most : RUN_MAX); i++) {
		struct header header = { .offset = *offset, .run = run->number, .place = (uint16_t)i };
		uint8_t *payload = run->bytes + run->length;
		ssize_t length = pread(file, payload + sizeof header, room, (off_t)*offset);

		if (length < 0)
			fail("pread");
		if (length == 0)
			break;
		memcpy(payload, &header, sizeof header);
		*offset += (uint64_t)length;
		run->length += sizeof header + (size_t)length;
		run->count++;
	}
	for (size_t i = 0; i < run->count; i++)
		memcpy(run->bytes + i * run->size + offsetof(struct header, count), &run->count, sizeof run->count);
	return run->count > 0;
}

/* All of it at one go. False where the kernel does not split, or not to this size. */
static bool send_whole(int fd, const struct run *run)
{
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
	} control = { .align = { .cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = IPPROTO_UDP, .cmsg_type = UDP_SEGMENT } };
	struct iovec vector = { (void *)(uintptr_t)run->bytes, run->length };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	uint16_t size = (uint16_t)run->size;

	memcpy(CMSG_DATA(&control.align), &size, sizeof size);
	return sendmsg(fd, &message, 0) >= 0;
}

/* Those that the map lacks, and the last, which is what the other end answers. Returns how many. */
static uint64_t send_missing(int fd, const struct run *run, uint64_t map)
{
	uint64_t sent = 0;

	for (size_t i = 0; i < run->count; i++) {
		size_t at = i * run->size, left = run->length - at;

		if (map >> i & 1 && i + 1 < run->count)
			continue;
		if (send(fd, run->bytes + at, left < run->size ? left : run->size, 0) < 0 && errno != ECONNREFUSED)
			fail("send");
		sent++;
	}
	return sent;
}

/* Waits for the answer to the run. Returns its map, 0 when none came. */
static uint64_t wait_answer(int fd, const struct run *run)
{
	int64_t deadline_us = now_us() + ANSWER_MS * 1000, left_us;

	while ((left_us = deadline_us - now_us()) > 0) {
		struct answer answer;

		if (!wait_readable(fd, (int)(left_us / 1000) + 1))
			break;
		if (recv(fd, &answer, sizeof answer, 0) == (ssize_t)sizeof answer && answer.run == run->number)
			return answer.map;
	}
	return 0;
}

static uint64_t send_run(int fd, const struct run *run)
{
	uint64_t all = (UINT64_C(1) << run->count) - 1, map = 0, again = 0;

	if (!send_whole(fd, run))
		(void)send_missing(fd, run, 0);
	for (int tries = 0; tries < TRIES; tries++) {
		map |= wait_answer(fd, run);
		if (map == all)
			return again;
		again += send_missing(fd, run, map);
	}
	fprintf(stderr, "no answer to run %u\n", run->number);
	exit(1);
}

static int send_file(int fd, const char *path, size_t size)
{
	static struct run run;
	uint64_t offset = 0, sent = 0, again = 0;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		fail(path);
	if (size <= sizeof(struct header) || size > RUN_BYTES) {
		fprintf(stderr, "payloads of %zu bytes\n", size);
		return 2;
	}
	run.size = size;
	while (read_run(file, &run, &offset)) {
		again += send_run(fd, &run);
		sent += run.count;
	}
	printf("{\"sent\":%llu,\"again\":%llu}\n", (unsigned long long)sent, (unsigned long long)again);
	return 0;
}

static int receive_file(int fd, const char *path, uint64_t bytes)
{
	static uint8_t datagram[DATAGRAM_MAX];
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct answer answer = { 0 };
	uint64_t received = 0;

	if (file < 0)
		fail(path);
	while (!ended && (received < bytes || wait_readable(fd, LINGER_MS))) {
		struct sockaddr_storage source;
		socklen_t source_size = sizeof source;
		ssize_t length = recvfrom(fd, datagram, sizeof datagram, 0, (struct sockaddr *)&source, &source_size);
		struct header header;

		if (length < (ssize_t)sizeof header)
			continue;
		memcpy(&header, datagram, sizeof header);
		if (header.run > answer.run)
			answer = (struct answer){ .run = header.run };
		if (header.run == answer.run && !(answer.map >> header.place & 1)) {
			length -= (ssize_t)sizeof header;
			if (pwrite(file, datagram + sizeof header, (size_t)length, (off_t)header.offset) != length)
				fail("pwrite");
			answer.map |= UINT64_C(1) << header.place;
			received += (uint64_t)length;
		}
		if (header.run == answer.run && header.place + 1 == header.count)
			(void)sendto(fd, &answer, sizeof answer, 0, (struct sockaddr *)&source, source_size);
	}
	close(file);
	return received == bytes ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *mode = argc == 6 ? argv[1] : "";

	end_on_term();
	if (strcmp(mode, "receive") == 0)
		return receive_file(open_socket(argv[2], argv[3], true), argv[4], strtoull(argv[5], NULL, 10));
	if (strcmp(mode, "send") == 0)
		return send_file(open_socket(argv[2], argv[3], false), argv[4], strtoul(argv[5], NULL, 10));
	fprintf(stderr, "file_datagrams receive | send …\n");
	return 2;
}
