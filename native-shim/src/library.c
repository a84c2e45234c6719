/* What a caller asks before anything else: the ABI, the names. */
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "tv.h"

/* In the order of the TV_DROP constants. */
static const char drop_names[] = "type,length,reserved,version,loop,index,kind,counter,replay,auth,expired,inner,source,"
				 "device-full,receive-full,queue-full,malformed,no-route,no-endpoint,too-big,staged,send-full,"
				 "send-error,event";

uint32_t tv_abi(void)
{
	return TV_ABI;
}

static pthread_once_t initialized = PTHREAD_ONCE_INIT;
static int32_t init_result;

static void initialize(void)
{
	init_result = sodium_init() < 0 ? -EIO : box_init(getenv("TUNVPN_BOX"));
}

int32_t tv_init(void)
{
	pthread_once(&initialized, initialize);
	return init_result;
}

static int32_t copy_name(uint8_t *out, uint32_t size, const char *name)
{
	size_t length = strlen(name);

	if (length > size)
		return -ENOSPC;
	memcpy(out, name, length);
	return (int32_t)length;
}

int32_t tv_drop_names(uint8_t *out, uint32_t size)
{
	return copy_name(out, size, drop_names);
}

int32_t tv_box_name(uint8_t *out, uint32_t size)
{
	return copy_name(out, size, box_name());
}
