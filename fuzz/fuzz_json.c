/*
 * fuzz_json: texts of json and jsonb. The input is one text.
 * What the checker takes the parser takes; a canonical text is its own canonical form, equals
 * itself, and pretty printing does not change its meaning.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "types/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static bool
canonical(struct arena *a, const char *s, size_t n, struct buf *out, struct json *tree)
{
	struct err e;
	bool ok;

	err_init(&e);
	ok = jsonb_parse(a, &e, s, n, tree);
	must(ok || (e.sqlstate && e.message));
	if (ok)
		jsonb_print(tree, out);
	err_release(&e);
	return ok;
}

static void
same_again(struct arena *a, const struct buf *text, const struct json *tree)
{
	struct buf again = BUF_INIT, pretty = BUF_INIT;
	struct json copy;

	must(canonical(a, text->data, text->len, &again, &copy));
	must(again.len == text->len && memcmp(again.data, text->data, again.len) == 0);
	must(jsonb_compare(tree, &copy) == 0 && jsonb_equal(tree, &copy));
	jsonb_pretty(tree, &pretty);
	buf_clear(&again);
	must(canonical(a, pretty.data, pretty.len, &again, &copy));
	must(again.len == text->len && memcmp(again.data, text->data, again.len) == 0);
	must(jsonb_collate(NULL, text->data, text->len, pretty.data, pretty.len) == 0);
	buf_release(&again);
	buf_release(&pretty);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *s = (const char *)data;
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT;
	struct json tree, raw;
	struct err e;

	if (utf8_valid_prefix(s, n) != n)
		return 0;
	err_init(&e);
	if (json_check(&e, s, n)) {
		must(json_parse(&a, &e, s, n, false, &raw));
		if (canonical(&a, s, n, &text, &tree))
			same_again(&a, &text, &tree);
	} else {
		must(!json_parse(&a, &e, s, n, false, &raw));
	}
	err_release(&e);
	buf_release(&text);
	arena_release(&a);
	return 0;
}
