#include "ledger.h"

#include <string.h>

#include "harness.h"
#include "rig.h"
#include "tv.h"

/* What is certain, and what one of two reasons has; a reason has one partner at most. */
struct column {
	uint64_t received, received_bytes, sent, sent_bytes;
	uint64_t drops[TV_DROPS];
	uint64_t either[TV_DROPS]; /* by the first of the two */
	uint32_t partner[TV_DROPS];
};

static struct {
	int32_t handle;
	uint64_t before[TV_COUNTERS];
	struct column all, peers[RIG_PEERS];
} ledger;

void ledger_begin(int32_t handle)
{
	memset(&ledger, 0, sizeof ledger);
	ledger.handle = handle;
	check_equal(tv_counters_read(handle, ledger.before), 0);
}

/* The columns that an entry for a peer goes to: all, and its own. */
static uint32_t columns_of(uint32_t peer, struct column *columns[2])
{
	columns[0] = &ledger.all;
	if (peer == TV_NO_PEER)
		return 1;
	check(peer < RIG_PEERS);
	columns[1] = &ledger.peers[peer];
	return 2;
}

void ledger_drop(uint32_t peer, uint32_t reason, uint32_t count)
{
	struct column *columns[2];

	for (uint32_t i = columns_of(peer, columns); i-- > 0;)
		columns[i]->drops[reason] += count;
}

void ledger_drop_either(uint32_t peer, uint32_t reason, uint32_t other)
{
	struct column *columns[2];

	for (uint32_t i = columns_of(peer, columns); i-- > 0;) {
		columns[i]->either[reason]++;
		columns[i]->partner[reason] = other;
	}
}

void ledger_received(uint32_t peer, uint64_t bytes)
{
	struct column *columns[2];

	for (uint32_t i = columns_of(peer, columns); i-- > 0;) {
		columns[i]->received++;
		columns[i]->received_bytes += bytes;
	}
}

void ledger_sent(uint32_t peer, uint64_t bytes)
{
	struct column *columns[2];

	for (uint32_t i = columns_of(peer, columns); i-- > 0;) {
		columns[i]->sent++;
		columns[i]->sent_bytes += bytes;
	}
}

static void compare(uint64_t found, uint64_t wanted, uint32_t reason, uint32_t peer)
{
	if (found != wanted)
		test_fail(__FILE__, __LINE__, "peer %d: %llu drops for reason %u, not %llu", (int)peer, (unsigned long long)found, reason,
			  (unsigned long long)wanted);
}

static void compare_drops(const struct column *column, const uint64_t *drops, uint32_t peer)
{
	bool compared[TV_DROPS] = { [TV_DROP_EVENT] = true };

	for (uint32_t reason = 0; reason < TV_DROPS; reason++) {
		uint32_t other = column->partner[reason];

		if (!column->either[reason])
			continue;
		check(drops[reason] >= column->drops[reason] && drops[other] >= column->drops[other]);
		compare(drops[reason] + drops[other], column->drops[reason] + column->drops[other] + column->either[reason], reason, peer);
		compared[reason] = compared[other] = true;
	}
	for (uint32_t reason = 0; reason < TV_DROPS; reason++)
		if (!compared[reason])
			compare(drops[reason], column->drops[reason], reason, peer);
}

uint64_t ledger_check(void)
{
	uint64_t now[TV_COUNTERS];

	check_equal(tv_counters_read(ledger.handle, now), 0);
	for (uint32_t i = 0; i < TV_COUNTERS; i++)
		now[i] -= ledger.before[i];
	check_equal(now[TV_COUNT_RX_PACKETS], ledger.all.received);
	check_equal(now[TV_COUNT_RX_BYTES], ledger.all.received_bytes);
	check_equal(now[TV_COUNT_TX_PACKETS], ledger.all.sent);
	check_equal(now[TV_COUNT_TX_BYTES], ledger.all.sent_bytes);
	compare_drops(&ledger.all, now + TV_COUNT_DROPS, TV_NO_PEER);
	for (uint32_t peer = 0; peer < RIG_PEERS; peer++) {
		tv_peer_stats stats;

		check_equal(tv_peers_read(ledger.handle, peer, 1, &stats), 0);
		check_equal(stats.rx_packets, ledger.peers[peer].received);
		check_equal(stats.rx_bytes, ledger.peers[peer].received_bytes);
		check_equal(stats.tx_packets, ledger.peers[peer].sent);
		check_equal(stats.tx_bytes, ledger.peers[peer].sent_bytes);
		compare_drops(&ledger.peers[peer], stats.drops, peer);
	}
	return now[TV_COUNT_DROPS + TV_DROP_EVENT];
}
