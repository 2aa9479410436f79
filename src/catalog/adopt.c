/*
 * Tables, views and indexes that the reserved tables do not know: made by sqlite3 or another
 * program. They live in the schema public. Their OIDs are hashes of their names, in a range of
 * their own, so that the same file gives the same OIDs every time, whoever opens it.
 */
#include "catalog/adopt.h"

#include <stdlib.h>
#include <strings.h>

#include "catalog/persist.h"

enum { ADOPTED_FIRST = 0x40000000, ADOPTED_MASK = 0x1fffffff };

static bool
oid_taken(struct loader *l, oid_t oid)
{
	const char *key = (const char *)&oid;

	return map_get(&l->s->by_oid, key, sizeof(oid)) ||
	       map_get(&l->s->type_by_oid, key, sizeof(oid)) ||
	       map_get(&l->s->constraint_by_oid, key, sizeof(oid));
}

static oid_t
adopted_oid(struct loader *l, const char *what, const char *name)
{
	uint64_t h = hash_bytes(name, strlen(name), hash_bytes(what, strlen(what), 0));
	oid_t oid;

	do
		oid = ADOPTED_FIRST + (oid_t)(h++ & ADOPTED_MASK);
	while (oid_taken(l, oid));
	return oid;
}

/* A name of at most 63 bytes that no relation of public has. */
static const char *
free_name(struct loader *l, const char *name)
{
	const char *candidate = arena_printf(l->a, "%.63s", name);

	for (int suffix = 1;; suffix++) {
		size_t n;
		char *key = name_key(l->a, NS_PUBLIC, candidate, &n);

		if (!map_get(&l->s->by_name, key, n))
			return candidate;
		candidate = arena_printf(l->a, "%.57s_%d", name, suffix);
	}
}

/* "table_col1_col2_suffix", as PostgreSQL names what has no name. */
static const char *
object_name(struct loader *l, const struct relation *r, const int16_t *cols, int n,
	    const char *suffix)
{
	struct buf b = BUF_INIT;
	const char *name;

	buf_printf(&b, "%.40s", r->name);
	for (int i = 0; i < n; i++)
		buf_printf(&b, "_%s", cols[i] > 0 ? r->cols[cols[i] - 1].name : "expr");
	name = arena_printf(l->a, "%.*s_%s", (int)MIN(b.len, 62 - strlen(suffix)), buf_str(&b),
			    suffix);
	buf_release(&b);
	return name;
}

/* Doubled single quotes. */
static char *
quote_text(struct arena *a, const char *name)
{
	char *quoted = arena_alloc(a, 2 * strlen(name) + 1), *to = quoted;

	for (; *name; name++) {
		if (*name == '\'')
			*to++ = '\'';
		*to++ = *name;
	}
	*to = '\0';
	return quoted;
}

/* Columns. */

struct found_column {
	const char *name, *decl, *dflt;
	bool not_null;
	int pk, hidden;
};

struct column_list {
	struct loader *l;
	struct vec found; /* struct found_column */
};

static bool
column_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct column_list *list = arg;
	struct found_column *f = ARENA_NEW(list->l->a, struct found_column);

	f->name = cell_text(list->l, &cols[0]);
	f->decl = cell_text(list->l, &cols[1]);
	f->not_null = cell_int(&cols[2]);
	f->dflt = cell_text(list->l, &cols[3]);
	f->pk = (int)cell_int(&cols[4]);
	f->hidden = (int)cell_int(&cols[5]);
	if (f->name && f->hidden != 1)
		vec_push(list->l->a, &list->found, f);
	return true;
}

/* An object that SQLite itself cannot open (a view over a missing table, a module that is not
 * loaded) has no columns. */
static bool
read_columns(struct loader *l, const char *name, struct column_list *list)
{
	struct err err;
	char *sql;
	bool ok;

	*list = (struct column_list){.l = l};
	sql = arena_printf(l->a,
			   "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM "
			   "pragma_table_xinfo('%s', 'main')",
			   quote_text(l->a, name));
	err_init(&err);
	ok = l->r->query(l->r->arg, sql, column_row, list, &err);
	err_release(&err);
	return ok && list->found.n > 0;
}

static bool
rowid_key(const struct column_list *list, const struct disk_object *o)
{
	int npk = 0;
	bool integer = false;

	for (int i = 0; i < list->found.n; i++) {
		const struct found_column *f = VEC_AT(struct found_column, &list->found, i);

		npk += f->pk > 0;
		integer |= f->pk > 0 && f->decl && !strcasecmp(f->decl, "integer");
	}
	return npk == 1 && integer && o->sql && !strcasestr(o->sql, "without rowid");
}

static void
adopt_column(struct loader *l, const struct relation *r, struct column *c,
	     const struct found_column *f, bool rowid)
{
	c->name = arena_printf(l->a, "%.63s", f->name);
	c->physical = f->name;
	c->attnum = (int16_t)(c - r->cols + 1);
	c->type = adopt_type(l->a, f->decl, &c->typmod);
	c->collation = catalog_type_collation(c->type->oid);
	c->not_null = f->not_null;
	if (f->hidden >= 2) {
		c->generated = 's';
		c->has_default = true;
	}
	if (f->pk && rowid) {
		c->type = type_builtin(T_INT8);
		c->not_null = c->has_default = true;
	}
	if (f->dflt && !c->generated) {
		c->has_default = true;
		c->default_expr = adopt_default(l->a, f->dflt, c->type);
		c->default_oid =
			c->default_expr ? adopted_oid(l, "default",
						      arena_printf(l->a, "%s.%s", r->name, c->name))
					: 0;
	}
}

static void
adopt_columns(struct loader *l, struct relation *r, const struct disk_object *o,
	      const struct column_list *list)
{
	bool rowid = rowid_key(list, o);
	struct column *cols = ARENA_ARRAY(l->a, struct column, list->found.n);

	r->ncols = list->found.n;
	r->cols = cols;
	for (int i = 0; i < r->ncols; i++)
		adopt_column(l, r, &cols[i], VEC_AT(struct found_column, &list->found, i), rowid);
}

/* Indexes. */

struct found_index {
	const char *name, *origin;
	bool unique, partial;
	struct vec cids, descs; /* numbers in pointers */
};

struct index_list {
	struct loader *l;
	struct vec found;
};

static bool
index_list_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct index_list *list = arg;
	struct loader *l = list->l;
	const char *name = cell_text(l, &cols[0]);
	struct found_index *f =
		list->found.n ? VEC_AT(struct found_index, &list->found, list->found.n - 1) : NULL;

	if (!name)
		return true;
	if (!f || strcmp(f->name, name)) {
		f = ARENA_NEW(l->a, struct found_index);
		f->name = name;
		f->unique = cell_int(&cols[1]);
		f->origin = cell_text(l, &cols[2]);
		f->partial = cell_int(&cols[3]);
		vec_push(l->a, &list->found, f);
	}
	vec_push(l->a, &f->cids, (void *)(intptr_t)cell_int(&cols[4]));
	vec_push(l->a, &f->descs, (void *)(intptr_t)cell_int(&cols[5]));
	return true;
}

static struct index *
new_index(struct loader *l, struct relation *rel, const char *name, const char *physical, int ncols)
{
	struct relation *self = ARENA_NEW(l->a, struct relation);
	struct index *ix = ARENA_NEW(l->a, struct index);

	self->name = free_name(l, name);
	self->oid = adopted_oid(l, "index", self->name);
	self->schema = rel->schema;
	self->owner = rel->owner;
	self->kind = 'i';
	self->persistence = 'p';
	self->physical = physical;
	self->index = ix;
	ix->self = self;
	ix->rel = rel;
	ix->ncols = ix->nkeys = ncols;
	ix->immediate = ix->valid = true;
	ix->method = "btree";
	ix->options = ARENA_ARRAY(l->a, int16_t, ncols + 1);
	vec_push(l->a, &rel->indexes, ix);
	return ix;
}

static struct constraint *
new_constraint(struct loader *l, struct relation *rel, char kind, const char *name,
	       const int16_t *cols, int ncols)
{
	struct constraint *c = ARENA_NEW(l->a, struct constraint);

	c->name = name;
	c->oid = adopted_oid(l, "constraint", arena_printf(l->a, "%s.%s", rel->name, name));
	c->kind = kind;
	c->rel = rel;
	c->cols = cols;
	c->ncols = ncols;
	c->validated = true;
	c->no_inherit = kind == 'p' || kind == 'u';
	return c;
}

static void
primary_or_unique(struct loader *l, struct index *ix, char kind)
{
	struct relation *rel = (struct relation *)ix->rel;
	struct constraint *c = new_constraint(l, rel, kind, ix->self->name, ix->cols, ix->nkeys);

	c->index = ix;
	ix->primary = kind == 'p';
	loader_add_constraint(l, c);
}

/* known: the reserved tables have rel and its own indexes; only what another tool created is new.
 */
static void
adopt_index(struct loader *l, struct relation *rel, const struct found_index *f, bool known)
{
	int n = f->cids.n;
	int16_t *cols = ARENA_ARRAY(l->a, int16_t, n), *options;
	struct disk_object *o = map_gets(&l->by_name, f->name);
	struct vec texts = {0}, exprs = {0};
	const char *predicate = NULL, *name = f->name;
	struct index *ix;

	if (known && (!o || o->claimed || !o->sql))
		return;
	if (o && o->sql && !adopt_index_text(l->a, o->sql, &texts, &predicate))
		return;
	for (int i = 0; i < n; i++) {
		int cid = (int)(intptr_t)f->cids.v[i];

		cols[i] = cid >= 0 && cid < rel->ncols ? (int16_t)(cid + 1) : 0;
		if (!cols[i] && i >= texts.n)
			return;
		if (!cols[i])
			vec_push(l->a, &exprs, texts.v[i]);
	}
	if (*f->origin == 'p')
		name = object_name(l, rel, cols, 0, "pkey");
	else if (*f->origin == 'u')
		name = object_name(l, rel, cols, n, "key");
	/* The key of a WITHOUT ROWID table is the table itself. */
	ix = new_index(l, rel, name, o ? o->name : NULL, n);
	options = (int16_t *)ix->options;
	for (int i = 0; i < n; i++)
		options[i] = f->descs.v[i] ? 3 : 0;
	if (o)
		o->claimed = true;
	ix->cols = cols;
	ix->exprs = (const char *const *)exprs.v;
	ix->nexprs = exprs.n;
	ix->predicate = predicate;
	ix->unique = f->unique;
	loader_index_columns(l, (struct relation *)ix->self, ix);
	loader_add_relation(l, (struct relation *)ix->self);
	if (*f->origin == 'p' || *f->origin == 'u')
		primary_or_unique(l, ix, *f->origin);
}

static bool
adopt_indexes(struct loader *l, struct relation *rel, bool known)
{
	struct index_list list = {.l = l};
	char *sql = arena_printf(
		l->a,
		"SELECT i.name, i.\"unique\", i.origin, i.partial, x.cid, x.\"desc\""
		" FROM pragma_index_list('%s', 'main') i, pragma_index_xinfo(i.name, 'main') x"
		" WHERE x.key ORDER BY i.seq DESC, x.seqno",
		quote_text(l->a, rel->physical));

	if (!l->r->query(l->r->arg, sql, index_list_row, &list, l->err))
		return false;
	for (int i = 0; i < list.found.n; i++)
		adopt_index(l, rel, VEC_AT(struct found_index, &list.found, i), known);
	return true;
}

/* INTEGER PRIMARY KEY has no index of its own in SQLite: the rowid is it. */
static void
adopt_rowid_key(struct loader *l, struct relation *rel, const struct column_list *list)
{
	for (int i = 0; i < list->found.n; i++) {
		int16_t *col = ARENA_NEW(l->a, int16_t);
		struct index *ix;

		if (!VEC_AT(struct found_column, &list->found, i)->pk)
			continue;
		*col = (int16_t)(i + 1);
		ix = new_index(l, rel, object_name(l, rel, col, 0, "pkey"), NULL, 1);
		ix->cols = col;
		ix->unique = true;
		loader_index_columns(l, (struct relation *)ix->self, ix);
		loader_add_relation(l, (struct relation *)ix->self);
		primary_or_unique(l, ix, 'p');
		return;
	}
}

/* Foreign keys: after all tables, because they point at others. */

struct key_list {
	struct loader *l;
	struct relation *rel;
	struct constraint *open; /* the key whose columns are being read */
	int64_t id;
};

static struct relation *
relation_by_physical(struct loader *l, const char *physical)
{
	for (int i = 0; i < l->s->relations.n; i++) {
		struct relation *r = VEC_AT(struct relation, &l->s->relations, i);

		if (r->kind == 'r' && r->physical && !strcasecmp(r->physical, physical))
			return r;
	}
	return NULL;
}

static int16_t
column_by_physical(const struct relation *r, const char *physical)
{
	for (int i = 0; physical && i < r->ncols; i++)
		if (!r->cols[i].dropped && !strcasecmp(r->cols[i].physical, physical))
			return r->cols[i].attnum;
	return 0;
}

static char
action_code(const char *action)
{
	switch (action ? action[0] : 'N') {
	case 'C':
		return 'c';
	case 'R':
		return 'r';
	case 'S':
		return strstr(action, "NULL") ? 'n' : 'd';
	default:
		return 'a';
	}
}

static const struct constraint *
primary_key(const struct relation *r)
{
	for (int i = 0; i < r->constraints.n; i++)
		if (VEC_AT(struct constraint, &r->constraints, i)->kind == 'p')
			return VEC_AT(struct constraint, &r->constraints, i);
	return NULL;
}

/* The unique index that the referenced columns make up. */
static const struct index *
referenced_index(const struct constraint *c)
{
	for (int i = 0; i < c->frel->indexes.n; i++) {
		const struct index *ix = VEC_AT(struct index, &c->frel->indexes, i);
		int hits = 0;

		for (int k = 0; ix->unique && ix->nkeys == c->ncols && k < c->ncols; k++)
			for (int j = 0; j < ix->nkeys; j++)
				hits += ix->cols[j] == c->fcols[k];
		if (hits == c->ncols)
			return ix;
	}
	return NULL;
}

static void
close_key(struct key_list *list)
{
	struct constraint *c = list->open;
	const struct constraint *pk;

	list->open = NULL;
	if (!c)
		return;
	pk = primary_key(c->frel);
	if (!c->fcols[0] && pk && pk->ncols == c->ncols)
		c->fcols = pk->cols;
	for (int i = 0; i < c->ncols; i++)
		if (!c->cols[i] || !c->fcols[i])
			return;
	c->index = referenced_index(c);
	c->name = object_name(list->l, c->rel, c->cols, c->ncols, "fkey");
	for (int i = 1; i < 100; i++) {
		bool taken = false;

		for (int k = 0; k < c->rel->constraints.n; k++)
			taken |= !strcmp(VEC_AT(struct constraint, &c->rel->constraints, k)->name,
					 c->name);
		if (!taken)
			break;
		c->name = object_name(list->l, c->rel, c->cols, c->ncols,
				      arena_printf(list->l->a, "fkey%d", i));
	}
	c->oid = adopted_oid(list->l, "constraint",
			     arena_printf(list->l->a, "%s.%s", c->rel->name, c->name));
	loader_add_constraint(list->l, c);
}

static bool
key_row(void *arg, const struct datum *cols, int ncols UNUSED)
{
	struct key_list *list = arg;
	struct loader *l = list->l;
	const char *target = cell_text(l, &cols[2]);
	struct relation *frel = target ? relation_by_physical(l, target) : NULL;
	struct constraint *c;

	if (!list->open || list->id != cell_int(&cols[0])) {
		close_key(list);
		if (!frel)
			return true;
		c = list->open = new_constraint(l, list->rel, 'f', "", NULL, 0);
		list->id = cell_int(&cols[0]);
		c->frel = frel;
		c->no_inherit = true;
		c->on_update = action_code(cell_text(l, &cols[5]));
		c->on_delete = action_code(cell_text(l, &cols[6]));
		c->match = 's';
		c->cols = ARENA_ARRAY(l->a, int16_t, list->rel->ncols + 1);
		c->fcols = ARENA_ARRAY(l->a, int16_t, list->rel->ncols + 1);
	}
	c = list->open;
	if (c->ncols < list->rel->ncols) {
		((int16_t *)c->cols)[c->ncols] =
			column_by_physical(list->rel, cell_text(l, &cols[3]));
		((int16_t *)c->fcols)[c->ncols++] =
			column_by_physical(frel ? frel : c->frel, cell_text(l, &cols[4]));
	}
	return true;
}

static bool
adopt_foreign_keys(struct loader *l, struct relation *rel)
{
	struct key_list list = {.l = l, .rel = rel};
	char *sql =
		arena_printf(l->a,
			     "SELECT id, seq, \"table\", \"from\", \"to\", on_update, on_delete"
			     " FROM pragma_foreign_key_list('%s', 'main') ORDER BY id DESC, seq",
			     quote_text(l->a, rel->physical));

	if (!l->r->query(l->r->arg, sql, key_row, &list, l->err))
		return false;
	close_key(&list);
	return true;
}

/* SQLite's view runs in SQLite. To ours, which is a view like any, its rows come from a table
 * without a place in pg_class: it is in pg_toast, under the same name. */
static void
adopt_view_text(struct loader *l, struct relation *view)
{
	struct relation *rows = ARENA_NEW(l->a, struct relation);
	struct buf b = BUF_INIT;
	size_t n;
	char *key = name_key(l->a, NS_TOAST, view->name, &n);

	*rows = *view;
	rows->oid = adopted_oid(l, "view rows", view->name);
	rows->type_oid = rows->array_type_oid = 0;
	rows->schema = &schema_pg_toast;
	rows->kind = 'r';
	map_put(&l->s->by_name, key, n, rows);
	map_put(&l->s->by_oid, oid_key(l->a, rows->oid), sizeof(oid_t), rows);
	buf_puts(&b, "SELECT ");
	for (int i = 0; i < view->ncols; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", quote_identifier(l->a, view->cols[i].name));
	buf_printf(&b, " FROM pg_toast.%s", quote_identifier(l->a, view->name));
	view->view_def = buf_dup(&b, l->a);
	buf_release(&b);
}

static bool
adopt_table(struct loader *l, struct disk_object *o)
{
	struct relation *r = ARENA_NEW(l->a, struct relation);
	struct column_list list;

	if (!read_columns(l, o->name, &list))
		return true;
	r->name = free_name(l, o->name);
	r->schema = snapshot_schema_by_oid(l->s, NS_PUBLIC);
	r->owner = BOOTSTRAP_SUPERUSER;
	r->kind = o->kind == 'v' ? 'v' : 'r';
	r->persistence = 'p';
	r->physical = o->name;
	r->foreign_decl = o->sql ? o->sql : "";
	r->without_rowid = o->sql && strcasestr(o->sql, "without rowid");
	r->oid = adopted_oid(l, "relation", r->name);
	loader_add_relation(l, r);
	r->type_oid = adopted_oid(l, "type", r->name);
	r->array_type_oid = adopted_oid(l, "array type", r->name);
	adopt_columns(l, r, o, &list);
	loader_add_types(l, r);
	if (r->kind == 'v') {
		adopt_view_text(l, r);
		return true;
	}
	if (rowid_key(&list, o))
		adopt_rowid_key(l, r, &list);
	return adopt_indexes(l, r, false);
}

static bool
is_foreign(const struct disk_object *o)
{
	return !o->claimed && strncasecmp(o->name, "sqlite_", 7) &&
	       strncmp(o->name, PERSIST_PREFIX, strlen(PERSIST_PREFIX));
}

static bool
adopt_new_indexes(struct loader *l)
{
	for (int i = 0; i < l->disk.n; i++) {
		const struct disk_object *o = VEC_AT(struct disk_object, &l->disk, i);
		const struct disk_object *t = o->table ? map_gets(&l->by_name, o->table) : NULL;

		if (o->kind == 'i' && o->sql && is_foreign(o) && t && t->relation &&
		    !adopt_indexes(l, t->relation, true))
			return false;
	}
	return true;
}

bool
adopt_unknown(struct loader *l)
{
	int before = l->s->relations.n;

	if (!snapshot_schema_by_oid(l->s, NS_PUBLIC))
		return true;
	for (int i = 0; i < l->disk.n; i++) {
		struct disk_object *o = VEC_AT(struct disk_object, &l->disk, i);

		if ((o->kind == 't' || o->kind == 'v') && is_foreign(o) && !adopt_table(l, o))
			return false;
	}
	for (int i = before; i < l->s->relations.n; i++) {
		struct relation *r = VEC_AT(struct relation, &l->s->relations, i);

		if (r->kind == 'r' && r->foreign_decl && !adopt_foreign_keys(l, r))
			return false;
	}
	return adopt_new_indexes(l);
}

/* Known tables whose columns another tool has changed. */

struct reconcile {
	struct loader *l;
	struct relation *rel;
	bool *seen; /* by attnum - 1, of rel's recorded columns */
	int recorded;
};

static void
leave_table(struct reconcile *rc)
{
	for (int i = 0; rc->rel && i < rc->recorded; i++)
		if (!rc->seen[i])
			((struct column *)rc->rel->cols)[i].dropped = true;
}

static void
add_found(struct reconcile *rc, const struct found_column *f)
{
	struct relation *r = rc->rel;
	struct column *cols = ARENA_ARRAY(rc->l->a, struct column, r->ncols + 1);

	memcpy(cols, r->cols, (size_t)r->ncols * sizeof(*cols));
	r->cols = cols;
	adopt_column(rc->l, r, &cols[r->ncols], f, false);
	r->ncols++;
}

static bool
reconcile_row(void *arg, const struct datum *cols, int ncols)
{
	struct reconcile *rc = arg;
	struct column_list one = {.l = rc->l};
	const char *table = cell_text(rc->l, &cols[6]);
	const struct found_column *f;
	struct disk_object *o;
	int16_t attnum;

	if (!table)
		return true;
	if (!rc->rel || strcmp(rc->rel->physical, table)) {
		leave_table(rc);
		o = map_gets(&rc->l->by_name, table);
		rc->rel = o ? o->relation : NULL;
		rc->recorded = rc->rel ? rc->rel->ncols : 0;
		rc->seen = ARENA_ARRAY(rc->l->a, bool, rc->recorded + 1);
	}
	column_row(&one, cols, ncols);
	if (!rc->rel || !one.found.n)
		return true;
	f = VEC_AT(struct found_column, &one.found, 0);
	attnum = column_by_physical(rc->rel, f->name);
	if (!attnum && strcmp(f->name, PERSIST_PREFIX "empty") != 0)
		add_found(rc, f);
	else if (attnum && attnum <= rc->recorded)
		rc->seen[attnum - 1] = true;
	return true;
}

/* Tables whose declaration was compared before, in any snapshot: hashes of the declaration and of
 * the recorded columns. Shared by all threads; a lost entry only means that the comparison is made
 * again. */
static _Atomic uint64_t compared[4096];

static uint64_t
declaration_hash(const struct disk_object *o)
{
	const struct relation *r = o->relation;
	uint64_t h = hash_bytes(o->sql, strlen(o->sql), 1);

	for (int i = 0; i < r->ncols; i++)
		if (!r->cols[i].dropped)
			h = hash_bytes(r->cols[i].physical, strlen(r->cols[i].physical), h);
	return h;
}

static bool
reconcile_table(struct loader *l, const struct disk_object *o)
{
	struct reconcile rc = {.l = l};
	char *sql = arena_printf(l->a,
				 "SELECT name, type, \"notnull\", dflt_value, pk, hidden, '%s'"
				 " FROM pragma_table_xinfo('%s', 'main')",
				 quote_text(l->a, o->name), quote_text(l->a, o->name));

	if (!l->r->query(l->r->arg, sql, reconcile_row, &rc, l->err))
		return false;
	leave_table(&rc);
	return true;
}

bool
reconcile_columns(struct loader *l)
{
	for (int i = 0; i < l->disk.n; i++) {
		const struct disk_object *o = VEC_AT(struct disk_object, &l->disk, i);
		uint64_t hash;

		if (o->kind != 't' || !o->relation || o->relation->kind != 'r' || !o->sql)
			continue;
		hash = declaration_hash(o);
		if (compared[hash % COUNTOF(compared)] == hash)
			continue;
		if (!reconcile_table(l, o))
			return false;
		if (declaration_hash(o) == hash) /* nothing had to be changed */
			compared[hash % COUNTOF(compared)] = hash;
	}
	return true;
}
