/*
 * analyze_window: WINDOW and OVER. Calls refer to a window as soon as they are seen; what windows
 * say is analyzed last of all clauses (PostgreSQL's transformWindowDefinitions). scope->windows:
 * the WINDOW clause's, then those that an OVER brought along.
 */
#include "sql/analyze_expr.h"
#include "sql/analyze_int.h"

enum { /* parsenodes.h's FRAMEOPTION bits */
       FO_NONDEFAULT = 0x1,
       FO_RANGE = 0x2,
       FO_ROWS = 0x4,
       FO_GROUPS = 0x8,
       FO_START_UP = 0x20,
       FO_END_UP = 0x40,
       FO_START_UF = 0x80,
       FO_END_UF = 0x100,
       FO_START_CUR = 0x200,
       FO_END_CUR = 0x400,
       FO_START_OP = 0x800,
       FO_END_OP = 0x1000,
       FO_START_OF = 0x2000,
       FO_END_OF = 0x4000,
       FO_EXCL_CUR = 0x8000,
       FO_EXCL_GROUP = 0x10000,
       FO_EXCL_TIES = 0x20000
};

enum { BTREE = 403 }; /* pg_am */

static bool
given(const char *name)
{
	return name && *name;
}

/* ---- the same window twice ---- */

static bool same_message(const ProtobufCMessage *a, const ProtobufCMessage *b);

static bool
same_value(const ProtobufCFieldDescriptor *f, const char *a, const char *b)
{
	switch (f->type) {
	case PROTOBUF_C_TYPE_MESSAGE: {
		const ProtobufCMessage *x = *(ProtobufCMessage *const *)a,
				       *y = *(ProtobufCMessage *const *)b;

		return x == y || (x && y && same_message(x, y));
	}
	case PROTOBUF_C_TYPE_STRING: {
		const char *x = *(const char *const *)a, *y = *(const char *const *)b;

		return x == y || (x && y && strcmp(x, y) == 0);
	}
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return memcmp(a, b, 8) == 0;
	default: /* numbers, enums and booleans of 32 bits */
		return memcmp(a, b, 4) == 0;
	}
}

static bool
same_list(const ProtobufCFieldDescriptor *f, const char *a, const char *b, size_t n)
{
	size_t size = f->type == PROTOBUF_C_TYPE_MESSAGE || f->type == PROTOBUF_C_TYPE_STRING
			      ? sizeof(void *)
			      : 4;
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;

	for (size_t i = 0; i < n; i++)
		if (!same_value(f, x + i * size, y + i * size))
			return false;
	return true;
}

/* Parse trees that differ in nothing but their positions. */
static bool
same_message(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
	const ProtobufCMessageDescriptor *d = a->descriptor;

	if (d != b->descriptor)
		return false;
	for (unsigned i = 0; i < d->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];
		const char *x = (const char *)a, *y = (const char *)b;

		if (strcmp(f->name, "location") == 0)
			continue;
		if (f->label == PROTOBUF_C_LABEL_REPEATED) {
			size_t n = *(const size_t *)(x + f->quantifier_offset);

			if (n != *(const size_t *)(y + f->quantifier_offset) ||
			    !same_list(f, x + f->offset, y + f->offset, n))
				return false;
			continue;
		}
		if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
			uint32_t which = *(const uint32_t *)(x + f->quantifier_offset);

			if (which != *(const uint32_t *)(y + f->quantifier_offset))
				return false;
			if (which != f->id)
				continue;
		}
		if (!same_value(f, x + f->offset, y + f->offset))
			return false;
	}
	return true;
}

static bool
same_nodes(PgQuery__Node *const *a, size_t na, PgQuery__Node *const *b, size_t nb)
{
	if (na != nb)
		return false;
	for (size_t i = 0; i < na; i++)
		if (!same_message(&a[i]->base, &b[i]->base))
			return false;
	return true;
}

static bool
same_node(const PgQuery__Node *a, const PgQuery__Node *b)
{
	return a == b || (a && b && same_message(&a->base, &b->base));
}

static bool
same_window(const PgQuery__WindowDef *a, const PgQuery__WindowDef *b)
{
	if (given(a->refname) != given(b->refname) ||
	    (given(a->refname) && strcmp(a->refname, b->refname) != 0))
		return false;
	return a->frame_options == b->frame_options &&
	       same_nodes(a->partition_clause, a->n_partition_clause, b->partition_clause,
			  b->n_partition_clause) &&
	       same_nodes(a->order_clause, a->n_order_clause, b->order_clause, b->n_order_clause) &&
	       same_node(a->start_offset, b->start_offset) &&
	       same_node(a->end_offset, b->end_offset);
}

/* ---- references ---- */

static struct window_def *
window_add(struct analyzer *as, const PgQuery__WindowDef *wd)
{
	struct window_def *w = ARENA_NEW(as->arena, struct window_def);

	w->name = given(wd->name) ? arena_strdup(as->arena, wd->name) : NULL;
	w->def = wd;
	vec_push(as->arena, &as->scope->windows, w);
	return w;
}

/* Among the first n windows of the scope. */
static struct window_def *
find_window(struct analyzer *as, const char *name, int n, int location)
{
	for (int i = 0; i < n; i++) {
		struct window_def *w = as->scope->windows.v[i];

		if (w->name && strcmp(w->name, name) == 0)
			return w;
	}
	err_set(as->env->err, ERR_UNDEFINED_OBJECT, location, "window \"%s\" does not exist", name);
	return NULL;
}

struct window_def *
analyze_window(struct analyzer *as, const PgQuery__WindowDef *wd)
{
	if (given(wd->name))
		return find_window(as, wd->name, as->scope->windows.n, wd->location);
	for (int i = 0; i < as->scope->windows.n; i++) {
		struct window_def *w = as->scope->windows.v[i];

		if (same_window(w->def, wd))
			return w;
	}
	return window_add(as, wd);
}

void
analyze_window_clause(struct analyzer *as, const PgQuery__SelectStmt *s)
{
	for (size_t i = 0; i < s->n_window_clause; i++)
		window_add(as, s->window_clause[i]->window_def);
}

/* ---- PARTITION BY, ORDER BY ---- */

static struct sort_item *
partition_item(struct analyzer *as, const PgQuery__Node *node)
{
	struct expr *e = analyze_expr(as, node, PLACE_WINDOW_PARTITION);
	struct sort_item *s;
	oid_t eq;

	e = e ? resolve_unknown(as, e) : NULL;
	if (!e ||
	    !get_sort_group_operators(as, e->type, false, true, NULL, &eq, NULL, expr_location(e)))
		return NULL;
	s = ARENA_NEW(as->arena, struct sort_item);
	s->expr = e;
	s->eq_op = eq;
	return s;
}

static bool
has_expr(const struct vec *items, const struct expr *e)
{
	for (int i = 0; i < items->n; i++)
		if (expr_equal(VEC_AT(struct sort_item, items, i)->expr, e))
			return true;
	return false;
}

static bool
window_lists(struct analyzer *as, struct window_def *w)
{
	const PgQuery__WindowDef *wd = w->def;
	struct sort_item *s;

	for (size_t i = 0; i < wd->n_order_clause; i++) {
		s = analyze_sort_by(as, wd->order_clause[i]->sort_by, PLACE_WINDOW_ORDER, NULL,
				    false);
		if (!s)
			return false;
		if (!has_expr(&w->order, s->expr))
			vec_push(as->arena, &w->order, s);
	}
	for (size_t i = 0; i < wd->n_partition_clause; i++) {
		s = partition_item(as, wd->partition_clause[i]);
		if (!s)
			return false;
		if (!has_expr(&w->partition, s->expr))
			vec_push(as->arena, &w->partition, s);
	}
	return true;
}

static bool
window_inherit(struct analyzer *as, struct window_def *w, const struct window_def *ref)
{
	const PgQuery__WindowDef *wd = w->def;

	if (w->partition.n)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			       "cannot override PARTITION BY clause of window \"%s\"", wd->refname);
	if (w->order.n && ref->order.n)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			       "cannot override ORDER BY clause of window \"%s\"", wd->refname);
	if (ref->has_frame) {
		err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			"cannot copy window \"%s\" because it has a frame clause", wd->refname);
		if (!w->name && !w->order.n && !(wd->frame_options & FO_NONDEFAULT))
			err_hint(as->env->err, "Omit the parentheses in this OVER clause.");
		return false;
	}
	w->partition = ref->partition;
	if (!w->order.n)
		w->order = ref->order;
	return true;
}

/* ---- frames ---- */

static int
frame_start(int o)
{
	return o & FO_START_UP    ? FRAME_UNBOUNDED_PRECEDING
	       : o & FO_START_OP  ? FRAME_OFFSET_PRECEDING
	       : o & FO_START_CUR ? FRAME_CURRENT_ROW
	       : o & FO_START_OF  ? FRAME_OFFSET_FOLLOWING
				  : FRAME_UNBOUNDED_FOLLOWING;
}

static int
frame_end(int o)
{
	return o & FO_END_UP    ? FRAME_UNBOUNDED_PRECEDING
	       : o & FO_END_OP  ? FRAME_OFFSET_PRECEDING
	       : o & FO_END_CUR ? FRAME_CURRENT_ROW
	       : o & FO_END_OF  ? FRAME_OFFSET_FOLLOWING
				: FRAME_UNBOUNDED_FOLLOWING;
}

static struct expr *
offset_refused(struct analyzer *as, const char *what, oid_t column, const struct expr *e,
	       const char *hint)
{
	if (!hint) {
		err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, expr_location(e),
			"RANGE with offset PRECEDING/FOLLOWING is not supported for column type %s",
			type_display(as, column));
		return NULL;
	}
	err_set(as->env->err, ERR_FEATURE_NOT_SUPPORTED, expr_location(e),
		"RANGE with offset PRECEDING/FOLLOWING %s for column type %s and offset type %s",
		what, type_display(as, column), type_display(as, e->type));
	err_hint(as->env->err, "%s", hint);
	return NULL;
}

/* The in_range function for the window's order and an offset of e's type, which e is coerced to. */
static struct expr *
range_offset(struct analyzer *as, const struct window_def *w, struct expr *e,
	     const struct proc **in_range)
{
	oid_t order = snapshot_operator_type(as->env->snapshot,
					     VEC_AT(struct sort_item, &w->order, 0)->expr->type),
	      column = order, selected = 0, preferred;
	int n, nfuncs = 0, nmatches = 0;
	const struct proc *const *procs = procs_by_name("in_range", &n);

	default_opclass(order, BTREE, &column, NULL);
	preferred = e->type == T_UNKNOWN ? column : e->type;
	for (int i = 0; i < n; i++) {
		if (procs[i]->argtypes[0] != column)
			continue;
		nfuncs++;
		if (!can_coerce_type(as, 1, &e->type, &procs[i]->argtypes[2], COERCE_IMPLICIT))
			continue;
		nmatches++;
		if (selected != preferred) {
			selected = procs[i]->argtypes[2];
			*in_range = procs[i];
		}
	}
	if (!nfuncs)
		return offset_refused(as, NULL, column, e, NULL);
	if (!nmatches)
		return offset_refused(as, "is not supported", column, e,
				      "Cast the offset value to an appropriate type.");
	if (nmatches != 1 && selected != preferred)
		return offset_refused(as, "has multiple interpretations", column, e,
				      "Cast the offset value to the exact intended type.");
	if (!proc_supported(as, *in_range, expr_location(e)))
		return NULL;
	return coerce_to_common_type(as, e, selected, "RANGE");
}

static struct expr *
frame_offset(struct analyzer *as, const PgQuery__Node *node, const struct window_def *w,
	     const struct proc **in_range)
{
	const char *construct = w->mode == 'r' ? "RANGE" : w->mode == 'o' ? "ROWS" : "GROUPS";
	struct expr *e;

	as->scope->frame_mode = w->mode;
	e = analyze_expr(as, node, PLACE_WINDOW_FRAME);
	if (e && w->mode == 'r')
		e = range_offset(as, w, e, in_range);
	else if (e)
		e = coerce_to_specific_type(as, e, T_INT8, construct);
	if (e && expr_has_var_of(e, as->scope->query)) {
		err_set(as->env->err, ERR_INVALID_COLUMN_REFERENCE,
			expr_var_location(e, as->scope->query),
			"argument of %s must not contain variables", construct);
		return NULL;
	}
	return e;
}

static bool
window_frame(struct analyzer *as, struct window_def *w)
{
	const PgQuery__WindowDef *wd = w->def;
	int o = wd->frame_options;

	w->has_frame = o & FO_NONDEFAULT;
	w->mode = o & FO_ROWS ? 'o' : o & FO_GROUPS ? 'g' : 'r';
	w->start = frame_start(o);
	w->end = frame_end(o);
	w->exclude = o & FO_EXCL_CUR ? 'c' : o & FO_EXCL_GROUP ? 'g' : o & FO_EXCL_TIES ? 't' : 0;
	if (w->mode == 'r' && (wd->start_offset || wd->end_offset) && w->order.n != 1)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			       "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER "
			       "BY column");
	if (w->mode == 'g' && !w->order.n)
		return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
			       "GROUPS mode requires an ORDER BY clause");
	if (wd->start_offset &&
	    !(w->start_offset = frame_offset(as, wd->start_offset, w, &w->start_in_range)))
		return false;
	return !wd->end_offset ||
	       (w->end_offset = frame_offset(as, wd->end_offset, w, &w->end_in_range));
}

/* ---- definitions ---- */

static bool
window_define(struct analyzer *as, int i)
{
	struct window_def *w = as->scope->windows.v[i], *ref = NULL;
	const PgQuery__WindowDef *wd = w->def;

	for (int k = 0; w->name && k < i; k++) {
		const struct window_def *before = as->scope->windows.v[k];

		if (before->name && strcmp(before->name, w->name) == 0)
			return err_set(as->env->err, ERR_WINDOWING_ERROR, wd->location,
				       "window \"%s\" is already defined", w->name);
	}
	if (given(wd->refname) && !(ref = find_window(as, wd->refname, i, wd->location)))
		return false;
	if (!window_lists(as, w) || (ref && !window_inherit(as, w, ref)) || !window_frame(as, w))
		return false;
	vec_push(as->arena, &as->scope->query->windows, w);
	return true;
}

bool
analyze_window_definitions(struct analyzer *as)
{
	/* An offset's sub-select has a scope of its own: the list does not grow meanwhile. */
	for (int i = 0; i < as->scope->windows.n; i++)
		if (!window_define(as, i))
			return false;
	return true;
}
