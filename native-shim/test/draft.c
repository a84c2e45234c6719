#include "draft.h"

#include <netinet/in.h>
#include <string.h>

#include "bytes.h"
#include "splitter.h"
#include "transport.h"

#define MORE_FRAGMENTS 0x2000
#define DONT_FRAGMENT 0x4000

/* Hop-by-hop or destination options, or a routing header that is done with; a fragment header for a fragment. */
static void write_extensions(const struct flow *flow, const struct draft *draft, uint64_t *seed)
{
	static const uint8_t kinds[] = { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING };
	uint8_t *at = draft->bytes + 40, *next = draft->bytes + 6;

	for (uint32_t left = draft->network - 40; left; at += 8, left -= 8) {
		bool fragment = draft->form == FRAGMENT && left == 8;

		*next = fragment ? IPPROTO_FRAGMENT : at == draft->bytes + 40 ? kinds[below(seed, 3)] : IPPROTO_DSTOPTS;
		memcpy(at, (const uint8_t[]){ 0, 0, fragment, 0x11, 0, 0, 0, 0 }, 8);
		next = at;
	}
	*next = flow->protocol;
}

static void write_network(const struct flow *flow, const struct draft *draft, uint64_t *seed)
{
	uint32_t length = draft_length(draft);
	uint8_t *bytes = draft->bytes;

	memset(bytes, 0, draft->network);
	if (flow->family == 6) {
		store32_network(bytes, 6u << 28 | (uint32_t)flow->traffic_class << 20 | flow->label);
		store16_network(bytes + 4, (uint16_t)(length - 40));
		bytes[7] = flow->hops;
		memcpy(bytes + 8, (const uint8_t[]){ 0xfd, 0, 0, 1, [15] = flow->source }, 16);
		memcpy(bytes + 24, (const uint8_t[]){ 0xfd, 0, 0, 2, [15] = flow->destination }, 16);
		write_extensions(flow, draft, seed);
		return;
	}
	bytes[0] = (uint8_t)(0x40 | draft->network / 4);
	bytes[1] = flow->traffic_class;
	store16_network(bytes + 2, (uint16_t)length);
	store16_network(bytes + 4, flow->identification);
	store16_network(bytes + 6, draft->form == FRAGMENT ? (uint16_t)(below(seed, 2) ? MORE_FRAGMENTS : 1 + below(seed, 100))
							   : flow->whole ? DONT_FRAGMENT : 0);
	bytes[8] = flow->hops;
	bytes[9] = flow->protocol;
	memcpy(bytes + 12, (const uint8_t[]){ 10, 0, 1, flow->source, 10, 0, 2, flow->destination }, 8);
	memset(bytes + 20, 1, draft->network - 20);
	store16_network(bytes + 10, (uint16_t)~textbook_sum(bytes, draft->network, 0));
}

static void write_tcp(const struct flow *flow, const struct draft *draft)
{
	uint8_t *tcp = draft->bytes + draft->network, *options = tcp + 20;
	uint64_t seed = flow->options_seed;

	store16_network(tcp, flow->ports[0]);
	store16_network(tcp + 2, flow->ports[1]);
	store32_network(tcp + 4, flow->sequence);
	store32_network(tcp + 8, flow->acknowledged);
	tcp[12] = (uint8_t)(draft->transport / 4 << 4);
	tcp[13] = draft->flags;
	store16_network(tcp + 14, flow->window);
	store16_network(tcp + 16, 0);
	store16_network(tcp + 18, flow->urgent);
	random_fill(&seed, options, flow->options);
	if (flow->options >= 12)
		memcpy(options, (const uint8_t[]){ 1, 1, 8, 10 }, 4);
	if (flow->options > 12)
		memcpy(options + 12, (const uint8_t[]){ 1, 1, 5, (uint8_t)(flow->options - 14) }, 4);
}

static void write_udp(const struct flow *flow, const struct draft *draft, uint64_t *seed)
{
	uint8_t *udp = draft->bytes + draft->network;
	uint32_t length = 8 + draft->payload;

	store16_network(udp, flow->ports[0]);
	store16_network(udp + 2, flow->ports[1]);
	store16_network(udp + 4, (uint16_t)(draft->form == ODD_LENGTH ? below(seed, length) : length));
	store16_network(udp + 6, 0);
}

/* Of the textbook, over the addresses, which the extension headers here leave alone. */
static uint16_t pseudo_sum(const struct flow *flow, const struct draft *draft)
{
	const uint8_t *addresses = draft->bytes + (flow->family == 4 ? 12 : 8);

	return textbook_sum(addresses, flow->family == 4 ? 8 : 32, flow->protocol + draft->transport + draft->payload);
}

static void write_checksum(const struct flow *flow, const struct draft *draft, uint64_t *seed)
{
	uint8_t *transport = draft->bytes + draft->network;
	uint16_t pseudo = pseudo_sum(flow, draft), sum = (uint16_t)~textbook_sum(transport, draft->transport + draft->payload, pseudo);

	if (draft->form == OPEN || draft->form == SUPER)
		sum = pseudo;
	else if (draft->form == FALSE_SUM)
		sum ^= (uint16_t)(1 + below(seed, 0xfffe));
	else if (draft->form == NO_SUM && flow->protocol == IPPROTO_UDP)
		sum = 0;
	else if (sum == 0)
		sum = 0xffff;
	store16_network(transport + (flow->protocol == IPPROTO_TCP ? 16 : 6), sum);
}

static void write_virtio(const struct flow *flow, struct draft *draft, uint64_t *seed)
{
	struct virtio_header *virtio = &draft->virtio;

	if (draft->form == OPEN || draft->form == SUPER) {
		virtio->flags = VIRTIO_NEEDS_CHECKSUM;
		virtio->checksum_start = (uint16_t)draft->network;
		virtio->checksum_offset = flow->protocol == IPPROTO_TCP ? 16 : 6;
	} else if (draft->form == OPEN_INSIDE && draft->payload >= 40) {
		virtio->flags = VIRTIO_NEEDS_CHECKSUM;
		virtio->checksum_start = (uint16_t)(draft->network + draft->transport + below(seed, 30));
		virtio->checksum_offset = 6;
	}
	if (draft->form != SUPER)
		return;
	virtio->gso_type = flow->protocol == IPPROTO_UDP ? VIRTIO_GSO_UDP : flow->family == 4 ? VIRTIO_GSO_TCP4 : VIRTIO_GSO_TCP6;
	if (flow->protocol == IPPROTO_TCP && draft->flags & TCP_CWR)
		virtio->gso_type |= VIRTIO_GSO_ECN;
	virtio->gso_size = (uint16_t)flow->size;
	virtio->header_length = (uint16_t)(draft->network + draft->transport);
}

void draft_write(struct draft *draft, const struct flow *flow, uint64_t *seed)
{
	draft->network = (flow->family == 4 ? 20 : 40) + flow->extensions;
	draft->transport = flow->protocol == IPPROTO_TCP ? 20 + flow->options : 8;
	draft->virtio = (struct virtio_header){ 0 };
	write_network(flow, draft, seed);
	random_fill(seed, draft->bytes + draft->network, draft->transport + draft->payload);
	if (flow->protocol == IPPROTO_TCP)
		write_tcp(flow, draft);
	else if (flow->protocol == IPPROTO_UDP)
		write_udp(flow, draft, seed);
	else
		return;
	write_checksum(flow, draft, seed);
	write_virtio(flow, draft, seed);
}
