/* Sums what each lane has counted. */
#include <errno.h>
#include <string.h>

#include "device.h"
#include "kernel_drops.h"
#include "peer.h"

static int64_t later(int64_t known, const counter *time)
{
	int64_t other = (int64_t)count_read(time);

	return other > known ? other : known;
}

static void add_tally(tv_peer_stats *stats, const struct tally *tally)
{
	stats->rx_bytes += count_read(&tally->rx_bytes);
	stats->tx_bytes += count_read(&tally->tx_bytes);
	stats->rx_packets += count_read(&tally->rx_packets);
	stats->tx_packets += count_read(&tally->tx_packets);
	stats->received_at_us = later(stats->received_at_us, &tally->received_at_us);
	stats->sent_at_us = later(stats->sent_at_us, &tally->sent_at_us);
	for (uint32_t reason = 0; reason < TV_DROPS; reason++)
		stats->drops[reason] += count_read(&tally->drops[reason]);
}

static void read_peer(const struct device *device, const struct peer *peer, tv_peer_stats *stats)
{
	stats->unanswered_received_at_us = atomic_load_explicit(&peer->unanswered.received_at_us, memory_order_relaxed);
	stats->unanswered_sent_at_us = atomic_load_explicit(&peer->unanswered.sent_at_us, memory_order_relaxed);
	for (uint32_t number = 0; number <= device->config.queues; number++)
		add_tally(stats, &peer->tallies[number]);
}

int32_t tv_peers_read(int32_t handle, uint32_t first, uint32_t count, tv_peer_stats *out)
{
	struct device *device = device_find(handle);

	if (!device)
		return -EBADF;
	for (uint32_t i = 0; i < count; i++) {
		struct peer *peer = first + i >= first ? peer_find(device, first + i) : NULL;
		tv_peer_stats stats = { 0 };

		if (peer)
			read_peer(device, peer, &stats);
		memcpy((uint8_t *)out + (size_t)i * sizeof stats, &stats, sizeof stats);
	}
	return 0;
}

static void add_counts(uint64_t *sum, const struct lane *lane)
{
	for (uint32_t i = 0; i < TV_COUNTERS; i++)
		sum[i] += count_read(&lane->counts[i]);
}

static void add_kernel_drops(uint64_t *sum, const struct device *device)
{
	sum[TV_COUNT_DROPS + TV_DROP_QUEUE_FULL] += interface_drops(device->config.ifindex);
	for (uint32_t i = 0; i < device->config.queues; i++) {
		const struct receiver *receiver = &device->queues[i].receiver;

		sum[TV_COUNT_DROPS + TV_DROP_RECEIVE_FULL] += socket_drops(receiver->socket4) + socket_drops(receiver->socket6);
	}
}

int32_t tv_counters_read(int32_t handle, uint64_t *out)
{
	struct device *device = device_find(handle);
	uint64_t sum[TV_COUNTERS] = { 0 };

	if (!device)
		return -EBADF;
	add_counts(sum, &device->control);
	for (uint32_t i = 0; i < device->config.queues; i++)
		add_counts(sum, &device->queues[i].lane);
	add_kernel_drops(sum, device);
	memcpy(out, sum, sizeof sum);
	return 0;
}

void drop(struct lane *lane, struct peer *peer, uint32_t reason)
{
	count_add(&lane->counts[TV_COUNT_DROPS + reason], 1);
	if (peer)
		count_add(&peer->tallies[lane->number].drops[reason], 1);
}
