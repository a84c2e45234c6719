#include "flows.h"

#include <netinet/in.h>
#include <string.h>

#include "draft.h"
#include "transport.h"

/* Segments of a super-packet: what the shim has room for at every size, and what the kernel takes of UDP. */
#define SEGMENTS_MAX 600
#define SEGMENTS_MAX_UDP 128

/* The most that a packet of the flow carries. */
static uint32_t room(const struct flow *flow, uint32_t mtu)
{
	uint32_t headers = (flow->family == 4 ? 20 : 40) + flow->extensions;

	return mtu - headers - (flow->protocol == IPPROTO_TCP ? 20 + flow->options : 8);
}

static void choose_size(struct flow *flow, uint64_t *seed, uint32_t mtu)
{
	uint32_t most = room(flow, mtu);

	flow->size = below(seed, 3) ? 1 + below(seed, most < 200 ? most : 200) : below(seed, 3) ? most : 1 + below(seed, most);
}

/* None, timestamps, and these with one block or three of selective acknowledgement. */
static void choose_options(struct flow *flow, uint64_t *seed)
{
	static const uint32_t lengths[] = { 0, 12, 12, 24, 40 };

	flow->options = flow->protocol == IPPROTO_TCP ? lengths[below(seed, 5)] : 0;
	flow->options_seed = random_next(seed);
}

static uint8_t choose_protocol(uint64_t *seed)
{
	static const uint8_t others[] = { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_GRE, IPPROTO_SCTP };
	uint32_t kind = below(seed, 12);

	return kind == 0 ? others[below(seed, 4)] : kind < 5 ? IPPROTO_UDP : IPPROTO_TCP;
}

/* Few addresses and ports, so that flows differ in one of them alone. */
struct flow flow_make(uint64_t *seed, uint32_t mtu)
{
	struct flow flow = { .hops = 64 };

	flow.family = below(seed, 2) ? 4 : 6;
	flow.protocol = choose_protocol(seed);
	flow.source = (uint8_t)(5 + below(seed, 2));
	flow.destination = (uint8_t)(5 + below(seed, 2));
	flow.ports[0] = (uint16_t)(5000 + below(seed, 2));
	flow.ports[1] = (uint16_t)(below(seed, 12) ? 6000 + below(seed, 2) : 67);
	flow.whole = below(seed, 2);
	flow.identification = (uint16_t)below(seed, 0x10000);
	flow.identification_step = (uint16_t)(below(seed, 4) ? 1 : below(seed, 3));
	flow.extensions = below(seed, 6) ? 0 : 8 * (1 + below(seed, 4));
	flow.sequence = below(seed, 4) ? (uint32_t)random_next(seed) : 0u - below(seed, 5000);
	flow.acknowledged = (uint32_t)random_next(seed);
	flow.window = (uint16_t)below(seed, 0x10000);
	flow.flags = TCP_ACK;
	choose_options(&flow, seed);
	choose_size(&flow, seed, mtu);
	return flow;
}

void flow_imitate(struct flow *flow, const struct flow *other)
{
	struct flow own = *flow;

	*flow = *other;
	flow->source = own.source;
	flow->destination = own.destination;
	memcpy(flow->ports, own.ports, sizeof own.ports);
}

/* One thing becomes another. */
static void change(struct flow *flow, uint64_t *seed, uint32_t mtu)
{
	switch (below(seed, 15)) {
	case 0:
		flow->traffic_class = (uint8_t)below(seed, 256);
		break;
	case 1:
		flow->traffic_class ^= (uint8_t)(1 + below(seed, 3));
		break;
	case 2:
		flow->hops = (uint8_t)(1 + below(seed, 255));
		break;
	case 3:
		flow->label = below(seed, 1 << 20);
		break;
	case 4:
		flow->whole = !flow->whole;
		break;
	case 5:
		flow->identification += (uint16_t)below(seed, 4);
		break;
	case 6:
		flow->identification_step = (uint16_t)below(seed, 3);
		break;
	case 7:
		flow->sequence += below(seed, 2) ? 1 : 0u - flow->size;
		break;
	case 8:
		flow->acknowledged += 1 + below(seed, 3000);
		break;
	case 9:
		flow->window = (uint16_t)(below(seed, 2) ? 0 : below(seed, 0x10000));
		break;
	case 10:
		flow->urgent = (uint16_t)below(seed, 3);
		break;
	case 11:
		choose_options(flow, seed);
		break;
	case 12:
		flow->extensions = below(seed, 2) ? 0 : 8;
		break;
	case 13:
		flow->flags = (uint8_t)(below(seed, 2) ? TCP_ACK : TCP_ACK ^ 1u << below(seed, 8));
		break;
	default:
		choose_size(flow, seed, mtu);
	}
	if (flow->size > room(flow, mtu))
		flow->size = room(flow, mtu);
}

static enum form choose_form(const struct flow *flow, uint64_t *seed, bool headed)
{
	static const enum form odd[] = { FALSE_SUM, NO_SUM, ODD_LENGTH, FRAGMENT, OPEN_INSIDE };
	bool fragments = flow->family == 4 || flow->extensions;
	uint32_t kind = below(seed, 20);

	if (flow->protocol != IPPROTO_TCP && flow->protocol != IPPROTO_UDP)
		return fragments && below(seed, 6) == 0 ? FRAGMENT : WHOLE;
	if (kind == 0 && fragments)
		return odd[below(seed, headed ? 5 : 4)];
	return !headed || kind < 5 ? WHOLE : kind < 13 ? OPEN : SUPER;
}

static uint32_t choose_payload(const struct flow *flow, uint64_t *seed, uint32_t mtu, enum form form)
{
	uint32_t most = flow->protocol == IPPROTO_UDP ? SEGMENTS_MAX_UDP : SEGMENTS_MAX, bytes;

	if (form == SUPER) {
		uint32_t segments = below(seed, 12) ? 1 + below(seed, 12) : 1 + below(seed, most);

		bytes = flow->size * segments - (below(seed, 2) ? 0 : below(seed, flow->size));
		most = 65535 - (mtu - room(flow, mtu));
		return bytes < most ? bytes : most;
	}
	switch (below(seed, 8)) {
	case 0:
		return 0;
	case 1:
		return below(seed, flow->size + 1);
	case 2:
		return below(seed, room(flow, mtu) + 1);
	default:
		return flow->size;
	}
}

static uint8_t choose_flags(const struct flow *flow, uint64_t *seed)
{
	uint8_t flags = flow->flags;

	if (below(seed, 6) == 0)
		flags |= TCP_PSH;
	if (below(seed, 16) == 0)
		flags ^= (uint8_t)(1u << below(seed, 8));
	if (below(seed, 60) == 0)
		flags = (uint8_t)below(seed, 256);
	return flow->urgent ? flags | TCP_URG : flags;
}

size_t flow_next(struct flow *flow, uint64_t *seed, uint32_t mtu, bool headed, uint8_t *framed)
{
	size_t head = headed ? sizeof(struct virtio_header) : 0;
	struct draft draft = { .bytes = framed + head };
	uint32_t segments;

	if (below(seed, 4) == 0)
		change(flow, seed, mtu);
	draft.form = choose_form(flow, seed, headed);
	draft.flags = choose_flags(flow, seed);
	draft.payload = choose_payload(flow, seed, mtu, draft.form);
	draft_write(&draft, flow, seed);
	memcpy(framed, &draft.virtio, head);
	segments = draft.form == SUPER ? (draft.payload + flow->size - 1) / flow->size : 1;
	flow->sequence += draft.payload;
	flow->identification += (uint16_t)(flow->identification_step * segments);
	return head + draft_length(&draft);
}
