/*
 * Allowed-ips: which peer owns an inner address, by longest prefix. A table is built whole, never changed, and swapped.
 */
#ifndef TV_ROUTES_H
#define TV_ROUTES_H

#include <stdint.h>

#include "grace.h"
#include "tv.h"

/* What no prefix covers. Peer ids are below it, and TV_NO_PEER stands for an address of this node. */
#define ROUTE_NONE 0xfffffffeu

/* Peer ids fit a leaf of the table beside the two values above. */
#define ROUTE_PEERS_MAX (1u << 20)

struct routes;

/* 0, -EINVAL, -ERANGE for a peer id at or beyond peers_max, -EEXIST for the same prefix twice, -ENOMEM. Bits beyond the
 * prefix length do not count. */
int routes_build(struct routes **out, const uint8_t *list, uint32_t count, uint32_t peers_max);
void routes_free(struct routes *routes);
struct retired *routes_retired(struct routes *routes);

/* A peer id, TV_NO_PEER or ROUTE_NONE. A null table owns nothing. */
uint32_t routes_lookup4(const struct routes *routes, const uint8_t address[4]);
uint32_t routes_lookup6(const struct routes *routes, const uint8_t address[16]);

#endif
