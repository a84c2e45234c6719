/*
 * A relay of UDP datagrams between two ends that loses, delays past others and repeats some of them, at random from a
 * seed.
 *
 *   impairer ADDRESS PORT FAR-ADDRESS FAR-PORT SEED LOST REORDERED DUPLICATED
 *
 * What comes to ADDRESS goes to the far end, and what that answers to whoever was heard last at ADDRESS. The last three
 * are datagrams in 100,000. Says `ready`; told to end by SIGTERM, it prints what it did to each direction, as JSON.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
#define SIZE 9600       /* bytes of the largest datagram */
#define HELD 64         /* datagrams of one direction that wait */
#define PASSED_MAX 24   /* so many others pass one that waits, at most */
#define PATIENCE_NS 3000000 /* then it goes on all the same */
#define BUFFER (64 << 20)

struct held {
	bool waits;
	uint64_t after; /* the number of the datagram behind which it goes on */
	int64_t deadline_ns;
	size_t length;
	uint8_t bytes[SIZE];
};

/* One socket, and what is done to what comes out of it. */
struct side {
	int socket;
	struct sockaddr_storage heard; /* who sent last; size 0: nobody */
	socklen_t heard_size;
	uint64_t random;
	uint64_t received, lost, reordered, duplicated;
	struct held held[HELD];
};

struct output {
	const struct side *to;
	unsigned int count;
	struct mmsghdr messages[2 * BATCH];
	struct iovec vectors[2 * BATCH];
};

static unsigned long lost_rate, reordered_rate, duplicated_rate;
static struct side near_side, far_side;
static uint8_t bytes[BATCH][SIZE];
static struct sockaddr_storage sources[BATCH];
static struct output output;
static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* xorshift64*, of which the upper half is the good one. */
static uint32_t draw(struct side *side, uint32_t below)
{
	uint64_t x = side->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	side->random = x;
	return (uint32_t)((x * UINT64_C(0x2545f4914f6cdd1d)) >> 32) % below;
}

static bool happens(struct side *side, unsigned long rate)
{
	return draw(side, 100000) < rate;
}

static void flush(void)
{
	unsigned int done = 0;

	while (done < output.count) {
		int sent = sendmmsg(output.to->socket, output.messages + done, output.count - done, 0);

		/* One that is refused, since the other end is not there yet, is passed over. */
		done += sent > 0 ? (unsigned int)sent : 1;
	}
	output.count = 0;
}

static void forward(const struct side *to, uint8_t *datagram, size_t length)
{
	struct iovec *vector = &output.vectors[output.count];

	if (to->heard_size == 0)
		return;
	*vector = (struct iovec){ datagram, length };
	output.to = to;
	output.messages[output.count].msg_hdr = (struct msghdr){
		.msg_name = (void *)(uintptr_t)&to->heard, .msg_namelen = to->heard_size, .msg_iov = vector, .msg_iovlen = 1
	};
	if (++output.count == 2 * BATCH)
		flush();
}

static bool hold(struct side *from, const uint8_t *datagram, size_t length)
{
	for (unsigned int i = 0; i < HELD; i++) {
		struct held *held = &from->held[i];

		if (held->waits)
			continue;
		held->waits = true;
		held->after = from->received + 1 + draw(from, PASSED_MAX);
		held->deadline_ns = now_ns() + PATIENCE_NS;
		held->length = length;
		memcpy(held->bytes, datagram, length);
		return true;
	}
	return false;
}

/* Lets go on what has waited long enough. Returns whether something still waits. */
static bool release(struct side *from, const struct side *to, int64_t time_ns)
{
	bool waits = false;

	for (unsigned int i = 0; i < HELD; i++) {
		struct held *held = &from->held[i];

		if (!held->waits)
			continue;
		if (from->received < held->after && time_ns < held->deadline_ns) {
			waits = true;
			continue;
		}
		held->waits = false;
		forward(to, held->bytes, held->length);
	}
	/* Before its place is taken by another. */
	flush();
	return waits;
}

static void impair(struct side *from, const struct side *to, uint8_t *datagram, size_t length)
{
	from->received++;
	if (happens(from, lost_rate)) {
		from->lost++;
		return;
	}
	if (happens(from, reordered_rate) && hold(from, datagram, length)) {
		from->reordered++;
		return;
	}
	forward(to, datagram, length);
	if (happens(from, duplicated_rate)) {
		from->duplicated++;
		forward(to, datagram, length);
	}
}

static void relay(struct side *from, const struct side *to)
{
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	int count;

	for (unsigned int i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){ bytes[i], SIZE };
		messages[i].msg_hdr =
			(struct msghdr){ .msg_name = &sources[i], .msg_namelen = sizeof sources[i], .msg_iov = &vectors[i], .msg_iovlen = 1 };
	}
	count = recvmmsg(from->socket, messages, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < count; i++) {
		if (from == &near_side) {
			from->heard = sources[i];
			from->heard_size = messages[i].msg_hdr.msg_namelen;
		}
		impair(from, to, bytes[i], messages[i].msg_len);
	}
	flush();
}

static struct addrinfo *resolve(const char *address, const char *port)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_DGRAM }, *found;

	if (getaddrinfo(address, port, &hints, &found) != 0) {
		fprintf(stderr, "%s port %s is no address\n", address, port);
		exit(2);
	}
	return found;
}

static void open_side(struct side *side, int family, uint64_t seed)
{
	int size = BUFFER;

	side->socket = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (side->socket < 0)
		fail("socket");
	/* Forced where that is allowed. */
	(void)setsockopt(side->socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	(void)setsockopt(side->socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	side->random = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

static void report(const char *name, const struct side *side, const char *after)
{
	printf("\"%s\":{\"received\":%llu,\"lost\":%llu,\"reordered\":%llu,\"duplicated\":%llu}%s", name,
	       (unsigned long long)side->received, (unsigned long long)side->lost, (unsigned long long)side->reordered,
	       (unsigned long long)side->duplicated, after);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end };
	struct addrinfo *near, *far;
	uint64_t seed;

	if (argc != 9) {
		fprintf(stderr, "impairer ADDRESS PORT FAR-ADDRESS FAR-PORT SEED LOST REORDERED DUPLICATED\n");
		return 2;
	}
	near = resolve(argv[1], argv[2]);
	far = resolve(argv[3], argv[4]);
	seed = strtoull(argv[5], NULL, 10);
	lost_rate = strtoul(argv[6], NULL, 10);
	reordered_rate = strtoul(argv[7], NULL, 10);
	duplicated_rate = strtoul(argv[8], NULL, 10);
	open_side(&near_side, near->ai_family, 2 * seed);
	open_side(&far_side, far->ai_family, 2 * seed + 1);
	if (bind(near_side.socket, near->ai_addr, near->ai_addrlen) < 0)
		fail(argv[1]);
	memcpy(&far_side.heard, far->ai_addr, far->ai_addrlen);
	far_side.heard_size = far->ai_addrlen;
	freeaddrinfo(near);
	freeaddrinfo(far);
	sigaction(SIGTERM, &action, NULL);
	printf("ready\n");
	fflush(stdout);
	for (bool waits = false; !ended;) {
		struct pollfd polled[] = { { near_side.socket, POLLIN, 0 }, { far_side.socket, POLLIN, 0 } };
		int64_t time_ns;

		if (poll(polled, 2, waits ? 1 : 1000) < 0 && errno != EINTR)
			fail("poll");
		relay(&near_side, &far_side);
		relay(&far_side, &near_side);
		time_ns = now_ns();
		waits = release(&near_side, &far_side, time_ns);
		waits = release(&far_side, &near_side, time_ns) || waits;
	}
	printf("{");
	report("fromNear", &near_side, ",");
	report("fromFar", &far_side, "}\n");
	return 0;
}
