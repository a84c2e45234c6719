/* The headers of TCP and UDP, and the bytes of the IP headers before them. */
#ifndef TV_TRANSPORT_H
#define TV_TRANSPORT_H

#include <stdint.h>

#define IPV4_HEADER 20
#define IPV6_HEADER 40
enum { IPV4_LENGTH = 2, IPV4_IDENTIFICATION = 4, IPV4_CHECKSUM = 10, IPV6_LENGTH = 4 };

enum { TCP_HEADER = 20, TCP_SEQUENCE = 4, TCP_ACKNOWLEDGED = 8, TCP_OFFSET = 12, TCP_FLAGS = 13, TCP_WINDOW = 14, TCP_CHECKSUM = 16, TCP_URGENT = 18 };
enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10, TCP_URG = 0x20, TCP_ECE = 0x40, TCP_CWR = 0x80 };
enum { UDP_HEADER = 8, UDP_LENGTH = 4, UDP_CHECKSUM = 6 };

/* Bytes of a TCP header with its options, as it says itself. */
static inline uint32_t tcp_header(const uint8_t *tcp)
{
	return (tcp[TCP_OFFSET] >> 4) * 4u;
}

#endif
