/*
 * fuzz_regex: regular expressions, translated, compiled and run. The first byte holds flags; a NUL
 * parts the pattern from the text.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "func/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *pattern = (const char *)data + 1, *text;
	struct regex *re;
	struct err e;
	long span[8];
	size_t pn, tn;

	if (n < 1 || n > 512)
		return 0;
	n--;
	text = memchr(pattern, '\0', n);
	pn = text ? (size_t)(text - pattern) : n;
	tn = text ? n - pn - 1 : 0;
	if (utf8_valid_prefix(pattern, pn) != pn || (text && utf8_valid_prefix(text + 1, tn) != tn))
		return 0;
	err_init(&e);
	if (regex_compile(&e, pattern, pn, data[0] & 31, &re)) {
		for (int spans = 0; spans <= 4; spans += 2)
			if (regex_match(&e, re, text ? text + 1 : "", tn, 0, false, span, spans) >
				    0 &&
			    spans && (span[0] < 0 || span[1] < span[0] || (size_t)span[1] > tn))
				abort();
		regex_free(re);
	}
	err_release(&e);
	return 0;
}
