/* What must become of each packet that the interface gives: which datagrams it becomes, or for what it is dropped. */
#ifndef FUZZ_TRANSMIT_MODEL_H
#define FUZZ_TRANSMIT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel.h"

/* What one input may bring. */
#define MODEL_BYTES (1u << 20)

void model_begin(void);

/* A session is there from now on, or is gone. */
void model_session(uint32_t number, bool present);
/*
 * It becomes its peer's, and what is staged is sent: returns how much. announce: and an empty packet, unless some of that was
 * sent indeed.
 */
uint32_t model_use(uint32_t number, bool announce);
bool model_usable(uint32_t number);
/* The peer has an endpoint, or none: what is staged may then be sent. */
void model_endpoint(uint32_t peer, const tv_endpoint *endpoint);
bool model_has_endpoint(uint32_t peer);
/* What is staged for a peer is dropped. */
uint32_t model_discard(uint32_t peer);
/* A message of the control thread's, which it sends. Its bytes stay. */
void model_message(uint32_t number, uint8_t kind, const uint8_t *bytes, uint32_t length, const tv_endpoint *to);

/* For the observer. */
void model_read(const struct outbound *outbound);
void model_sent(const union socket_address *to, socklen_t size, const uint8_t *bytes, size_t length);

/* Whether one input has brought as much as one may, but for bytes. */
bool model_full(void);

/* All that was sealed was offered to the sockets; what they did not take was dropped. */
void model_flushed(void);

/* How many packets are staged. */
uint32_t model_staged(void);

#endif
