/* A counter with one writer, which others may read meanwhile: no locked instruction. */
#ifndef TV_COUNT_H
#define TV_COUNT_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic(uint64_t) counter;

static inline void count_add(counter *at, uint64_t amount)
{
	atomic_store_explicit(at, atomic_load_explicit(at, memory_order_relaxed) + amount, memory_order_relaxed);
}

static inline void count_set(counter *at, uint64_t value)
{
	atomic_store_explicit(at, value, memory_order_relaxed);
}

static inline uint64_t count_read(const counter *at)
{
	return atomic_load_explicit(at, memory_order_relaxed);
}

#endif
