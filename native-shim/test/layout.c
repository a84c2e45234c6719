/* What JavaScript takes for granted about the structs of tv.h. */
#include <stddef.h>
#include <stdio.h>

#include "harness.h"
#include "tv.h"

#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)
#define AT(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type "." #member)

SIZE(tv_endpoint, 24);
AT(tv_endpoint, family, 0);
AT(tv_endpoint, zero, 1);
AT(tv_endpoint, port, 2);
AT(tv_endpoint, scope, 4);
AT(tv_endpoint, addr, 8);

SIZE(tv_route, 24);
AT(tv_route, family, 0);
AT(tv_route, length, 1);
AT(tv_route, zero, 2);
AT(tv_route, peer, 4);
AT(tv_route, addr, 8);

SIZE(tv_session_config, 456);
AT(tv_session_config, index, 0);
AT(tv_session_config, remote_index, 4);
AT(tv_session_config, peer, 8);
AT(tv_session_config, capabilities, 12);
AT(tv_session_config, rekey_on_data, 16);
AT(tv_session_config, promote, 20);
AT(tv_session_config, generation, 24);
AT(tv_session_config, rekey_at_us, 32);
AT(tv_session_config, expires_at_us, 40);
AT(tv_session_config, rekey_after_messages, 48);
AT(tv_session_config, reject_after_messages, 56);
AT(tv_session_config, first_counter, 64);
AT(tv_session_config, send_subkeys, 72);
AT(tv_session_config, receive_subkeys, 264);

SIZE(tv_device_config, 32);
AT(tv_device_config, queues, 0);
AT(tv_device_config, mtu, 4);
AT(tv_device_config, ifindex, 8);
AT(tv_device_config, peers_max, 12);
AT(tv_device_config, staged_max, 16);
AT(tv_device_config, staged_max_peer, 20);
AT(tv_device_config, clock_step_ms, 24);
AT(tv_device_config, clock_rest_ms, 28);

SIZE(tv_event, 56);
AT(tv_event, type, 0);
AT(tv_event, data_length, 2);
AT(tv_event, length, 4);
AT(tv_event, peer, 8);
AT(tv_event, index, 12);
AT(tv_event, kind, 16);
AT(tv_event, zero, 20);
AT(tv_event, time_us, 24);
AT(tv_event, source, 32);

SIZE(tv_peer_stats, 64 + 8 * TV_DROPS);
AT(tv_peer_stats, rx_bytes, 0);
AT(tv_peer_stats, tx_bytes, 8);
AT(tv_peer_stats, rx_packets, 16);
AT(tv_peer_stats, tx_packets, 24);
AT(tv_peer_stats, received_at_us, 32);
AT(tv_peer_stats, unanswered_received_at_us, 40);
AT(tv_peer_stats, sent_at_us, 48);
AT(tv_peer_stats, unanswered_sent_at_us, 56);
AT(tv_peer_stats, drops, 64);

_Static_assert(TV_DROPS == 24 && TV_COUNTERS == 28, "the counters of a device");

static void sizes(void)
{
	printf("# tv_endpoint %zu, tv_route %zu, tv_session_config %zu, tv_device_config %zu, tv_event %zu, tv_peer_stats %zu\n",
	       sizeof(tv_endpoint), sizeof(tv_route), sizeof(tv_session_config), sizeof(tv_device_config), sizeof(tv_event),
	       sizeof(tv_peer_stats));
}

SUITE(layout, { "structs have the sizes and offsets that callers rely on", sizes });
