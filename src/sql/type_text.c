#include "sql/type_text.h"

#include "sql/analyze_int.h"
#include "types/domain.h"

enum { TREE_MAX_DEPTH = 20000 };

struct named_type {
	const PgQuery__TypeName *node;
	const struct type *type;
};

struct typed_literal {
	int location;
	const struct type *type;
};

struct read_field {
	oid_t type;
	const char *name;
};

struct type_watch {
	struct arena *arena;
	struct vec names, literals, fields;
};

/* ---- what the analyzer tells ---- */

void
watch_type_name(struct analyzer *as, const PgQuery__TypeName *node, const struct type *t)
{
	struct type_watch *w = as->env->types;
	struct named_type *n = ARENA_NEW(w->arena, struct named_type);

	*n = (struct named_type){node, t};
	vec_push(w->arena, &w->names, n);
}

void
watch_literal(struct analyzer *as, int location, const struct type *t)
{
	struct type_watch *w = as->env->types;
	struct typed_literal *l;

	if (location < 0 || t->oid < FIRST_USER_OID)
		return;
	l = ARENA_NEW(w->arena, struct typed_literal);
	*l = (struct typed_literal){location, t};
	vec_push(w->arena, &w->literals, l);
}

void
watch_field(struct analyzer *as, oid_t row_type, const char *name)
{
	struct type_watch *w = as->env->types;
	struct read_field *f = ARENA_NEW(w->arena, struct read_field);
	const struct type *t = snapshot_type(as->env->snapshot, row_type);

	*f = (struct read_field){t ? domain_base(t, NULL)->oid : row_type, name};
	vec_push(w->arena, &w->fields, f);
}

/* ---- changing the tree ---- */

struct rewrite {
	struct compile_env *env;
	struct arena *arena;
	struct type_watch *watch;
	const struct type_change *change;
};

static PgQuery__Node *
name_node(struct arena *a, const char *s)
{
	PgQuery__Node *n = ARENA_NEW(a, PgQuery__Node);

	pg_query__node__init(n);
	n->node_case = PG_QUERY__NODE__NODE_STRING;
	n->string = ARENA_NEW(a, PgQuery__String);
	pg_query__string__init(n->string);
	n->string->sval = arena_strdup(a, s);
	return n;
}

static void
set_names(struct rewrite *r, PgQuery__TypeName *node, const char *schema, const char *name)
{
	node->names = ARENA_ARRAY(r->arena, PgQuery__Node *, 2);
	node->names[0] = name_node(r->arena, schema);
	node->names[1] = name_node(r->arena, name);
	node->n_names = 2;
}

static void
rewrite_name(struct rewrite *r, PgQuery__TypeName *node)
{
	const struct type_change *c = r->change;

	for (int i = 0; i < r->watch->names.n; i++) {
		const struct named_type *n = r->watch->names.v[i];

		if (n->node != node)
			continue;
		if (c->name && n->type->oid == c->type->oid)
			set_names(r, node, c->schema, c->name);
		return;
	}
}

static bool
rewrite_literal(struct rewrite *r, PgQuery__AConst *node)
{
	const struct type_change *c = r->change;

	if (!c->literal || node->val_case != PG_QUERY__A__CONST__VAL_SVAL)
		return true;
	for (int i = 0; i < r->watch->literals.n; i++) {
		const struct typed_literal *l = r->watch->literals.v[i];

		if (l->location == node->location)
			return c->literal(c->arg, l->type, node->sval->sval, &node->sval->sval);
	}
	return true;
}

/* (row).field: the text tells no more than the name. False: it is another type's field too. */
static bool
rewrite_field(struct rewrite *r, PgQuery__AIndirection *node)
{
	const struct type_change *c = r->change;

	for (size_t i = 0; c->new_field && i < node->n_indirection; i++) {
		PgQuery__Node *n = node->indirection[i];

		if (n->node_case != PG_QUERY__NODE__NODE_STRING ||
		    strcmp(n->string->sval, c->field) != 0)
			continue;
		for (int k = 0; k < r->watch->fields.n; k++) {
			const struct read_field *f = r->watch->fields.v[k];

			if (!strcmp(f->name, c->field) && f->type != c->type->oid)
				return err_unsupported(
					r->env->err, -1,
					"renaming field \"%s\" where another type's is read too",
					c->field);
		}
		node->indirection[i] = name_node(r->arena, c->new_field);
	}
	return true;
}

static bool
rewrite_tree(struct rewrite *r, ProtobufCMessage *m, int depth)
{
	if (depth > TREE_MAX_DEPTH)
		return err_set(r->env->err, ERR_STATEMENT_TOO_COMPLEX, -1,
			       "stack depth limit exceeded");
	if (m->descriptor == &pg_query__type_name__descriptor)
		rewrite_name(r, (PgQuery__TypeName *)m);
	if (m->descriptor == &pg_query__a__indirection__descriptor &&
	    !rewrite_field(r, (PgQuery__AIndirection *)m))
		return false;
	if (m->descriptor == &pg_query__a__const__descriptor)
		return rewrite_literal(r, (PgQuery__AConst *)m);
	for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
		char *at = (char *)m + f->offset;
		const size_t *n = (const size_t *)((char *)m + f->quantifier_offset);

		if (f->type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		for (size_t j = 0; f->label == PROTOBUF_C_LABEL_REPEATED && j < *n; j++)
			if (!rewrite_tree(r, (*(ProtobufCMessage ***)at)[j], depth + 1))
				return false;
		if (f->label == PROTOBUF_C_LABEL_REPEATED ||
		    ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
		     *(uint32_t *)((char *)m + f->quantifier_offset) != f->id))
			continue;
		if (*(ProtobufCMessage **)at &&
		    !rewrite_tree(r, *(ProtobufCMessage **)at, depth + 1))
			return false;
	}
	return true;
}

/* ---- texts ---- */

static bool
reads_field(const struct type_watch *w, const struct type_change *c)
{
	for (int i = 0; i < w->fields.n; i++) {
		const struct read_field *f = w->fields.v[i];

		if (f->type == c->type->oid && !strcmp(f->name, c->field))
			return true;
	}
	return false;
}

static bool
is_used(const struct type_watch *w, const struct snapshot *s, const struct type_change *c)
{
	const struct type *t = c->type;

	if (c->field)
		return reads_field(w, c);
	for (int i = 0; i < w->names.n; i++) {
		const struct type *named = VEC_AT(struct named_type, &w->names, i)->type;

		if (named->oid == t->oid || named->oid == t->array_oid)
			return true;
	}
	for (int i = 0; i < w->literals.n; i++) {
		const struct type *l = VEC_AT(struct typed_literal, &w->literals, i)->type;

		if (l->oid == t->oid || l->oid == t->array_oid ||
		    (!c->direct && snapshot_type_contains(s, l, t)))
			return true;
	}
	return false;
}

static bool
finish(struct compile_env *env, struct arena *a, struct type_watch *w,
       const struct type_change *change, bool *uses, const PgQuery__Node *node)
{
	struct rewrite r = {env, a, w, change};

	*uses = is_used(w, env->snapshot, change);
	return !*uses || rewrite_tree(&r, (ProtobufCMessage *)(uintptr_t)&node->base, 0);
}

bool
query_type_changed(struct compile_env *env, struct arena *a, const char *text,
		   const struct type_change *change, bool *uses, const PgQuery__Node **node)
{
	struct type_watch w = {.arena = a}, *outer = env->types;
	struct parse_tree tree;
	struct analyzer as;
	struct query *q;

	if (!parse_sql(a, text, &tree, env->err))
		return false;
	analyzer_init(&as, env, a, text);
	env->types = &w;
	q = analyze_query(&as, tree.stmts[0].node);
	env->types = outer;
	*node = tree.stmts[0].node;
	return q && !err_is_set(env->err) && finish(env, a, &w, change, uses, *node);
}

bool
expr_type_changed(struct compile_env *env, struct arena *a, enum standalone_kind kind,
		  const char *text, const struct relation *rel, oid_t type, int32_t typmod,
		  const struct type_change *change, bool *uses, const PgQuery__Node **node)
{
	struct type_watch w = {.arena = a}, *outer = env->types;
	struct expr *e;
	bool ok;

	if (!parse_expr(a, text, node, env->err))
		return false;
	env->types = &w;
	ok = compile_expr(env, a, kind, *node, rel, type, typmod, NULL, NULL, &e);
	env->types = outer;
	return ok && finish(env, a, &w, change, uses, *node);
}
