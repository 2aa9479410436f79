/*
 * replay: runs a fuzz target over files, without libFuzzer.
 * Arguments: files, or directories whose plain files are all taken (not their subdirectories).
 * Exit 0 if the target came back from every one; 2 if something could not be read or there was
 * nothing to read.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static unsigned n_replayed;

static bool
complain(const char *path)
{
	perror(path);
	return false;
}

/* The input is handed over in a block of its exact size, so that a sanitizer sees a read past its
 * end. */
static bool
replay_stream(FILE *f, size_t n, const char *path)
{
	uint8_t *data = malloc(n ? n : 1);
	bool ok = data && fread(data, 1, n, f) == n;

	if (ok) {
		LLVMFuzzerTestOneInput(data, n);
		n_replayed++;
	}
	free(data);
	return ok || complain(path);
}

static bool
replay_file(const char *path, size_t n)
{
	FILE *f = fopen(path, "rb");
	bool ok;

	if (!f)
		return complain(path);
	ok = replay_stream(f, n, path);
	fclose(f);
	return ok;
}

static bool
replay_dir(const char *dir)
{
	char path[4096];
	struct dirent *entry;
	struct stat st;
	bool ok = true;
	DIR *d = opendir(dir);

	if (!d)
		return complain(dir);
	while (ok && (entry = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		if (stat(path, &st) != 0)
			ok = complain(path);
		else if (S_ISREG(st.st_mode))
			ok = replay_file(path, (size_t)st.st_size);
	}
	closedir(d);
	return ok;
}

int
main(int argc, char **argv)
{
	struct stat st;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &st) != 0)
			return complain(argv[i]) ? 0 : 2;
		if (!(S_ISDIR(st.st_mode) ? replay_dir(argv[i])
					  : replay_file(argv[i], (size_t)st.st_size)))
			return 2;
	}
	printf("%s: %u inputs replayed\n", argv[0], n_replayed);
	return n_replayed ? 0 : 2;
}
