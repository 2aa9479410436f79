/*
 * Enums: comparison, and the functions that give the labels of a type. A value is its label, so
 * what needs the order or the other labels needs the type.
 */
#include "types/enum.h"
#include "catalog/snapshot.h"
#include "func/args.h"
#include "func/tables.h"
#include "types/array_value.h"

static int
compare(const struct type *t, const struct datum *a, const struct datum *b)
{
	return type_compare(t, a, b);
}

static const char *
type_shown(struct fcall *c, const struct type *t)
{
	return snapshot_type_name(c->arena, c->env->snapshot, c->env->search_path, t);
}

/* ---- comparison ---- */

static bool
cmp(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int r = compare(c->types->args[0], &args[0], &args[1]);

	*out = datum_int((r > 0) - (r < 0));
	return true;
}

static bool
larger(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	*out = args[compare(c->types->args[0], &args[0], &args[1]) < 0];
	return true;
}

static bool
smaller(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	*out = args[compare(c->types->args[0], &args[0], &args[1]) > 0];
	return true;
}

/* ---- labels ---- */

static const struct type *
enum_of(struct fcall *c)
{
	const struct type *t = c->types->args[0];

	if (t && t->labels)
		return t;
	err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "could not determine actual enum type");
	return NULL;
}

static bool
end(struct fcall *c, bool last, struct datum *out)
{
	const struct type *t = enum_of(c);
	const struct enum_label *label;

	if (!t)
		return false;
	if (!t->labels->n)
		return err_set(c->err, ERR_OBJECT_NOT_IN_PREREQUISITE_STATE, -1,
			       "enum %s contains no values", type_shown(c, t));
	label = &t->labels->at[last ? t->labels->n - 1 : 0];
	*out = datum_text(label->name, label->n);
	return true;
}

static bool
first(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	return end(c, false, out);
}

static bool
last(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	return end(c, true, out);
}

/* The labels from one to another, both included; NULL: without an end. */
static bool
range(struct fcall *c, const struct datum *from, const struct datum *to, struct datum *out)
{
	const struct type *t = enum_of(c);
	struct array v;
	struct buf b = BUF_INIT;
	int n = 0;

	if (!t)
		return false;
	array_init(&v, c->arena, t->labels->n);
	for (int i = 0; i < t->labels->n; i++) {
		const struct enum_label *l = &t->labels->at[i];
		struct datum d = datum_text(l->name, l->n);

		if ((from && !arg_null(from) && compare(t, &d, from) < 0) ||
		    (to && !arg_null(to) && compare(t, &d, to) > 0))
			continue;
		v.items[n++] = (struct array_item){l->name, l->n};
	}
	v.n = v.dims[0] = n;
	v.ndim = n > 0;
	array_print(&v, ',', &b);
	return ret_buf(c, &b, out);
}

static bool
range_bounds(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return range(c, &args[0], &args[1], out);
}

static bool
range_all(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED, struct datum *out)
{
	return range(c, NULL, NULL, out);
}

/* ---- conversions called by name ---- */

static bool
input(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	const struct type *t = tc.find(tc.find_arg, (oid_t)args[1].i);
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	if (!t || t->typtype != 'e')
		return err_set(c->err, ERR_INVALID_TEXT_REPRESENTATION, -1,
			       "invalid input value for enum %s: \"%.*s\"",
			       t ? type_shown(c, t) : "???", (int)n, s);
	return type_text_in(&tc, t, s, n, -1, out);
}

static bool
output(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_text(s, n);
	return true;
}

static bool
send(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	*out = datum_blob(arena_memdup(c->arena, s, n), n);
	return true;
}

/* ---- min, max ---- */

struct extreme {
	char *label; /* NULL: none yet; in the group's arena */
	size_t n;
};

static void
keep(struct agg_call *a, const struct datum *d)
{
	struct extreme *x = a->state;

	x->label = arena_strndup(a->arena, d->p, d->n);
	x->n = d->n;
}

static bool
step(struct agg_call *a, const struct datum *args, int sign)
{
	struct extreme *x = a->state;
	struct datum best = datum_text(x->label, x->n);

	if (args[0].class == DATUM_TEXT &&
	    (!x->label || sign * compare(a->call.types->args[0], &args[0], &best) > 0))
		keep(a, &args[0]);
	return true;
}

static bool
step_max(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return step(a, args, 1);
}

static bool
step_min(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	return step(a, args, -1);
}

static bool
final(struct agg_call *a, struct datum *out)
{
	const struct extreme *x = a->state;

	*out = x->label ? datum_text(x->label, x->n) : datum_null();
	return true;
}

static const struct agg_ops max_ops = {sizeof(struct extreme), step_max, NULL, final, NULL, true},
			    min_ops = {sizeof(struct extreme), step_min, NULL, final, NULL, true};

const struct func func_enum[] = {
	FUNC_NATIVE("enum_eq", "$1 = $2"),
	FUNC_NATIVE("enum_ne", "$1 <> $2"),
	FUNC_NATIVE("enum_lt", "$1 < $2"),
	FUNC_NATIVE("enum_le", "$1 <= $2"),
	FUNC_NATIVE("enum_gt", "$1 > $2"),
	FUNC_NATIVE("enum_ge", "$1 >= $2"),
	FUNC_T("enum_cmp", cmp),
	FUNC_T("enum_larger", larger),
	FUNC_T("enum_smaller", smaller),
	FUNC_T("enum_first", first),
	FUNC_T("enum_last", last),
	FUNC_T("enum_range_bounds", range_bounds),
	FUNC_T("enum_range_all", range_all),
	FUNC("enum_in", input),
	FUNC("enum_out", output),
	FUNC("anyenum_out", output),
	FUNC("enum_send", send),
	FUNC_AGG_T("max(anyenum)", &max_ops),
	FUNC_AGG_T("min(anyenum)", &min_ops),
	FUNC_END,
};
