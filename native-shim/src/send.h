/* What the control thread sends. */
#ifndef TV_SEND_H
#define TV_SEND_H

#include <stdint.h>

#include "device.h"
#include "peer.h"

/* Sends what is staged for a peer that has a session and an endpoint. Returns how many packets left. */
uint32_t send_staged(struct lane *lane, struct peer *peer);

#endif
