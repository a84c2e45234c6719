#include "handles.h"

#include <errno.h>
#include <pthread.h>

/* A handle is a place in the table and the generation of what stands there, so that a stale one finds nothing. */
#define PLACES 64
#define GENERATIONS (1u << 24)

static struct {
	pthread_mutex_t lock;
	struct {
		uint32_t generation;
		_Atomic(struct device *) device;
	} places[PLACES];
} handles = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Under the lock, or by the control thread, which alone changes the table. */
struct device *device_find(int32_t handle)
{
	uint32_t place = (uint32_t)handle % PLACES;

	if (handle < 0 || (uint32_t)handle / PLACES != handles.places[place].generation)
		return NULL;
	return atomic_load_explicit(&handles.places[place].device, memory_order_acquire);
}

void handles_lock(void)
{
	pthread_mutex_lock(&handles.lock);
}

void handles_unlock(void)
{
	pthread_mutex_unlock(&handles.lock);
}

int32_t handle_publish(struct device *device)
{
	int32_t handle = -ENFILE;

	handles_lock();
	for (uint32_t place = 0; place < PLACES && handle < 0; place++) {
		if (atomic_load_explicit(&handles.places[place].device, memory_order_relaxed))
			continue;
		handles.places[place].generation = handles.places[place].generation % GENERATIONS + 1;
		atomic_store_explicit(&handles.places[place].device, device, memory_order_release);
		handle = (int32_t)(handles.places[place].generation * PLACES + place);
	}
	handles_unlock();
	return handle;
}

int handle_withdraw(int32_t handle, struct device *device)
{
	int result = 0;

	handles_lock();
	for (uint32_t i = 0; i < device->config.queues; i++)
		if (device->queues[i].running)
			result = -EBUSY;
	if (result == 0)
		atomic_store_explicit(&handles.places[(uint32_t)handle % PLACES].device, NULL, memory_order_release);
	handles_unlock();
	return result;
}
