/*
 * check_option(qual, view, row): called for every row that a view WITH CHECK OPTION was given.
 */
#include "func/args.h"
#include "func/func.h"
#include "func/tables.h"
#include "types/record.h"

enum { MAX_SHOWN = 64 }; /* bytes of a value */

static size_t
clip(const char *s, size_t n)
{
	if (n <= MAX_SHOWN)
		return n;
	n = MAX_SHOWN;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* A field in the session's own form. */
static bool
put_field(struct fcall *c, const struct record *r, int i, struct buf *b)
{
	struct type_ctx in = fcall_type_ctx(c), out = in;
	const struct type *t = record_column_type(&in, r, i);
	struct datum value;
	struct buf text = BUF_INIT;
	size_t n;
	bool ok;

	if (!r->items[i].p) {
		buf_puts(b, "null");
		return true;
	}
	in.env = &type_env_canonical;
	ok = type_text_in(&in, t, r->items[i].p, r->items[i].n, -1, &value) &&
	     type_text_out(&out, t, &value, r->cols ? r->cols[i].typmod : -1, &text);
	n = clip(buf_str(&text), text.len);
	buf_add(b, buf_str(&text), n);
	if (n < text.len)
		buf_puts(b, "...");
	buf_release(&text);
	return ok;
}

static bool
check_option(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx ctx = fcall_type_ctx(c);
	struct record row;
	struct buf b = BUF_INIT;
	size_t n;
	const char *view = arg_text(c, &args[1], &n);
	bool ok = true;

	if (args[0].class == DATUM_INT && args[0].i) {
		*out = datum_int(1);
		return true;
	}
	if (!record_read(&ctx, c->types->args[2], &args[2], &row))
		return false;
	for (int i = 0; ok && i < row.n; i++) {
		buf_puts(&b, i ? ", " : "");
		ok = put_field(c, &row, i, &b);
	}
	if (ok) {
		err_set(c->err, ERR_WITH_CHECK_OPTION_VIOLATION, -1,
			"new row violates check option for view \"%.*s\"", (int)n, view);
		err_detail(c->err, "Failing row contains (%s).", buf_str(&b));
	}
	buf_release(&b);
	return false;
}

/* The same of a row that an INSERT met. */
static bool
check_visible(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *view = arg_text(c, &args[1], &n);

	*out = datum_int(1);
	return (args[0].class == DATUM_INT && args[0].i) ||
	       err_set(c->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
		       "conflicting row is not visible through view \"%.*s\"", (int)n, view);
}

const struct func func_check_option[] = {
	FUNC_T("check_option", check_option),
	FUNC("check_visible", check_visible),
	FUNC_END,
};
