/* Handles of devices. */
#ifndef TV_HANDLES_H
#define TV_HANDLES_H

#include <stdint.h>

#include "device.h"

/* A handle for the device, or -ENFILE. */
int32_t handle_publish(struct device *device);

/* Takes the device out of the table. -EBUSY while a queue is being pumped. */
int handle_withdraw(int32_t handle, struct device *device);

/* Held while the state is read or written that decides whether a queue may run. */
void handles_lock(void);
void handles_unlock(void);

#endif
