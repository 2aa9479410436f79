/*
 * ALTER TYPE … ADD VALUE, RENAME VALUE. A value is stored as its label, so a new name is written
 * into every value and every stored text that has the old one.
 */
#include "ddl/names.h"
#include "ddl/type_tables.h"
#include "ddl/usertype_rows.h"

static const struct enum_label *
label_named(const struct user_type *u, const char *name)
{
	return enum_label(u->type, name, strlen(name));
}

static bool
no_label(struct ddl *d, const char *label)
{
	return err_set(d->err, ERR_INVALID_PARAMETER_VALUE, -1,
		       "\"%s\" is not an existing enum label", label);
}

static bool
label_exists(struct ddl *d, const char *label, bool skip)
{
	const char *text = arena_printf(d->arena, "enum label \"%s\" already exists", label);

	if (!skip)
		return err_set(d->err, ERR_DUPLICATE_OBJECT, -1, "%s", text);
	d->host->notice(d->host->arg, "NOTICE", ERR_DUPLICATE_OBJECT,
			arena_printf(d->arena, "%s, skipping", text), NULL);
	return true;
}

/* ---- ADD VALUE ---- */

/* Between its neighbours, where a float has room; *fits: it has. */
static float
order_beside(const struct enum_labels *labels, const struct enum_label *near, bool after,
	     bool *fits)
{
	int i = (int)(near - labels->at), other = after ? i + 1 : i - 1;
	volatile float order; /* as a float rounds, whatever the machine computes in */

	*fits = true;
	if (other < 0)
		return near->sort_order - 1;
	if (other >= labels->n)
		return near->sort_order + 1;
	order = (near->sort_order + labels->at[other].sort_order) / 2;
	*fits = order != near->sort_order && order != labels->at[other].sort_order;
	return order;
}

/* 1, 2, 3 … again; the new label's own place stays free. */
static bool
renumber(struct ddl *d, const struct user_type *u, int free_place)
{
	const struct enum_labels *labels = u->type->labels;

	for (int i = 0; i < labels->n; i++)
		if (!ROWS_EXEC(
			    d, u->schema->temp,
			    "UPDATE %s.\"litephant.pg_enum\" SET enumsortorder = ?2 WHERE oid = ?1",
			    datum_int(labels->at[i].oid), datum_real(i + 1 + (i >= free_place))))
			return false;
	return true;
}

static bool
add_value(struct ddl *d, const PgQuery__AlterEnumStmt *s, const struct user_type *u)
{
	const struct enum_labels *labels = u->type->labels;
	const struct enum_label *near;
	bool fits = true;
	float order;

	if (!enum_label_valid(d, s->new_val))
		return false;
	if (label_named(u, s->new_val))
		return label_exists(d, s->new_val, s->skip_if_new_val_exists);
	if (!s->new_val_neighbor || !*s->new_val_neighbor) {
		order = labels->n ? labels->at[labels->n - 1].sort_order + 1 : 1;
	} else if (!(near = label_named(u, s->new_val_neighbor))) {
		return no_label(d, s->new_val_neighbor);
	} else {
		order = order_beside(labels, near, s->new_val_is_after, &fits);
		if (!fits) {
			int place = (int)(near - labels->at) + s->new_val_is_after;

			if (!renumber(d, u, place))
				return false;
			order = (float)(place + 1);
		}
	}
	return type_rows_add_label(d, u->schema->temp, u->type->oid, order, s->new_val);
}

/* ---- RENAME VALUE ---- */

struct label_rename {
	struct value_change change;
	const char *from, *to;
};

static bool
rename_label(void *arg, struct type_ctx *c, const struct datum *in, struct datum *out)
{
	const struct label_rename *r = arg;

	(void)c;
	*out = *in;
	if (in->class == DATUM_TEXT && in->n == strlen(r->from) &&
	    memcmp(in->p, r->from, in->n) == 0)
		*out = datum_text(r->to, strlen(r->to));
	return true;
}

static bool
rename_literal(void *arg, const struct type *t, const char *text, char **changed)
{
	const struct label_rename *r = arg;

	return value_literal_changed(&r->change, t, text, changed);
}

static bool
rename_value(struct ddl *d, const PgQuery__AlterEnumStmt *s, const struct user_type *u)
{
	struct label_rename r = {{u->type, rename_label, &r, d}, s->old_val, s->new_val};
	struct type_change change = {.type = u->type, .literal = rename_literal, .arg = &r};
	const struct enum_label *old = label_named(u, s->old_val);
	struct type_tables tables;
	struct vec texts = {0};

	if (!enum_label_valid(d, s->new_val))
		return false;
	if (!old)
		return no_label(d, s->old_val);
	if (label_named(u, s->new_val))
		return label_exists(d, s->new_val, false);
	return type_texts_find(d, &change, &texts) && type_tables_open(&tables, d, u->type) &&
	       type_tables_change(&tables, &r.change) &&
	       ROWS_EXEC(d, u->schema->temp,
			 "UPDATE %s.\"litephant.pg_enum\" SET enumlabel = ?2 WHERE oid = ?1",
			 datum_int(old->oid), row_text(s->new_val)) &&
	       type_tables_close(&tables, &texts);
}

static bool
alter_enum(struct ddl *d, const PgQuery__Node *node)
{
	const PgQuery__AlterEnumStmt *s = node->alter_enum_stmt;
	const struct type *t;
	const struct user_type *u;

	if (!rows_init(d, false) || !usertype_named(d, s->type_name, s->n_type_name, &t))
		return false;
	u = snapshot_user_type(d->compile->snapshot, t->oid);
	if (t->typtype != 'e' || !u || !t->labels)
		return err_set(d->err, ERR_WRONG_OBJECT_TYPE, -1, "%s is not an enum",
			       usertype_display(d, t));
	/* ADD VALUE says after, unless it names a neighbour; RENAME VALUE says neither. */
	if ((s->old_val && *s->old_val) ||
	    (!s->new_val_is_after && !(s->new_val_neighbor && *s->new_val_neighbor)))
		return rename_value(d, s, u);
	return add_value(d, s, u);
}

const struct ddl_command ddl_alter_enum = {PG_QUERY__NODE__NODE_ALTER_ENUM_STMT, DDL_TRANSACTION,
					   "ALTER TYPE", alter_enum, NULL};
