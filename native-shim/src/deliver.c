#include "deliver.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#include "checksum.h"

/* Writes `count` packets of a peer as one. An interface that is merely down or full loses them; one that is gone ends the queue. */
static void write_packets(struct queue *queue, struct peer *peer, const struct iovec *vectors, uint32_t vector_count, uint32_t count)
{
	if (writev(queue->tun, vectors, (int)vector_count) >= 0)
		return;
	if (errno == EBADFD || errno == EBADF)
		queue->failure = -ENODEV;
	for (uint32_t i = 0; i < count; i++)
		drop(&queue->lane, peer, TV_DROP_DEVICE_FULL);
}

void deliver_flush(struct queue *queue)
{
	struct coalesced *held = &queue->held;

	if (held->count == 0)
		return;
	coalesce_finish(held);
	write_packets(queue, queue->held_peer, held->vectors, held->count + 1, held->count);
	held->count = 0;
}

void deliver_whole(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner)
{
	struct virtio_header virtio = { 0 };
	struct iovec vectors[] = { { &virtio, sizeof virtio }, { packet, inner->length } };

	/* In the order in which they came. */
	deliver_flush(queue);
	if (queue->virtio)
		write_packets(queue, peer, vectors, 2, 1);
	else
		write_packets(queue, peer, vectors + 1, 1, 1);
}

/* Whether the interface takes super-packets of such packets. */
static bool joins(const struct queue *queue, const struct inner *inner)
{
	return queue->lane.device->offloads & (inner->protocol == IPPROTO_TCP ? TV_OFFLOAD_TSO : TV_OFFLOAD_USO);
}

bool deliver_open(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner)
{
	struct coalesced *held = &queue->held;
	uint32_t place;

	if (!queue->virtio) {
		if (!checksum_complete(packet, inner))
			return false;
		deliver_whole(queue, peer, packet, inner);
		return true;
	}
	place = checksum_open_place(packet, inner);
	if (place == 0)
		return false;
	if (held->count && peer == queue->held_peer && coalesce_add(held, packet, inner))
		return true;
	deliver_flush(queue);
	queue->held_peer = peer;
	coalesce_begin(held, packet, inner, place, joins(queue, inner));
	return true;
}
