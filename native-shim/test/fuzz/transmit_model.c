#include "transmit_model.h"

#include <string.h>

#include "gather.h"
#include "harness.h"
#include "ledger.h"
#include "rig.h"
#include "sealed_store.h"

#define GIVEN_MAX 1024
#define DESTINATIONS 256

struct staged_text {
	uint32_t peer;
	struct text text;
};

static struct {
	struct given given[GIVEN_MAX];
	uint8_t bytes[MODEL_BYTES];
	uint32_t given_count, used;
	struct staged_text staged[RIG_STAGED];
	uint32_t staged_count;
	bool present[RIG_SESSIONS];
	int64_t expires_us[RIG_SESSIONS];
	uint32_t current[RIG_PEERS]; /* session, or RIG_SESSIONS */
	struct destination destinations[DESTINATIONS];
	uint32_t destination_count;
	const struct destination *endpoints[RIG_PEERS];
} model;

void model_begin(void)
{
	const tv_endpoint endpoint4 = rig_endpoint(4, 1), endpoint6 = rig_endpoint(6, 2);

	sealed_begin();
	model.given_count = model.used = model.staged_count = model.destination_count = 0;
	for (uint32_t peer = 0; peer < RIG_PEERS; peer++) {
		model.current[peer] = RIG_SESSIONS;
		model.endpoints[peer] = NULL;
	}
	for (uint32_t number = 0; number < RIG_SESSIONS; number++)
		model.present[number] = false;
	model_endpoint(1, &endpoint4);
	model_endpoint(2, &endpoint6);
}

bool model_full(void)
{
	return model.given_count + 2 * KERNEL_OUTBOUND > GIVEN_MAX || model.destination_count + 1 > DESTINATIONS;
}

bool model_usable(uint32_t number)
{
	const struct session *session = session_find(&rig->device->sessions, rig_sessions[number].config.index);

	/* Counters are taken when a batch is sealed: how many are gone by now, only the session knows. */
	return model.present[number] && kernel_now_us < model.expires_us[number] &&
	       atomic_load(&session->send_counter) < rig_sessions[number].config.reject_after_messages;
}

static uint32_t usable_of(uint32_t peer)
{
	uint32_t number = model.current[peer];

	return number < RIG_SESSIONS && model_usable(number) ? number : RIG_SESSIONS;
}

void model_session(uint32_t number, bool present)
{
	uint32_t peer = rig_sessions[number].peer;

	model.present[number] = present;
	model.expires_us[number] = kernel_now_us + (number == RIG_SHORT ? RIG_SHORT_US : HOUR_US);
	sealed_session(number);
	if (!present && model.current[peer] == number)
		model.current[peer] = RIG_SESSIONS;
}

static void unstage(uint32_t i)
{
	model.staged_count--;
	memmove(&model.staged[i], &model.staged[i + 1], (model.staged_count - i) * sizeof *model.staged);
}

/* Sends what is staged for a peer that can be sent to. */
static uint32_t send_staged(uint32_t peer)
{
	uint32_t number = usable_of(peer), count = 0;

	if (number == RIG_SESSIONS || !model.endpoints[peer])
		return 0;
	for (uint32_t i = 0; i < model.staged_count;) {
		if (model.staged[i].peer != peer) {
			i++;
			continue;
		}
		sealed_add(number, &model.staged[i].text, model.endpoints[peer]);
		unstage(i);
		count++;
	}
	return count;
}

uint32_t model_use(uint32_t number, bool announce)
{
	const struct text nothing = { .kind = TV_KIND_IP, .padded = true };
	uint32_t peer = rig_sessions[number].peer, count;

	model.current[peer] = number;
	count = send_staged(peer);
	if (announce && model.endpoints[peer])
		sealed_add_optional(number, &nothing, model.endpoints[peer]);
	return count;
}

static const struct destination *destination_of(const tv_endpoint *endpoint)
{
	struct destination *destination = &model.destinations[model.destination_count++];

	check(model.destination_count <= DESTINATIONS && destination_set(destination, endpoint));
	return destination;
}

void model_endpoint(uint32_t peer, const tv_endpoint *endpoint)
{
	model.endpoints[peer] = endpoint->family ? destination_of(endpoint) : NULL;
	send_staged(peer);
}

bool model_has_endpoint(uint32_t peer)
{
	return model.endpoints[peer];
}

uint32_t model_discard(uint32_t peer)
{
	uint32_t count = 0;

	for (uint32_t i = model.staged_count; i-- > 0;)
		if (model.staged[i].peer == peer) {
			unstage(i);
			count++;
		}
	ledger_drop(peer, TV_DROP_STAGED, count);
	return count;
}

void model_message(uint32_t number, uint8_t kind, const uint8_t *bytes, uint32_t length, const tv_endpoint *to)
{
	const struct text text = { .bytes = bytes, .length = length, .kind = kind, .padded = kind <= TV_KIND_ETH_PARTIAL };

	sealed_add(number, &text, to->family ? destination_of(to) : model.endpoints[rig_sessions[number].peer]);
}

uint32_t model_staged(void)
{
	return model.staged_count;
}

static void stage(uint32_t peer, const struct text *text)
{
	uint32_t of_peer = 0, oldest = 0;

	for (uint32_t i = model.staged_count; i-- > 0;)
		if (model.staged[i].peer == peer) {
			of_peer++;
			oldest = i;
		}
	if (of_peer == RIG_STAGED_PEER || model.staged_count == RIG_STAGED) {
		oldest = of_peer == RIG_STAGED_PEER ? oldest : 0;
		ledger_drop(model.staged[oldest].peer, TV_DROP_STAGED, 1);
		unstage(oldest);
	}
	model.staged[model.staged_count++] = (struct staged_text){ peer, *text };
}

/* Open only where the receiver finds the field by itself. */
static uint8_t kind_of(const struct given *given, uint32_t number)
{
	uint32_t place = given->virtio.checksum_start + (uint32_t)given->virtio.checksum_offset;

	if (!(given->virtio.flags & VIRTIO_NEEDS_CHECKSUM) || number == RIG_PLAIN || place == 0)
		return TV_KIND_IP;
	return open_place(&given->ip, given->bytes) == place ? TV_KIND_IP_PARTIAL : TV_KIND_IP;
}

/* Segments are spread in the arena, side by side. */
static bool fits_arena(const struct given *given)
{
	uint64_t least = given_length(given, 0), padded = (least + 15) / 16 * 16;

	if (padded > rig->mtu)
		padded = rig->mtu;
	return given->super.count * (32 + padded) + 16 <= GATHER_BYTES;
}

static void transmit(const struct given *given)
{
	uint32_t peer = rig_owner(given->ip.family, given->ip.destination), number;
	struct text text = { .given = given, .kind = TV_KIND_IP, .padded = true };

	if (peer == TV_NO_PEER) {
		ledger_drop(TV_NO_PEER, TV_DROP_NO_ROUTE, given->super.count);
		return;
	}
	number = usable_of(peer);
	if (number < RIG_SESSIONS && !model.endpoints[peer]) {
		ledger_drop(peer, TV_DROP_NO_ENDPOINT, given->super.count);
		return;
	}
	if (!fits_arena(given)) {
		ledger_drop(peer, TV_DROP_MALFORMED, given->super.count);
		return;
	}
	if (number < RIG_SESSIONS)
		text.kind = kind_of(given, number);
	for (; text.segment < given->super.count; text.segment++) {
		text.length = given_length(given, text.segment);
		if (number < RIG_SESSIONS)
			sealed_add(number, &text, model.endpoints[peer]);
		else
			stage(peer, &text);
	}
}

/* False for what contradicts itself. */
static bool understand(struct given *given, uint32_t length)
{
	const struct virtio_header *virtio = &given->virtio;

	given->plain = virtio->gso_type == VIRTIO_GSO_NONE;
	given->super.count = 1;
	if (!ip_read(&given->ip, given->bytes, length))
		return false;
	if (!given->plain)
		return super_read(&given->super, virtio, &given->ip, given->bytes);
	return !(virtio->flags & VIRTIO_NEEDS_CHECKSUM) || virtio->checksum_start + virtio->checksum_offset + 2u <= given->ip.total;
}

void model_read(const struct outbound *outbound)
{
	bool virtio = rig->device->queues[0].virtio;
	struct given *given = &model.given[model.given_count++];
	uint32_t length = outbound->length;

	check(model.given_count <= GIVEN_MAX && length <= MODEL_BYTES - model.used);
	if (outbound->headless && virtio)
		length = 0;
	*given = (struct given){ .bytes = model.bytes + model.used };
	if (virtio)
		given->virtio = outbound->virtio;
	memcpy(model.bytes + model.used, outbound->bytes, length);
	model.used += length;
	if (length > rig->mtu && given->virtio.gso_type == VIRTIO_GSO_NONE)
		ledger_drop(TV_NO_PEER, TV_DROP_TOO_BIG, 1);
	else if (!understand(given, length))
		ledger_drop(TV_NO_PEER, TV_DROP_MALFORMED, 1);
	else if (given_length(given, 0) > rig->mtu)
		ledger_drop(TV_NO_PEER, TV_DROP_TOO_BIG, given->super.count);
	else
		transmit(given);
}

void model_sent(const union socket_address *to, socklen_t size, const uint8_t *bytes, size_t length)
{
	sealed_sent(to, size, bytes, length);
}

void model_flushed(void)
{
	sealed_flushed();
}
