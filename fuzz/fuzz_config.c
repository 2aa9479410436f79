/* litephant.conf. */
#include <stdlib.h>

#include "net/config_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool
take(void *arg, const char *key, const char *value, struct err *err)
{
	(void)err;
	*(size_t *)arg += strlen(key) + strlen(value);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err err;
	size_t total = 0;

	err_init(&err);
	if (!config_parse((const char *)data, n, "fuzz", take, &total, &err) && !err_is_set(&err))
		abort();
	err_release(&err);
	return 0;
}
