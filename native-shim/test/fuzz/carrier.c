#include "carrier.h"

#include <string.h>

#include "harness.h"
#include "kernel.h"
#include "rig.h"

/* The most of one input: more would only be slow. */
#define STORE (256u << 10)
#define SEALED_MAX 1500

static struct {
	uint8_t bytes[STORE];
	uint32_t stored; /* of the messages handed over */
	uint32_t sealed;
	struct arrival message; /* the one that grows at the end of what is stored; without bytes: none */
	bool closed;            /* its last datagram was shorter */
	uint8_t source;
	uint32_t family, ifindex;
	uint64_t counters[RIG_SESSIONS];
} carrier;

void carrier_begin(void)
{
	carrier.stored = carrier.sealed = 0;
	carrier.message.bytes = NULL;
	memset(carrier.counters, 0, sizeof carrier.counters);
	carrier_source(4, 1, 0);
}

void carrier_source(uint32_t family, uint8_t number, uint32_t ifindex)
{
	carrier_end_message();
	carrier.family = family;
	carrier.source = number;
	carrier.ifindex = ifindex;
}

void carrier_end_message(void)
{
	struct arrival message = carrier.message;

	if (!message.bytes)
		return;
	carrier.message.bytes = NULL;
	if (message.segment >= (int)message.length)
		message.segment = 0;
	carrier.stored += message.length;
	if (!kernel_arrive(&message)) {
		pump();
		check(kernel_arrive(&message));
	}
}

static void begin_message(void)
{
	carrier_end_message();
	carrier.message = (struct arrival){
		.family = carrier.family,
		.bytes = carrier.bytes + carrier.stored,
		.ifindex = carrier.ifindex,
		.source = rig_endpoint(carrier.family, carrier.source),
	};
	carrier.closed = false;
}

/* Where the next datagram is to be built, be it for the message or for one of its own. Null: there is no room. */
static uint8_t *datagram_room(uint32_t length)
{
	uint32_t used = carrier.stored + (carrier.message.bytes ? carrier.message.length : 0);

	return length <= STORE - used ? carrier.bytes + used : NULL;
}

/* Takes the datagram in that room: into the message, as far as a kernel would join it, else it begins another. */
static void end_datagram(uint32_t length)
{
	struct arrival *message = &carrier.message;

	if (!message->bytes || carrier.closed || length == 0 || length > (uint32_t)message->segment ||
	    message->length + length > CARRIER_MESSAGE) {
		begin_message();
		message->segment = (int)length;
	}
	message->length += length;
	carrier.closed = length < (uint32_t)message->segment;
}

void carrier_raw(const uint8_t *bytes, uint32_t length, uint16_t segment, bool truncated)
{
	uint8_t *room = datagram_room(length);

	if (!room)
		return;
	begin_message();
	if (length)
		memcpy(room, bytes, length);
	carrier.message.length = length;
	carrier.message.segment = segment;
	carrier.message.truncated = truncated;
	carrier_end_message();
}

static uint64_t choose_counter(uint32_t session, uint8_t code)
{
	static const uint64_t far[] = { 1,    63,    64,	   8127,		 8128,		      8129,
					8192, 70000, UINT64_C(1) << 47, UINT64_C(1) << 50, UINT64_C(1) << 52, UINT64_MAX };
	uint64_t next = carrier.counters[session];

	if (code == 0)
		return carrier.counters[session]++;
	if (code < 64)
		return next - code;
	if (code >= 128 && code < 192)
		return next - far[code % 12];
	next += code < 128 ? code - 63u : far[code % 12];
	carrier.counters[session] = next + 1;
	return next;
}

/* Returns the length that is left. */
static uint32_t tamper(uint8_t how, uint8_t *datagram, uint32_t length)
{
	if (how & 1)
		datagram[length - 1] ^= 0x40;
	if (how & 2)
		datagram[16] ^= 1;
	if (how & 4)
		datagram[2 + (how >> 4 & 1)] = how;
	if (how & 8)
		datagram[1] = how >> 4;
	if (how & 0x20)
		datagram[4 + (how >> 6)]++;
	if (how & 0x80)
		return length - how % 32u;
	return length;
}

void carrier_seal(uint32_t session, uint8_t kind, uint8_t counter, const uint8_t *plaintext, uint32_t length, uint8_t hurt)
{
	const struct rig_session *keys = &rig_sessions[session];
	uint8_t *room = datagram_room(length + TV_DATA_HEADER);

	if (!room || carrier.sealed == SEALED_MAX)
		return;
	carrier.sealed++;
	seal_data(room, keys->receive_seed, keys->config.index, kind, choose_counter(session, counter), plaintext, length);
	end_datagram(tamper(hurt, room, length + TV_DATA_HEADER));
}

uint8_t *carrier_message(uint32_t *length)
{
	*length = carrier.message.bytes ? carrier.message.length : 0;
	return carrier.bytes + carrier.stored;
}
