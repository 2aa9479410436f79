/*
 * fuzz_jsonpath: paths, and what they find. The input is a path and, behind a byte 0xFF, the value
 * that it is run on.
 * A stored path reads back as the same path: it is its own stored text, and prints alike. A silent
 * run fails only as a loud one does, and finds the same where that finds anything.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "func/func.h"
#include "types/jsonpath.h"

/* What runs longer than this is not run. */
enum { RUN_MAX = 160 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
text_of(struct arena *a, const char *s, size_t n, bool stored, struct buf *out)
{
	struct jsonpath path;
	struct err e;

	err_init(&e);
	must(jsonpath_parse(a, &e, s, n, &path));
	jsonpath_print(&path, stored, out);
	err_release(&e);
}

static void
same_again(struct arena *a, const struct buf *stored, const struct jsonpath *path)
{
	struct buf again = BUF_INIT, first = BUF_INIT, second = BUF_INIT;

	text_of(a, stored->data, stored->len, true, &again);
	must(again.len == stored->len && memcmp(again.data, stored->data, again.len) == 0);
	jsonpath_print(path, false, &first);
	text_of(a, stored->data, stored->len, false, &second);
	must(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	buf_release(&again);
	buf_release(&first);
	buf_release(&second);
}

static bool
query(struct arena *a, struct err *e, struct datum *args, bool silent, struct datum *out)
{
	struct fenv env = {.types = type_env_canonical, .err = e};
	struct fcall c = {.arena = a, .err = e, .env = &env};

	args[3] = datum_int(silent);
	err_init(e);
	return func_call(func_by_key("jsonb_path_query_array"), &c, args, 4, out);
}

static void
run(struct arena *a, const struct buf *stored, const char *value, size_t n)
{
	struct datum args[4] = {datum_text(value, n), datum_text(stored->data, stored->len),
				datum_text("{\"x\": [1, \"a\"]}", 15)},
		     loud, silent;
	struct err e, f;
	bool ok = query(a, &e, args, false, &loud);

	must(ok || (e.sqlstate && e.message));
	must(query(a, &f, args, true, &silent) || (!ok && f.sqlstate));
	if (ok)
		must(loud.n == silent.n && memcmp(loud.p, silent.p, loud.n) == 0);
	err_release(&e);
	err_release(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char value[] = "{\"a\": [1, 2.50, \"x\", null, {\"b\": [true, []]}], \"b\": "
				    "\"2020-01-02\", \"c\": {\"d\": {\"e\": -1}}}";
	const uint8_t *mark = n ? memchr(data, 0xff, n) : NULL;
	const char *s = (const char *)data, *v = mark ? (const char *)mark + 1 : value;
	size_t sn = mark ? (size_t)(mark - data) : n, vn = mark ? n - sn - 1 : sizeof(value) - 1;
	struct arena a = ARENA_INIT;
	struct buf stored = BUF_INIT;
	struct jsonpath path;
	struct err e;

	if (utf8_valid_prefix(s, sn) != sn || utf8_valid_prefix(v, vn) != vn)
		return 0;
	err_init(&e);
	if (jsonpath_parse(&a, &e, s, sn, &path)) {
		jsonpath_print(&path, true, &stored);
		same_again(&a, &stored, &path);
		if (n <= RUN_MAX && json_check(&e, v, vn))
			run(&a, &stored, v, vn);
	} else {
		must(e.sqlstate && e.message);
	}
	err_release(&e);
	buf_release(&stored);
	arena_release(&a);
	return 0;
}
