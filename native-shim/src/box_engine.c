#include "box_engine.h"

#include <string.h>

#include "x86.h"

#if TV_X86

/* These builtins ask the system too whether it keeps the registers. */
static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512ifma") &&
	       __builtin_cpu_supports("avx512vbmi2");
}

static const struct box_engine box_avx512 = {
	.name = "avx512",
	.available = has_avx512,
	.lanes = BOX_LANES,
	.salsa20 = salsa20_avx512,
	.poly1305 = poly1305_avx512,
	.salsa20_few = salsa20_few_avx512,
};

/* Alone, 576 bytes take libsodium 0.65 us and AVX2 0.9. */
static const struct box_engine box_avx2 = {
	.name = "avx2",
	.available = has_avx2,
	.alone = 1024,
	.lanes = 8,
	.salsa20 = salsa20_avx2,
	.poly1305 = poly1305_avx2,
};

#endif

const struct box_engine *const box_engines[] = {
#if TV_X86
	&box_avx512, &box_avx2,
#endif
	&box_sodium, NULL,
};

const struct box_engine *box_engine_choose(const struct box_engine *const *engines, const char *name)
{
	for (; *engines; engines++)
		if ((!name || strcmp((*engines)->name, name) == 0) && (*engines)->available() && box_selftest(*engines))
			return *engines;
	return NULL;
}
