/*
 * Runs a fuzzer's inputs without a fuzzer: the files of a folder, and of each some mutations, which are the same in each run.
 *
 *     replay FOLDER [MUTATIONS]
 *
 * Prints a line, `ok` or `not ok`. An input that fails ends the process, and is left in the file that is named.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#define INPUTS_MAX 8192
#define INPUT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct file {
	char name[256];
	uint8_t *bytes;
	size_t length;
};

static struct file files[INPUTS_MAX];
static uint32_t file_count;

/* What is being run, for the last words. */
static uint8_t current[INPUT_MAX];
static size_t current_length;
static const char *current_name;
static uint32_t current_mutation;

static void last_words(void)
{
	static const char left[] = "fuzz-failed";
	FILE *out = fopen(left, "wb");

	if (out) {
		fwrite(current, 1, current_length, out);
		fclose(out);
	}
	printf("not ok fuzz: %s, mutation %u, %zu bytes, left in %s\n", current_name, current_mutation, current_length, left);
	fflush(stdout);
}

static void on_abort(int signal)
{
	(void)signal;
	last_words();
	_exit(1);
}

static void run(void)
{
	uint8_t *copy = malloc(current_length + 1);

	/* Of its own length, so that nothing may be read beyond it. */
	memcpy(copy, current, current_length);
	copy = realloc(copy, current_length ? current_length : 1);
	LLVMFuzzerTestOneInput(copy, current_length);
	free(copy);
}

static size_t below(uint64_t *state, size_t limit)
{
	return limit ? (size_t)(random_next(state) % limit) : 0;
}

/* A piece of another input, or of this one, over or into this one. */
static void splice(uint64_t *state)
{
	const struct file *other = &files[below(state, file_count)];
	size_t from = below(state, other->length), length = below(state, other->length - from + 1), at = below(state, current_length + 1);

	if (random_next(state) % 2 && current_length + length <= INPUT_MAX) {
		memmove(current + at + length, current + at, current_length - at);
		current_length += length;
	} else if (length > current_length - at) {
		length = current_length - at;
	}
	memcpy(current + at, other->bytes + from, length);
}

static void change(uint64_t *state)
{
	static const uint8_t usual[] = { 0, 1, 7, 8, 16, 20, 40, 64, 127, 128, 254, 255 };
	size_t at = below(state, current_length), cut = below(state, current_length - at + 1);

	if (current_length == 0)
		return;
	switch (random_next(state) % 5) {
	case 0:
		current[at] ^= (uint8_t)(1u << below(state, 8));
		break;
	case 1:
		current[at] = usual[below(state, sizeof usual)];
		break;
	case 2:
		current[at] = (uint8_t)random_next(state);
		break;
	case 3:
		memmove(current + at, current + at + cut, current_length - at - cut);
		current_length -= cut;
		break;
	default:
		splice(state);
	}
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct file *)left)->name, ((const struct file *)right)->name);
}

static bool read_file(const char *folder, const char *name)
{
	static uint8_t bytes[INPUT_MAX];
	char path[1024];
	struct file *file = &files[file_count];
	FILE *in;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	in = fopen(path, "rb");
	if (!in || file_count == INPUTS_MAX)
		return false;
	snprintf(file->name, sizeof file->name, "%s", name);
	file->length = fread(bytes, 1, sizeof bytes, in);
	fclose(in);
	file->bytes = malloc(file->length + 1);
	memcpy(file->bytes, bytes, file->length);
	file_count++;
	return true;
}

static bool read_folder(const char *folder)
{
	DIR *in = opendir(folder);
	bool well = in;

	for (struct dirent *entry; in && (entry = readdir(in));)
		if (entry->d_name[0] != '.')
			well = read_file(folder, entry->d_name) && well;
	if (in)
		closedir(in);
	qsort(files, file_count, sizeof *files, by_name);
	return well && file_count;
}

int main(int count, char **arguments)
{
	uint32_t mutations = count > 2 ? (uint32_t)atoi(arguments[2]) : 0, runs = 0;

	if (count < 2 || !read_folder(arguments[1])) {
		printf("not ok fuzz: cannot read %s\n", count < 2 ? "no folder" : arguments[1]);
		return 1;
	}
	signal(SIGABRT, on_abort);
	for (uint32_t i = 0; i < file_count; i++)
		for (current_mutation = 0; current_mutation <= mutations; current_mutation++, runs++) {
			uint64_t state = (uint64_t)i * 1000003 + current_mutation + 1;

			current_name = files[i].name;
			current_length = files[i].length;
			memcpy(current, files[i].bytes, current_length);
			for (uint32_t changes = current_mutation ? 1 + (uint32_t)below(&state, 4) : 0; changes > 0; changes--)
				change(&state);
			run();
		}
	printf("ok fuzz: %s, %u inputs, %u runs\n", arguments[1], file_count, runs);
	return 0;
}
