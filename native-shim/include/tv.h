/*
 * tv.h: the whole interface between tunvpn and its shim.
 *
 * The shim is mechanism: no policy, no logging, no callbacks, no threads of its own. Every function returns a value >= 0
 * or -errno, takes the caller's buffers and keeps none of them after it returns, and names what it made by small integers
 * (descriptors, device handles, peer ids, session indices). Integers in structs are host order, which is little-endian on
 * every machine this builds for; addresses are network order.
 *
 * Threads: each queue is pumped by one thread. Everything else is called from one control thread, meanwhile.
 */
#ifndef TV_H
#define TV_H

#include <stdint.h>

/* Changed with every change of this file that a caller can notice. */
#define TV_ABI 8

#define TV_KEY 32          /* bytes of a key or subkey */
#define TV_TAG 16          /* bytes of a Poly1305 tag */
#define TV_DATA_HEADER 32  /* bytes before the ciphertext of DATA */
#define TV_NO_PEER 0xffffffffu
#define TV_RECEIVE_MAX 9216 /* bytes of the largest datagram taken; mtu + 48 where that is more */
#define TV_MESSAGE_MAX 1232 /* bytes of a probe or control plaintext that its event carries */

/* Addresses. family 0: none. An IPv4 address stands in addr[0..3]. */
typedef struct {
	uint8_t family; /* 0, 4 or 6 */
	uint8_t zero;
	uint16_t port;
	uint32_t scope; /* interface index of a link-local IPv6 address, else 0 */
	uint8_t addr[16];
} tv_endpoint; /* 24 bytes */

/* One allowed-ip. */
typedef struct {
	uint8_t family; /* 4 or 6 */
	uint8_t length; /* prefix length */
	uint16_t zero;
	uint32_t peer; /* owner; TV_NO_PEER: an address of this node, never a valid source */
	uint8_t addr[16];
} tv_route; /* 24 bytes */

/* Message kinds (docs/protocol.md section 3), in the order of the subkey arrays. */
enum { TV_KIND_IP = 0x00, TV_KIND_IP_PARTIAL = 0x01, TV_KIND_ETH = 0x10, TV_KIND_ETH_PARTIAL = 0x11, TV_KIND_PROBE = 0xe0, TV_KIND_CONTROL = 0xf0 };
#define TV_KINDS 6

/* A session. Times are CLOCK_BOOTTIME in microseconds. */
typedef struct {
	uint32_t index;        /* ours: what the peer writes into receiver_index */
	uint32_t remote_index; /* what we write */
	uint32_t peer;
	uint32_t capabilities;         /* what both sides set */
	uint32_t rekey_on_data;        /* 1: only data raises TV_EVENT_REKEY, no empty packet and no message */
	uint32_t promote;              /* 1: the first DATA opened under it makes it the one its peer sends under, as tv_session_use does */
	uint32_t generation;           /* what TV_EVENT_GENERATION told last when its keys were made, 0 before it first did */
	uint32_t zero;
	int64_t rekey_at_us;           /* sending from then on raises TV_EVENT_REKEY, once */
	int64_t expires_at_us;         /* from then on it neither sends nor opens */
	uint64_t rekey_after_messages; /* counter that raises TV_EVENT_REKEY */
	uint64_t reject_after_messages; /* counter at which it refuses to send and to open */
	uint64_t first_counter;        /* 0 but in tests */
	uint8_t send_subkeys[TV_KINDS][TV_KEY];
	uint8_t receive_subkeys[TV_KINDS][TV_KEY];
} tv_session_config; /* 456 bytes */

/* A device: one interface and its peers. */
typedef struct {
	uint32_t queues;     /* 1..TV_QUEUES_MAX */
	uint32_t mtu;        /* of the interface; padding never exceeds it */
	uint32_t ifindex;    /* of the interface; datagrams that came in through it are dropped */
	uint32_t peers_max;  /* ids are below it */
	uint32_t staged_max;        /* packets kept for all peers together */
	uint32_t staged_max_peer;   /* packets kept for one peer */
	uint32_t clock_step_ms;     /* a real-time clock that moves by more against the boot clock begins another generation; 0: never */
	uint32_t clock_rest_ms;     /* but not within this after the last time */
} tv_device_config; /* 32 bytes */
#define TV_QUEUES_MAX 64

/*
 * Events: what the control thread must see. tv_pump appends records to a ring in the caller's memory. One producer (the
 * thread that pumps), one consumer.
 *
 *   0   u32 write   bytes ever written, modulo 2^32; stored with release
 *   64  u32 read    bytes ever consumed, modulo 2^32; stored by the consumer
 *   128 records     capacity is a power of two >= 65536; a record is 8-byte aligned and never wraps: where it would, a
 *                   record of type TV_EVENT_PAD fills the rest, of which only the first 8 bytes may exist
 * Kinds marked (low) are dropped when the ring is half full, so that a flood of them cannot crowd out the others.
 */
#define TV_RING_HEADER 128
typedef struct {
	uint16_t type;
	uint16_t data_length; /* bytes of data after this header */
	uint32_t length;      /* of the record, header and padding included: a multiple of 8 */
	uint32_t peer;        /* or TV_NO_PEER */
	uint32_t index;       /* session, ours, or 0 */
	uint32_t kind;        /* of DATA, or see the event */
	uint32_t zero;
	int64_t time_us;      /* CLOCK_BOOTTIME */
	tv_endpoint source;
} tv_event; /* 56 bytes */

enum {
	TV_EVENT_PAD = 0,
	TV_EVENT_HANDSHAKE = 1,     /* data: INIT, RESP or COOKIE of right length, type, reserved and version bytes (low) */
	TV_EVENT_FIRST_RECEIVED = 2, /* the first DATA opened under a session: peer, index, source */
	TV_EVENT_NO_SESSION = 3,    /* traffic for a peer without a usable session was staged; once a second at most a peer */
	TV_EVENT_REKEY = 4,         /* a session was used for sending past its rekey time or counter; once a session */
	TV_EVENT_ACTIVE = 5,        /* a watched peer sent or received a non-empty packet; once until watched again */
	TV_EVENT_MESSAGE = 6,       /* data: opened probe or control plaintext, its first TV_MESSAGE_MAX bytes (low) */
	TV_EVENT_UNKNOWN_INDEX = 7, /* DATA for no session of ours, from source; 20 a second at most a queue (low) */
	TV_EVENT_UNROUTED = 8,      /* data: up to 512 bytes of an inner packet for which there is no peer (kind 0) or whose peer
	                               has a session but no endpoint (kind 1); 20 a second at most a queue (low) */
	TV_EVENT_MOVED = 9,         /* DATA that advanced the window's head came from another address than the peer's
	                               endpoint; 10 a second at most a peer (low) */
	TV_EVENT_HOST = 10,         /* an address or a route of the host changed, after tv_host_watch. kind: see below. source: the address,
	                               or the network that the route is for; its scope: the interface, or 0. index: the network's length.
	                               100 a second at most, and what is more is told of as one */
	TV_EVENT_OTHER_VERSION = 11, /* a handshake message of another version, which stands in index, was dropped; 20 a second at most a
	                               queue (low) */
	TV_EVENT_GENERATION = 12,   /* sessions of another generation than index seal no more, and open on: memory may have been copied. kind:
	                               why, see below */
};

/* Kinds of TV_EVENT_GENERATION. */
enum {
	TV_GENERATION_CLOCK,   /* the real-time clock moved against the boot clock */
	TV_GENERATION_MACHINE, /* the kernel says that the machine has another generation id; after tv_host_watch */
};

/* Kinds of TV_EVENT_HOST. */
enum {
	TV_HOST_ADDRESS,      /* one that can be used, perhaps already before */
	TV_HOST_ADDRESS_GONE, /* one less */
	TV_HOST_ROUTE,        /* a route, new or gone */
	TV_HOST_ANY,          /* nobody knows */
};

/* Reasons for dropping a packet. The names are tv_drop_names's, and those of `status`. */
enum {
	/* received */
	TV_DROP_TYPE,        /* first byte is no message type */
	TV_DROP_LENGTH,      /* wrong length for its type */
	TV_DROP_RESERVED,    /* reserved bytes not zero */
	TV_DROP_VERSION,     /* another version of the handshake */
	TV_DROP_LOOP,        /* arrived through the tunnel itself */
	TV_DROP_INDEX,       /* no such session */
	TV_DROP_KIND,        /* unknown kind, or not among the common capabilities */
	TV_DROP_COUNTER,     /* counter at or beyond its limit */
	TV_DROP_REPLAY,      /* counter seen before, or older than the window */
	TV_DROP_AUTH,        /* does not authenticate */
	TV_DROP_EXPIRED,     /* session past its end */
	TV_DROP_INNER,       /* inner packet malformed */
	TV_DROP_SOURCE,      /* inner source does not belong to the sender */
	TV_DROP_DEVICE_FULL, /* the interface would not take it (queue full, or down) */
	TV_DROP_RECEIVE_FULL, /* the kernel's count: the buffer of a socket was full. What it had joined it counts as one; modulo 2^32 a socket */
	/* sent */
	TV_DROP_QUEUE_FULL,  /* the kernel's count: the interface's queue to us was full. A super-packet counts as one */
	TV_DROP_MALFORMED,   /* the interface gave us something that is no IP packet */
	TV_DROP_NO_ROUTE,    /* no peer owns the destination */
	TV_DROP_NO_ENDPOINT, /* the peer has no endpoint */
	TV_DROP_TOO_BIG,     /* longer than the interface's MTU */
	TV_DROP_STAGED,      /* the oldest of a full staging queue, or staged for a peer that went away or stayed silent */
	TV_DROP_SEND_FULL,   /* socket buffer full */
	TV_DROP_SEND_ERROR,  /* the kernel refused it (no route, firewall, message size) */
	/* towards the control thread */
	TV_DROP_EVENT,       /* an event that found the ring full */
	TV_DROPS
};

/* What the kernel does for a device: see tv_offloads. */
enum {
	TV_OFFLOAD_CSUM = 1, /* the interface gives and takes packets whose checksum is open */
	TV_OFFLOAD_TSO = 2,  /* and super-packets of TCP */
	TV_OFFLOAD_USO = 4,  /* and of UDP */
	TV_OFFLOAD_GSO = 8,  /* the sockets split what is sent */
	TV_OFFLOAD_GRO = 16, /* the sockets join what is received */
};

/* Counters of a device, in order: see tv_counters_read. */
enum { TV_COUNT_RX_PACKETS, TV_COUNT_RX_BYTES, TV_COUNT_TX_PACKETS, TV_COUNT_TX_BYTES, TV_COUNT_DROPS, TV_COUNTERS = TV_COUNT_DROPS + TV_DROPS };

/* What a peer did. Times are CLOCK_BOOTTIME in microseconds, 0 for never; bytes are those of UDP payloads, as wg counts them. */
typedef struct {
	uint64_t rx_bytes, tx_bytes, rx_packets, tx_packets;
	int64_t received_at_us;            /* anything authentic, last */
	int64_t unanswered_received_at_us; /* the first non-empty packet of kinds 0x00-0x11 received since anything was sent; 0 when none */
	int64_t sent_at_us;                /* anything sealed, last */
	int64_t unanswered_sent_at_us;     /* the first non-empty packet of kinds 0x00-0x11 sent since anything authentic came; 0 when none */
	uint64_t drops[TV_DROPS];
} tv_peer_stats;

#pragma GCC visibility push(default)

/* ---- library ---- */
uint32_t tv_abi(void);                                     /* TV_ABI; called before anything else */
/* Once a process; idempotent. TUNVPN_BOX, where the environment has it and not empty, names the box to use: -ENOTSUP when this
 * processor lacks it, it does not pass its test, or there is none of that name. -EIO: libsodium does not work. */
int32_t tv_init(void);
int32_t tv_drop_names(uint8_t *out, uint32_t size);        /* names joined by commas, in order; returns the length */
int32_t tv_box_name(uint8_t *out, uint32_t size);          /* the box in use: "avx512", "avx2" or "sodium"; returns the length */

/* ---- crypto: docs/protocol.md section 1 ---- */
int32_t tv_random(uint8_t *out, uint32_t length);
int32_t tv_public_key(uint8_t *out32, const uint8_t *private32);
int32_t tv_dh(uint8_t *out32, const uint8_t *private32, const uint8_t *public32); /* -EDOM when the result is zero */
int32_t tv_hash(uint8_t *out64, const uint8_t *in, uint32_t length);
int32_t tv_hmac(uint8_t *out64, const uint8_t *key, uint32_t key_length, const uint8_t *in, uint32_t length);
int32_t tv_seal(uint8_t *out, const uint8_t *key32, const uint8_t *nonce24, const uint8_t *in, uint32_t length); /* out: length + 16 */
int32_t tv_open(uint8_t *out, const uint8_t *key32, const uint8_t *nonce24, const uint8_t *box, uint32_t length); /* out: length - 16; -EBADMSG */
int32_t tv_hsalsa20(uint8_t *out32, const uint8_t *key32, const uint8_t *in16);
int32_t tv_equal(const uint8_t *a, const uint8_t *b, uint32_t length); /* 1 or 0, in constant time */

/* ---- the process and the kernel ---- */
int64_t tv_boottime_us(void);
int64_t tv_netns_cookie(void);              /* never reused in a boot; -errno */
int32_t tv_lock(const uint8_t *path);       /* zero-terminated; opens or makes it 0600, O_NOFOLLOW, and flocks it; descriptor, or -EWOULDBLOCK */
int32_t tv_harden(void);                    /* no core dump, no ptrace by the same user */
int32_t tv_trim(void);                      /* gives freed memory back to the kernel; 1: there was some */
int32_t tv_close(int32_t fd);
int32_t tv_if_index(const uint8_t *name);   /* zero-terminated; -ENODEV */
/* Opens a queue of a TUN (tap 0) or TAP (tap 1) interface, non-blocking. first 1: the interface must not exist yet.
 * multi 1: more queues will follow. Packets stand behind a virtio header where the kernel has it; a device finds that out
 * for itself. name: zero-terminated, at most 15 bytes. Descriptor, or -errno:
 * -EBUSY name taken, -EPERM, -EACCES, -ENOENT or -ENODEV no /dev/net/tun. */
int32_t tv_tun_open(const uint8_t *name, uint32_t tap, uint32_t multi, uint32_t first);
/* A bound, non-blocking UDP socket with packet info. family 4 or 6 (6 only). port 0: any. fwmark 0: none. reuse 1: SO_REUSEPORT. */
int32_t tv_udp_open(uint32_t family, uint32_t port, uint32_t fwmark, uint32_t reuse);
int32_t tv_udp_port(int32_t fd);

/* ---- a device ---- */
int32_t tv_device_new(const tv_device_config *config); /* handle */
/* Gives a queue its descriptors, which then belong to the device. udp4 or udp6 may be -1. Before the first tv_pump of the queue. */
int32_t tv_queue_attach(int32_t device, uint32_t queue, int32_t tun, int32_t udp4, int32_t udp6);
/* Raises TV_EVENT_HOST from now on, in queue 0, also when the machine has slept. Before its first tv_pump. -EBUSY the second time, or what the kernel said. */
int32_t tv_host_watch(int32_t device);
int32_t tv_offloads(int32_t device); /* TV_OFFLOAD bits: what its queues obtained */
/* Moves packets until events wait, tv_wake was called, or a second has passed. Returns the number of events appended,
 * or -ESHUTDOWN after tv_device_stop, or -errno when a descriptor died (the interface was deleted: -ENODEV). */
int32_t tv_pump(int32_t device, uint32_t queue, uint8_t *ring, uint32_t ring_bytes);
int32_t tv_wake(int32_t device, uint32_t queue);
int32_t tv_device_stop(int32_t device);  /* every tv_pump returns -ESHUTDOWN, now and later */
int32_t tv_device_free(int32_t device);  /* after all pumps returned; closes descriptors, wipes keys; -EBUSY while one runs */

/* ---- peers ---- */
int32_t tv_peer_add(int32_t device, uint32_t peer);    /* -EEXIST, -ERANGE */
int32_t tv_peer_remove(int32_t device, uint32_t peer); /* with its sessions and staged packets */
/* family 0: none. Sends what is staged when the peer has a usable session. -ENOENT, -EINVAL */
int32_t tv_peer_endpoint(int32_t device, uint32_t peer, const tv_endpoint *endpoint);
int32_t tv_peer_watch(int32_t device, uint32_t peer);  /* arms TV_EVENT_ACTIVE once more */
int32_t tv_peer_discard(int32_t device, uint32_t peer); /* drops what is staged; returns how many */
/* Statistics of `count` peers from id `first` on, absent ones as zeros. */
int32_t tv_peers_read(int32_t device, uint32_t first, uint32_t count, tv_peer_stats *out);

/* ---- sessions ---- */
int32_t tv_session_add(int32_t device, const tv_session_config *config); /* receives from now on; -EEXIST, -ENOENT no such peer */
int32_t tv_session_remove(int32_t device, uint32_t index);               /* and wipes its keys */
/* Makes a session the one its peer sends under, and sends what is staged. announce 1: an empty packet when nothing was.
 * Returns how many packets were sent; 0 without an endpoint, for which staged packets wait. -ENOENT; -ETIME: it may not send,
 * being expired, at its last counter or of an earlier generation */
int32_t tv_session_use(int32_t device, uint32_t index, uint32_t announce);
/* Seals and sends one message made by the control thread. to: where, or family 0 for the peer's endpoint. 0, -ENOENT,
 * -ETIME (as above), -EOPNOTSUPP (kind not common), -EDESTADDRREQ (no endpoint), -EMSGSIZE, or what the
 * kernel said. */
int32_t tv_session_send(int32_t device, uint32_t index, uint32_t kind, const uint8_t *data, uint32_t length, const tv_endpoint *to);

/* ---- routes: one immutable table, replaced whole ---- */
int32_t tv_routes_set(int32_t device, const tv_route *routes, uint32_t count); /* -EEXIST: the same prefix twice */
int64_t tv_route_lookup(int32_t device, uint32_t family, const uint8_t *address); /* peer id, or -ENOENT */

/* ---- the rest ---- */
int32_t tv_send(int32_t device, const tv_endpoint *to, const uint8_t *data, uint32_t length); /* a handshake message */
int32_t tv_device_write(int32_t device, const uint8_t *packet, uint32_t length); /* a packet for this host, such as ICMP */
int32_t tv_counters_read(int32_t device, uint64_t *out); /* TV_COUNTERS values; those that the kernel keeps are asked of it */

#pragma GCC visibility pop

#endif
