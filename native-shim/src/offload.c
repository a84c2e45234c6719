#include "offload.h"

#include <errno.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"
#include "virtio.h"

/* Younger than the headers of some systems. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

#define TSO (TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)

bool offload_wanted(void)
{
	const char *setting = getenv("TUNVPN_OFFLOADS");

	return !setting || strcmp(setting, "off") != 0;
}

bool offload_interface(int tun, uint32_t *bits)
{
	static const struct {
		unsigned long features;
		uint32_t bits;
	} steps[] = {
		{ TSO | TUN_F_USO4 | TUN_F_USO6, TV_OFFLOAD_CSUM | TV_OFFLOAD_TSO | TV_OFFLOAD_USO },
		{ TSO, TV_OFFLOAD_CSUM | TV_OFFLOAD_TSO },
		{ TUN_F_CSUM, TV_OFFLOAD_CSUM },
	};
	struct ifreq request = { 0 };
	int size = sizeof(struct virtio_header);

	if (ioctl(tun, TUNGETIFF, &request) < 0 || !(request.ifr_flags & IFF_VNET_HDR) || ioctl(tun, TUNSETVNETHDRSZ, &size) < 0)
		return false;
	for (uint32_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (ioctl(tun, TUNSETOFFLOAD, steps[i].features) == 0) {
			*bits |= steps[i].bits;
			break;
		}
	return true;
}

bool offload_splits(int udp)
{
	int none = 0;

	return offload_wanted() && setsockopt(udp, IPPROTO_UDP, UDP_SEGMENT, &none, sizeof none) == 0;
}

bool offload_joins(int udp)
{
	int yes = 1;

	return offload_wanted() && setsockopt(udp, IPPROTO_UDP, UDP_GRO, &yes, sizeof yes) == 0;
}

int32_t tv_offloads(int32_t handle)
{
	struct device *device = device_find(handle);

	return device ? (int32_t)device->offloads : -EBADF;
}
