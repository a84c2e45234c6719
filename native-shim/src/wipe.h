/* What secrets leave in memory, gone. */
#ifndef TV_WIPE_H
#define TV_WIPE_H

#include <stddef.h>
#include <string.h>

/* A memset the compiler has to keep, and gcc not to make a rep stos of, which costs a lone packet some 20 ns. */
static inline void wipe(void *memory, size_t length)
{
	__asm__("" : "+r"(length));
	memset(memory, 0, length);
	__asm__ __volatile__("" : : "r"(memory) : "memory");
}

#endif
