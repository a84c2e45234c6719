/* What must become of each datagram that a device receives: docs/protocol.md, done slowly, one datagram after the other. */
#ifndef FUZZ_RECEIVE_MODEL_H
#define FUZZ_RECEIVE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel.h"
#include "tv.h"

void model_begin(void);

/* The session begins anew, or is gone. */
void model_session(uint32_t number, bool present);

/* For the observer, in the order in which it happens. */
void model_received(const struct arrival *arrival);
void model_written(const uint8_t *bytes, size_t length, bool taken);

/* Before a batch, and after one: all that is to reach the interface did. */
void model_batch(void);
void model_batch_done(void);

/* An event that the device raised. */
void model_seen(const tv_event *event, const uint8_t *data);

/* After the last: all events were seen but those that found the ring full. */
void model_events_done(uint64_t lost);

#endif
