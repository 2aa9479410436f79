/*
 * has_*_privilege and pg_has_role. There are no grants: every role may do everything with what
 * exists, PUBLIC nothing. What is asked is still checked as PostgreSQL checks it: the role, the
 * object and the privilege's name. The forms of one function are told apart by their arguments:
 * [role] object [column] privilege, each a name or an OID.
 */
#include <ctype.h>
#include <strings.h>

#include "catalog/roles.h"
#include "func/catalog_fn.h"

/* Is every privilege of "SELECT, UPDATE WITH GRANT OPTION" one of the words? */
static bool
check_privileges(struct fcall *c, const struct datum *d, const char *words)
{
	char *text = catalog_text(c, d), *p = text;

	while (p) {
		char *comma = strchr(p, ','), *end, *at;
		size_t n;

		if (comma)
			*comma = '\0';
		while (isspace((unsigned char)*p))
			p++;
		end = p + strlen(p);
		while (end > p && isspace((unsigned char)end[-1]))
			*--end = '\0';
		n = (size_t)(end - p);
		if (n > 18 && !strcasecmp(end - 18, " WITH GRANT OPTION"))
			n -= 18;
		else if (n > 18 && !strcasecmp(end - 18, " WITH ADMIN OPTION"))
			n -= 18;
		at = strcasestr(words, arena_printf(c->arena, "|%.*s|", (int)n, p));
		if (!n || !at)
			return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "unrecognized privilege type: \"%s\"", p);
		p = comma ? comma + 1 : NULL;
	}
	return true;
}

enum subject { SUBJECT_ROLE, SUBJECT_PUBLIC, SUBJECT_ERROR };

static enum subject
check_role(struct fcall *c, const struct datum *d, struct role_info *role)
{
	const char *name;

	if (d->class == DATUM_INT) {
		if (!catalog_role_by_oid(c->env, (oid_t)d->i, c->arena, role))
			return d->i ? SUBJECT_ROLE : SUBJECT_PUBLIC;
		return SUBJECT_ROLE;
	}
	name = catalog_text(c, d);
	if (!strcmp(name, "public"))
		return SUBJECT_PUBLIC;
	if (catalog_role_by_name(c->env, name, c->arena, role))
		return SUBJECT_ROLE;
	err_set(c->err, ERR_UNDEFINED_OBJECT, -1, "role \"%s\" does not exist", name);
	return SUBJECT_ERROR;
}

/* Finds the object; *found false: an OID of nothing, and the answer is NULL. False: the error is
 * set. */
typedef bool find_fn(struct fcall *c, const struct datum *d, bool *found);

static bool
answer(struct fcall *c, const struct datum *args, int nargs, find_fn *find, const char *words,
       struct datum *out)
{
	struct role_info role;
	enum subject subject = nargs == 3 ? check_role(c, &args[0], &role) : SUBJECT_ROLE;
	bool found;

	if (subject == SUBJECT_ERROR || !find(c, &args[nargs - 2], &found))
		return false;
	if (!check_privileges(c, &args[nargs - 1], words))
		return false;
	if (found)
		*out = datum_int(subject == SUBJECT_ROLE);
	return true;
}

static bool
find_table(struct fcall *c, const struct datum *d, bool *found)
{
	const struct relation *r =
		d->class == DATUM_INT ? catalog_relation(c, d) : catalog_relation_named(c, d);

	*found = r != NULL;
	return r || d->class == DATUM_INT;
}

static bool
find_sequence(struct fcall *c, const struct datum *d, bool *found)
{
	const struct relation *r =
		d->class == DATUM_INT ? catalog_relation(c, d) : catalog_relation_named(c, d);

	*found = r != NULL;
	if (r && r->kind != 'S')
		return err_set(c->err, ERR_WRONG_OBJECT_TYPE, -1, "\"%s\" is not a sequence",
			       r->name);
	return r || d->class == DATUM_INT;
}

static bool
find_reg(struct fcall *c, oid_t kind, const struct datum *d, bool *found)
{
	struct buf b = BUF_INIT;
	oid_t oid;

	*found = true;
	if (d->class != DATUM_INT)
		return catalog_lookup(c, kind, d, &oid);
	/* An object without a name is printed as its number. */
	catalog_reg_ops.name(c->env, kind, (oid_t)d->i, &b);
	*found = b.len && strspn(buf_str(&b), "0123456789") != b.len;
	buf_release(&b);
	return true;
}

static bool
find_schema(struct fcall *c, const struct datum *d, bool *found)
{
	return find_reg(c, T_REGNAMESPACE, d, found);
}

static bool
find_function(struct fcall *c, const struct datum *d, bool *found)
{
	return find_reg(c, T_REGPROCEDURE, d, found);
}

static bool
find_type(struct fcall *c, const struct datum *d, bool *found)
{
	return find_reg(c, T_REGTYPE, d, found);
}

static bool
find_database(struct fcall *c, const struct datum *d, bool *found)
{
	struct database_info info;
	const char *name = d->class == DATUM_INT ? NULL : catalog_text(c, d);

	*found = false;
	for (int i = 0; !*found && catalog_database_at(c->env, i, c->arena, &info); i++)
		*found = name ? !strcmp(info.name, name) : info.oid == (oid_t)d->i;
	if (!*found && name)
		return err_set(c->err, ERR_UNDEFINED_DATABASE, -1, "database \"%s\" does not exist",
			       name);
	return true;
}

static bool
find_named(struct fcall *c, const struct datum *d, const char *what, const char *const *names,
	   const oid_t *oids, bool *found)
{
	const char *name = d->class == DATUM_INT ? NULL : catalog_text(c, d);

	*found = false;
	for (int i = 0; names[i]; i++)
		*found |= name ? !strcmp(names[i], name) : oids[i] == (oid_t)d->i;
	if (!*found && name)
		return err_set(c->err, ERR_UNDEFINED_OBJECT, -1, "%s \"%s\" does not exist", what,
			       name);
	return true;
}

static bool
find_language(struct fcall *c, const struct datum *d, bool *found)
{
	static const char *const names[] = {"internal", "c", "sql", NULL};
	static const oid_t oids[] = {12, 13, 14};

	return find_named(c, d, "language", names, oids, found);
}

static bool
find_tablespace(struct fcall *c, const struct datum *d, bool *found)
{
	static const char *const names[] = {"pg_default", "pg_global", NULL};
	static const oid_t oids[] = {1663, 1664};

	return find_named(c, d, "tablespace", names, oids, found);
}

static const char *const nothing[] = {NULL};

static bool
find_fdw(struct fcall *c, const struct datum *d, bool *found)
{
	return find_named(c, d, "foreign-data wrapper", nothing, NULL, found);
}

static bool
find_server(struct fcall *c, const struct datum *d, bool *found)
{
	return find_named(c, d, "server", nothing, NULL, found);
}

static bool
find_parameter(struct fcall *c UNUSED, const struct datum *d UNUSED, bool *found)
{
	*found = true;
	return true;
}

#define HAS(name, find, words)                                                                     \
	bool name(struct fcall *c, const struct datum *args, int nargs, struct datum *out)         \
	{                                                                                          \
		return answer(c, args, nargs, find, words, out);                                   \
	}

#define COLUMN_WORDS "|SELECT|INSERT|UPDATE|REFERENCES|"

HAS(fn_has_table, find_table, "|SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|RULE|")
HAS(fn_has_any_column, find_table, COLUMN_WORDS)
HAS(fn_has_sequence, find_sequence, "|USAGE|SELECT|UPDATE|")
HAS(fn_has_database, find_database, "|CREATE|CONNECT|TEMPORARY|TEMP|")
HAS(fn_has_schema, find_schema, "|CREATE|USAGE|")
HAS(fn_has_function, find_function, "|EXECUTE|")
HAS(fn_has_language, find_language, "|USAGE|")
HAS(fn_has_type, find_type, "|USAGE|")
HAS(fn_has_tablespace, find_tablespace, "|CREATE|")
HAS(fn_has_fdw, find_fdw, "|USAGE|")
HAS(fn_has_server, find_server, "|USAGE|")
HAS(fn_has_parameter, find_parameter, "|SET|ALTER SYSTEM|")

/* [role] table column privilege. */
bool
fn_has_column(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	const struct datum *table = &args[nargs - 3], *column = &args[nargs - 2];
	struct role_info role;
	enum subject subject = nargs == 4 ? check_role(c, &args[0], &role) : SUBJECT_ROLE;
	const struct relation *r;
	const struct column *col = NULL;

	if (subject == SUBJECT_ERROR)
		return false;
	r = table->class == DATUM_INT ? catalog_relation(c, table)
				      : catalog_relation_named(c, table);
	if (!r && table->class != DATUM_INT)
		return false;
	if (r)
		col = column->class == DATUM_INT ? relation_column_at(r, (int)column->i)
						 : relation_column(r, catalog_text(c, column));
	if (r && !col && column->class != DATUM_INT)
		return err_set(c->err, ERR_UNDEFINED_COLUMN, -1,
			       "column \"%s\" of relation \"%s\" does not exist",
			       catalog_text(c, column), r->name);
	if (!check_privileges(c, &args[nargs - 1], COLUMN_WORDS))
		return false;
	if (col)
		*out = datum_int(subject == SUBJECT_ROLE);
	return true;
}

/* [role] role privilege: a superuser is a member of every role, others of themselves. */
bool
fn_has_role(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct role_info member = {0}, role = {0};

	if (nargs == 2 && !catalog_role_by_oid(c->env, c->env->user_oid, c->arena, &member))
		return err_set(c->err, ERR_UNDEFINED_OBJECT, -1, "role with OID %u does not exist",
			       c->env->user_oid);
	if (nargs == 3 && check_role(c, &args[0], &member) == SUBJECT_ERROR)
		return false;
	if (check_role(c, &args[nargs - 2], &role) == SUBJECT_ERROR ||
	    !check_privileges(c, &args[nargs - 1], "|MEMBER|USAGE|SET|"))
		return false;
	*out = datum_int(member.super || (member.oid && member.oid == role.oid));
	return true;
}

/* acldefault(kind, owner): what an object without an ACL of its own has. */
bool
fn_acldefault(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	static const struct {
		char kind;
		const char *public, *owner; /* letters, or NULL for no item */
	} defaults[] = {
		{'c', NULL, NULL}, {'r', NULL, "arwdDxt"}, {'s', NULL, "rwU"}, {'d', "Tc", "CTc"},
		{'f', "X", "X"},   {'l', "U", "U"},        {'L', NULL, "rw"},  {'n', NULL, "UC"},
		{'p', NULL, "sA"}, {'t', NULL, "C"},       {'F', NULL, "U"},   {'S', NULL, "U"},
		{'T', "U", "U"},
	};
	char kind = *catalog_text(c, &args[0]);
	struct role_info role = {0};
	struct buf b = BUF_INIT;
	const char *owner;

	owner = catalog_role_by_oid(c->env, catalog_oid(&args[1]), c->arena, &role)
			? quote_identifier(c->arena, role.name)
			: arena_printf(c->arena, "%u", catalog_oid(&args[1]));
	for (size_t i = 0; i < COUNTOF(defaults); i++) {
		if (defaults[i].kind != kind)
			continue;
		buf_putc(&b, '{');
		if (defaults[i].public)
			buf_printf(&b, "=%s/%s,", defaults[i].public, owner);
		if (defaults[i].owner)
			buf_printf(&b, "%s=%s/%s", owner, defaults[i].owner, owner);
		buf_putc(&b, '}');
		return ret_buf(c, &b, out);
	}
	return err_set(c->err, ERR_INTERNAL_ERROR, -1, "unrecognized objtype abbreviation: %c",
		       kind);
}
