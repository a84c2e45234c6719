/* One site, one peer of it, and the stranger who plays that peer. */
#ifndef TEST_SCENE_H
#define TEST_SCENE_H

#include "site.h"

#define PEER 3
#define INDEX 0x01020304u  /* of the site's session */
#define REMOTE 0x55667788u /* of the stranger's */

extern struct site site;
extern struct stranger stranger;
extern uint8_t packet[70000], plaintext[70000], datagram[70000], received[70000];

/* The site with its peer, and the stranger's socket: no endpoint, no session. */
void scene_open(uint32_t family, const tv_route *routes, uint32_t count);
void scene_open_as(const tv_device_config *config, uint32_t family, const tv_route *routes, uint32_t count);
/* The same of an interface whose packets stand behind virtio headers, with a usual session of so many capabilities. */
void scene_offloaded(uint32_t capabilities);
void scene_close(void);

/* The stranger becomes the peer's endpoint. */
void scene_endpoint(void);

/* A session between the two, as it is usually; and adding one, for receiving alone. */
tv_session_config usual_session(void);
void scene_session(tv_session_config config);

/* Small UDP packets: of 53 bytes to and from the peer's network. */
size_t outbound_packet(uint8_t *out);
size_t inbound_packet(uint8_t *out);

/* Seals the first bytes of `plaintext` into `datagram`, under the stranger's next counter. */
extern uint64_t next_counter;
size_t seal(uint8_t kind, size_t length);

/* The datagram, sent by the stranger, or the packet, sent by the host, is dropped for one reason and for no other. */
void expect_datagram_dropped(uint32_t reason, size_t length);
void expect_packet_dropped(uint32_t reason, size_t length);

/* The datagram, sent by the stranger, lets this packet reach the host. */
void expect_delivered(size_t length, const uint8_t *wanted, size_t wanted_length);

/* The next datagram to the stranger, left in `datagram` and opened into `plaintext`: its plaintext's length. */
int next_plaintext(void);

/* Packets from the host that end in 0, 1, 2 … and are staged. */
void stage_packets(uint8_t count);

/* One sealed packet in, until it was opened; one packet out, until it was sent or staged. */
void receive_one(size_t length);
void send_one(void);

/* The consumer stops reading, and the ring is full to the last byte; then it reads again. */
void fill_ring(void);
void empty_ring(void);

/* As site_pump, but leaves the events where they are. */
void pump_unread(void);

#endif
