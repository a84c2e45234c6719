/* Under AddressSanitizer: memory that nobody may touch for now. */
#ifndef TV_POISON_H
#define TV_POISON_H

#if defined(__SANITIZE_ADDRESS__)
#define TV_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TV_POISON 1
#endif
#endif

#ifdef TV_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

#endif
