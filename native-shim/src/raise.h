/*
 * Which events are raised when. Those that must not be lost are raised again by the next packet until the ring took one.
 */
#ifndef TV_RAISE_H
#define TV_RAISE_H

#include <stdint.h>

#include "device.h"
#include "peer.h"
#include "receiver.h"

/* Sealing and sending; the control thread's lane leaves these to a queue. */
void raise_rekey(struct lane *lane, struct session *session);
void raise_active(struct lane *lane, struct peer *peer, uint32_t index);

/* Queues only. */
void raise_handshake(struct lane *lane, const struct datagram *datagram);
void raise_first_received(struct lane *lane, struct session *session, uint8_t kind, const tv_endpoint *source);
void raise_moved(struct lane *lane, const struct session *session, uint8_t kind, const tv_endpoint *source);
void raise_message(struct lane *lane, const struct session *session, uint8_t kind, const struct datagram *datagram);
void raise_unknown_index(struct lane *lane, const struct datagram *datagram);
void raise_other_version(struct lane *lane, const struct datagram *datagram);
void raise_no_session(struct lane *lane, struct peer *peer);
/* peer null: no peer owns the destination; else it has no endpoint. */
void raise_unrouted(struct lane *lane, struct peer *peer, const uint8_t *packet, uint32_t length);

/* A change of the host. Those that find no room are told of as one, later. */
void raise_host(struct lane *lane, tv_event change);

/* What the control thread left, and what found no room. */
void raise_owed(struct lane *lane);

#endif
