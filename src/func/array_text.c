/*
 * string_to_array, array_to_string.
 */
#include "func/array_args.h"
#include "func/string_util.h"
#include "func/tables.h"
#include "types/utf8.h"

struct pieces {
	struct fcall *c;
	struct array v;
	int cap;
	const char *null; /* the text that stands for NULL, or NULL */
	size_t null_n;
};

static void
add_piece(struct pieces *p, const char *s, size_t n)
{
	bool null = p->null && p->null_n == n && memcmp(p->null, s, n) == 0;

	if (p->v.n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 16;
		p->v = array_grown(p->c->arena, &p->v, p->cap - p->v.n);
	}
	p->v.items[p->v.n++] =
		null ? (struct array_item){NULL, 0} : (struct array_item){n ? s : "", n};
}

static void
split_characters(struct pieces *p, const char *s, size_t n)
{
	for (size_t len; n; s += len, n -= len) {
		len = MIN(utf8_len(*s), n);
		add_piece(p, s, len);
	}
}

static void
split_at(struct pieces *p, const char *s, size_t n, const char *sep, size_t sep_n)
{
	const char *end = s + n, *at;

	while (sep_n && (at = text_find(s, (size_t)(end - s), sep, sep_n))) {
		add_piece(p, s, (size_t)(at - s));
		s = at + sep_n;
	}
	add_piece(p, s, (size_t)(end - s));
}

static bool
text_to_array(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct pieces p = {.c = c};
	size_t n, sep_n;
	const char *s;

	if (arg_null(&args[0]))
		return true;
	s = arg_text(c, &args[0], &n);
	if (nargs > 2 && !arg_null(&args[2]))
		p.null = arg_text(c, &args[2], &p.null_n);
	if (n && arg_null(&args[1])) {
		split_characters(&p, s, n);
	} else if (n) {
		const char *sep = arg_text(c, &args[1], &sep_n);

		split_at(&p, s, n, sep, sep_n);
	}
	p.v.ndim = p.v.n > 0;
	p.v.dims[0] = p.v.n;
	p.v.lower[0] = 1;
	return ret_array(c, type_builtin(T_TEXT), &p.v, out);
}

static bool
array_to_text(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct type *elem;
	struct type_ctx tc = fcall_type_ctx(c);
	struct array v;
	struct buf b = BUF_INIT;
	size_t sep_n, null_n = 0;
	const char *sep, *null = NULL;
	bool first = true, ok = true;

	if (arg_null(&args[0]) || arg_null(&args[1]))
		return true;
	if (!arg_array(c, 0, &args[0], &v, &elem))
		return false;
	sep = arg_text(c, &args[1], &sep_n);
	if (nargs > 2 && !arg_null(&args[2]))
		null = arg_text(c, &args[2], &null_n);
	for (int i = 0; i < v.n && ok; i++) {
		struct datum d;

		if (!v.items[i].p && !null)
			continue;
		if (!first)
			buf_add(&b, sep, sep_n);
		first = false;
		if (!v.items[i].p)
			buf_add(&b, null, null_n);
		else
			ok = ret_item(c, elem, &v.items[i], &d) &&
			     type_text_out(&tc, elem, &d, -1, &b);
	}
	ret_buf(c, &b, out);
	return ok;
}

const struct func func_array_text[] = {
	FUNC("text_to_array", text_to_array),
	FUNC("text_to_array_null", text_to_array),
	FUNC_T("array_to_text", array_to_text),
	FUNC_T("array_to_text_null", array_to_text),
	FUNC_END,
};
