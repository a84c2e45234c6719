/* What the kernel tells of its addresses and routes, over rtnetlink: changes that may lead packets of ours another way. */
#ifndef TV_HOST_H
#define TV_HOST_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#include "tv.h"

struct queue;

/* A socket that is told of changes, or -errno. */
int host_open(void);

/* Reads what it holds, but for a bounded part, and raises events. Returns whether there may be more. */
bool host_read(struct queue *queue);

/* Whether the machine has slept since it was last noted, which is noted again: then it may be somewhere else. */
bool host_slept(struct queue *queue);
void host_note_sleep(struct queue *queue);

/*
 * Whether a message is of a change that matters, and the event that tells of it. Of no matter: what is of the interface `own`, local
 * tables, routes that lead nowhere, and addresses that cannot be used yet.
 */
bool host_change(const struct nlmsghdr *message, uint32_t own, tv_event *event);

#endif
