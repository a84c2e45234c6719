#include "box.h"

#include <errno.h>

#include "box_engine.h"

static const struct box_engine *engine = &box_sodium;

int box_init(const char *name)
{
	const struct box_engine *chosen = box_engine_choose(box_engines, name && *name ? name : NULL);

	if (!chosen)
		return name && *name ? -ENOTSUP : -EIO;
	box_use(chosen);
	return 0;
}

void box_use(const struct box_engine *chosen)
{
	engine = chosen;
}

const char *box_name(void)
{
	return engine->name;
}

static const struct box_engine *engine_for(const struct box_job *jobs, uint32_t count)
{
	return count == 1 && jobs->length <= engine->alone ? &box_sodium : engine;
}

void box_seal_many(const struct box_job *jobs, uint32_t count)
{
	box_seal_by(engine_for(jobs, count), jobs, count);
}

uint32_t box_open_many(const struct box_job *jobs, uint32_t count, bool *ok)
{
	return box_open_by(engine_for(jobs, count), jobs, count, ok);
}

void box_seal(uint8_t tag[TV_TAG], uint8_t *text, size_t length, const uint8_t subkey[TV_KEY], uint64_t counter)
{
	struct box_job job = { tag, text, subkey, counter, (uint32_t)length };

	box_seal_many(&job, 1);
}

bool box_open(const uint8_t tag[TV_TAG], uint8_t *text, size_t length, const uint8_t subkey[TV_KEY], uint64_t counter)
{
	/* A job's tag is writable for seal; open only reads it. */
	struct box_job job = { (uint8_t *)tag, text, subkey, counter, (uint32_t)length };
	bool ok;

	box_open_many(&job, 1, &ok);
	return ok;
}
