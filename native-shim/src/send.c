#include "send.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gather.h"
#include "virtio.h"

uint32_t send_staged(struct lane *lane, struct peer *peer)
{
	struct session *session = peer_session(peer, lane->now_us);
	const struct destination *to = atomic_load_explicit(&peer->destination, memory_order_relaxed);
	struct staged *packet;

	if (!session || !to || !session_carries(session, TV_KIND_IP))
		return 0;
	while ((packet = stage_take(&lane->device->stage, peer))) {
		memcpy(gather_slot(lane, TV_DATA_HEADER + packet->length + PADDING) + TV_DATA_HEADER, packet->packet, packet->length);
		gather_data(lane, session, to, TV_KIND_IP, packet->length, true);
		free(packet);
	}
	return gather_flush(lane);
}

int32_t tv_session_use(int32_t handle, uint32_t index, uint32_t announce)
{
	struct device *device = device_find(handle);
	struct session *session = device ? session_find(&device->sessions, index) : NULL;
	const struct destination *to;
	struct lane *lane;
	uint32_t sent;

	if (!session)
		return device ? -ENOENT : -EBADF;
	lane = control_lane(device);
	if (!session_usable(session, lane->now_us))
		return -ETIME;
	atomic_store_explicit(&session->peer->current, session, memory_order_release);
	sent = send_staged(lane, session->peer);
	to = atomic_load_explicit(&session->peer->destination, memory_order_relaxed);
	if (sent || !announce || !to || !session_carries(session, TV_KIND_IP))
		return (int32_t)sent;
	gather_slot(lane, TV_DATA_HEADER);
	gather_data(lane, session, to, TV_KIND_IP, 0, true);
	return (int32_t)gather_flush(lane);
}

/* Where a message goes: where the caller says, else to the peer's endpoint. */
static int choose_destination(struct destination *to, const tv_endpoint *endpoint, const struct peer *peer)
{
	const struct destination *active = peer ? atomic_load_explicit(&peer->destination, memory_order_relaxed) : NULL;
	tv_endpoint copy = { 0 };

	if (endpoint)
		memcpy(&copy, endpoint, sizeof copy);
	if (copy.family)
		return destination_set(to, &copy) ? 0 : -EINVAL;
	if (!active)
		return -EDESTADDRREQ;
	*to = *active;
	return 0;
}

static int32_t flush_one(struct lane *lane)
{
	return gather_flush(lane) ? 0 : lane->sender.error;
}

/* What a message may be. The interface's MTU limits packets alone: probes of the path may be larger. */
static int check_message(const struct device *device, const struct session *session, uint32_t kind, uint32_t length)
{
	if (kind > UINT8_MAX || kind_slot((uint8_t)kind) < 0)
		return -EINVAL;
	if (!session_carries(session, (uint8_t)kind))
		return -EOPNOTSUPP;
	return length > (kind <= TV_KIND_ETH_PARTIAL ? device->config.mtu : DATAGRAM_MAX - TV_DATA_HEADER) ? -EMSGSIZE : 0;
}

int32_t tv_session_send(int32_t handle, uint32_t index, uint32_t kind, const uint8_t *data, uint32_t length, const tv_endpoint *endpoint)
{
	struct device *device = device_find(handle);
	struct session *session = device ? session_find(&device->sessions, index) : NULL;
	struct destination to;
	struct lane *lane;
	uint8_t *text;
	int result;

	if (!session)
		return device ? -ENOENT : -EBADF;
	lane = control_lane(device);
	result = check_message(device, session, kind, length);
	if (result == 0)
		result = choose_destination(&to, endpoint, session->peer);
	if (result < 0)
		return result;
	if (!session_usable(session, lane->now_us))
		return -ETIME;
	text = gather_slot(lane, TV_DATA_HEADER + length + PADDING) + TV_DATA_HEADER;
	if (length)
		memcpy(text, data, length);
	gather_data(lane, session, &to, (uint8_t)kind, length, kind <= TV_KIND_ETH_PARTIAL);
	return flush_one(lane);
}

int32_t tv_send(int32_t handle, const tv_endpoint *endpoint, const uint8_t *data, uint32_t length)
{
	struct device *device = device_find(handle);
	struct destination to;
	struct lane *lane;
	int result;

	if (!device)
		return -EBADF;
	if (length == 0 || length > DATAGRAM_MAX)
		return -EMSGSIZE;
	result = choose_destination(&to, endpoint, NULL);
	if (result < 0)
		return result;
	lane = control_lane(device);
	memcpy(gather_slot(lane, length), data, length);
	gather_plain(lane, &to, length);
	return flush_one(lane);
}

static int32_t write_packet(const struct queue *queue, const uint8_t *packet, uint32_t length)
{
	struct virtio_header virtio = { 0 };
	struct iovec vectors[] = { { &virtio, sizeof virtio }, { (void *)(uintptr_t)packet, length } };

	return (queue->virtio ? writev(queue->tun, vectors, 2) : write(queue->tun, packet, length)) < 0 ? -errno : 0;
}

int32_t tv_device_write(int32_t handle, const uint8_t *packet, uint32_t length)
{
	struct device *device = device_find(handle);

	if (!device)
		return -EBADF;
	for (uint32_t i = 0; i < device->config.queues; i++)
		if (device->queues[i].attached)
			return write_packet(&device->queues[i], packet, length);
	return -ENOTCONN;
}
