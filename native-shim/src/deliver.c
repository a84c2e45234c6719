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

static void write_held(struct queue *queue, struct coalesced *held)
{
	uint32_t vector_count = coalesce_finish(held);

	write_packets(queue, held->peer, held->vectors, vector_count, held->count);
	flow_forget(&queue->flows, held);
}

void deliver_flush(struct queue *queue)
{
	struct coalesced *held;

	while ((held = flow_oldest(&queue->flows)))
		write_held(queue, held);
}

static bool write_alone(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner, bool open)
{
	struct virtio_header virtio = { 0 };
	struct iovec vectors[] = { { &virtio, sizeof virtio }, { packet, inner->length } };
	uint32_t place = checksum_open_place(packet, inner);

	if (open && place == 0)
		return false;
	if (open)
		virtio = coalesce_leave_open(packet, inner, place);
	write_packets(queue, peer, vectors, 2, 1);
	return true;
}

static bool write_plain(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner, bool open)
{
	const struct iovec vector = { packet, inner->length };

	if (open && !checksum_complete(packet, inner))
		return false;
	write_packets(queue, peer, &vector, 1, 1);
	return true;
}

/* Whether the packet was added to what is held of its flow. Where not, nothing is held any more that it must not overtake. */
static bool add(struct queue *queue, const struct peer *peer, uint8_t *packet, const struct inner *inner, bool open)
{
	struct flow_table *flows = &queue->flows;
	struct coalesced *held;

	if (!flow_told(inner)) {
		while ((held = flow_between(flows, inner)))
			write_held(queue, held);
		return false;
	}
	held = flow_find(flows, inner);
	if (!held)
		return false;
	if (held->peer == peer && coalesce_add(held, packet, inner, open))
		return true;
	write_held(queue, held);
	return false;
}

/* Whether the destination is this host itself. */
static bool is_own(const struct device *device, const struct inner *inner)
{
	const struct routes *routes = atomic_load_explicit(&device->routes, memory_order_acquire);

	return inner->family == 4 && routes_lookup4(routes, inner->destination) == TV_NO_PEER;
}

/* Whether the packet is held from now on, since others may follow it. */
static bool begin(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner, bool open)
{
	const struct device *device = queue->lane.device;
	struct coalesced *held;

	/* Where the interface takes super-packets of such packets. */
	if (!(device->offloads & (inner->protocol == IPPROTO_TCP ? TV_OFFLOAD_TSO : TV_OFFLOAD_USO)))
		return false;
	held = flow_room(&queue->flows);
	if (!coalesce_begin(held, packet, inner, open))
		return false;
	held->peer = peer;
	held->own = is_own(device, inner);
	if (!flow_keep(&queue->flows, held))
		write_held(queue, flow_oldest(&queue->flows));
	return true;
}

bool deliver(struct queue *queue, struct peer *peer, uint8_t *packet, const struct inner *inner, bool open)
{
	if (!queue->virtio)
		return write_plain(queue, peer, packet, inner, open);
	return add(queue, peer, packet, inner, open) || begin(queue, peer, packet, inner, open) ||
	       write_alone(queue, peer, packet, inner, open);
}
