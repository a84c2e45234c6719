#include "stage.h"

#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "peer.h"

void stage_init(struct stage *stage, uint32_t max, uint32_t max_peer)
{
	*stage = (struct stage){ .max = max, .max_peer = max_peer };
	pthread_mutex_init(&stage->lock, NULL);
}

void stage_finish(struct stage *stage)
{
	pthread_mutex_destroy(&stage->lock);
}

/* Unlinks the oldest packet of a peer that has one. */
static struct staged *unlink_oldest(struct stage *stage, struct peer *peer)
{
	struct stage_queue *queue = &peer->staged;
	struct staged *oldest = queue->oldest;

	queue->oldest = oldest->next;
	if (!queue->oldest)
		queue->newest = NULL;
	queue->count--;
	*(oldest->older ? &oldest->older->newer : &stage->oldest) = oldest->newer;
	*(oldest->newer ? &oldest->newer->older : &stage->newest) = oldest->older;
	stage->count--;
	return oldest;
}

static void link_newest(struct stage *stage, struct staged *packet)
{
	struct stage_queue *queue = &packet->peer->staged;

	*(queue->newest ? &queue->newest->next : &queue->oldest) = packet;
	queue->newest = packet;
	queue->count++;
	packet->older = stage->newest;
	*(stage->newest ? &stage->newest->newer : &stage->oldest) = packet;
	stage->newest = packet;
	stage->count++;
}

/* Makes room for one more packet of the peer. */
static struct staged *make_room(struct stage *stage, struct peer *peer)
{
	if (peer->staged.count && peer->staged.count >= stage->max_peer)
		return unlink_oldest(stage, peer);
	if (stage->count && stage->count >= stage->max)
		return unlink_oldest(stage, stage->oldest->peer);
	return NULL;
}

static struct staged *copy(struct peer *peer, const uint8_t *bytes, uint32_t length)
{
	struct staged *packet = malloc(sizeof *packet + length);

	if (packet) {
		*packet = (struct staged){ .peer = peer, .length = length };
		memcpy(packet->packet, bytes, length);
	}
	return packet;
}

bool stage_add(struct lane *lane, struct peer *peer, const uint8_t *bytes, uint32_t length)
{
	struct stage *stage = &lane->device->stage;
	struct staged *packet = stage->max && stage->max_peer ? copy(peer, bytes, length) : NULL;
	struct staged *dropped = NULL;

	pthread_mutex_lock(&stage->lock);
	if (peer_session(peer, lane->now_us)) {
		pthread_mutex_unlock(&stage->lock);
		free(packet);
		return false;
	}
	if (packet) {
		dropped = make_room(stage, peer);
		link_newest(stage, packet);
		if (dropped)
			drop(lane, dropped->peer, TV_DROP_STAGED);
	} else {
		drop(lane, peer, TV_DROP_STAGED);
	}
	pthread_mutex_unlock(&stage->lock);
	free(dropped);
	return true;
}

struct staged *stage_take(struct stage *stage, struct peer *peer)
{
	struct staged *packet = NULL;

	pthread_mutex_lock(&stage->lock);
	if (peer->staged.oldest)
		packet = unlink_oldest(stage, peer);
	pthread_mutex_unlock(&stage->lock);
	return packet;
}
