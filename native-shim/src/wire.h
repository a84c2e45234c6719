/* Layouts of docs/protocol.md sections 2 and 3, as far as the data path reads them. */
#ifndef TV_WIRE_H
#define TV_WIRE_H

enum { TYPE_INIT = 1, TYPE_RESP = 2, TYPE_COOKIE = 3, TYPE_DATA = 4 };
enum { INIT_LENGTH = 144, RESP_LENGTH = 84, COOKIE_LENGTH = 64 };
enum { WIRE_VERSION = 1 };

/* Offsets in DATA. */
enum { DATA_KIND = 1, DATA_RESERVED = 2, DATA_RECEIVER = 4, DATA_COUNTER = 8, DATA_TAG = 16 };

enum { CAPABILITY_L3 = 1, CAPABILITY_L2 = 2, CAPABILITY_PARTIAL = 4, CAPABILITY_PROBE = 8, CAPABILITY_CONTROL = 16 };

/* The largest payload that UDP carries over IPv4. */
#define DATAGRAM_MAX 65507

/* Padding reaches up to the next multiple of it. */
#define PADDING 16

#endif
