/* A fuzzer's input, read from the front. Beyond its end all is zero. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct input {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t take8(struct input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->at++;
}

static inline uint16_t take16(struct input *input)
{
	uint8_t low = take8(input);

	return (uint16_t)(low | take8(input) << 8);
}

/* The next bytes, as many of them as there are: returns how many. */
static inline size_t take_bytes(struct input *input, size_t wanted, const uint8_t **out)
{
	size_t length = wanted < input->left ? wanted : input->left;

	*out = input->at;
	input->at += length;
	input->left -= length;
	return length;
}

#endif
