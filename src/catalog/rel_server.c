/*
 * Relations whose rows the server or the session knows: pg_database, pg_authid, pg_settings,
 * pg_stat_activity, pg_prepared_statements, pg_cursors, pg_timezone_names, pg_timezone_abbrevs.
 */
#include <stdlib.h>
#include <strings.h>

#include "catalog/builtin.h"
#include "catalog/rows.h"
#include "types/datetime.h"
#include "types/timezone.h"

enum { DEFAULT_TABLESPACE = 1663, ENCODING_UTF8 = 6 };

static void
row_time(struct catrow *r, int64_t t)
{
	if (!t)
		row_null(r, 1);
	else
		r->cells[r->n++] = ts_put(r->scan->row, t);
}

bool
catalog_database_at(const struct fenv *env, int i, struct arena *a, struct database_info *d)
{
	*d = (struct database_info){0};
	if (env && env->ops && env->ops->database_at)
		return env->ops->database_at(env->ops_arg, i, a, d);
	if (i || !env || !env->database)
		return false;
	*d = (struct database_info){
		env->database_oid, BOOTSTRAP_SUPERUSER, env->database, false, true, -1};
	return true;
}

static bool
pg_database_row(struct catscan *s, struct catrow *r)
{
	struct database_info d;

	do
		if (!catalog_database_at(s->env, (int)s->pos++, s->row, &d))
			return false;
	while (s->has_key && d.oid != s->key);
	row_int(r, d.oid);
	row_text(r, d.name);
	row_int(r, d.owner);
	row_int(r, ENCODING_UTF8);
	row_char(r, 'c');
	row_int(r, d.is_template);
	row_int(r, d.allow_connections);
	row_int(r, d.connection_limit);
	row_int(r, 3); /* datfrozenxid: older than any that runs */
	row_int(r, 1);
	row_int(r, DEFAULT_TABLESPACE);
	row_text(r, "C.UTF-8");
	row_text(r, "C.UTF-8");
	row_null(r, 3);
	return true;
}
CATREL(pg_database, 16, 0);

/* The predefined roles, as pg_authid's constant rows have them. */
static bool
builtin_role(int i, struct role_info *role)
{
	enum { COLUMNS = 12 };
	const struct builtin_rows *rows = builtin_rows;
	const char *const *cells;

	while (strcmp(rows->name, "pg_authid"))
		rows++;
	if (i >= rows->nrows)
		return false;
	cells = &rows->cells[i * COLUMNS];
	*role = (struct role_info){.oid = (oid_t)strtoul(cells[0], NULL, 10),
				   .name = cells[1],
				   .super = *cells[2] == '1',
				   .inherit = *cells[3] == '1',
				   .create_role = *cells[4] == '1',
				   .create_db = *cells[5] == '1',
				   .login = *cells[6] == '1',
				   .replication = *cells[7] == '1',
				   .bypass_rls = *cells[8] == '1',
				   .connection_limit = -1};
	return true;
}

/* Without the server's own list: the bootstrap superuser has the session user's name where that is
 * its OID. */
static bool
default_role(const struct fenv *env, int i, struct role_info *role)
{
	struct role_info bootstrap;

	if (builtin_role(i, role)) {
		if (role->oid == BOOTSTRAP_SUPERUSER && env && env->user &&
		    env->user_oid == BOOTSTRAP_SUPERUSER)
			role->name = env->user;
		return true;
	}
	if (!env || !env->user || env->user_oid == BOOTSTRAP_SUPERUSER ||
	    (i && !builtin_role(i - 1, role)))
		return false;
	if (!builtin_role(0, &bootstrap))
		return false;
	*role = bootstrap;
	role->oid = env->user_oid;
	role->name = env->user;
	return true;
}

/* The i-th role where the server's own list ends before it: the predefined ones follow. */
static bool
predefined_role(const struct fenv *env, int i, struct arena *a, struct role_info *role)
{
	int own = 0;

	while (env->ops->role_at(env->ops_arg, own, a, role))
		own++;
	for (int k = 0, left = i - own; builtin_role(k, role); k++)
		if (role->oid != BOOTSTRAP_SUPERUSER && !left--)
			return true;
	return false;
}

bool
catalog_role_at(const struct fenv *env, int i, struct arena *a, struct role_info *role)
{
	*role = (struct role_info){0};
	if (env && env->ops && env->ops->role_at)
		return env->ops->role_at(env->ops_arg, i, a, role) ||
		       predefined_role(env, i, a, role);
	return default_role(env, i, role);
}

bool
catalog_role_by_oid(const struct fenv *env, oid_t oid, struct arena *a, struct role_info *role)
{
	for (int i = 0; catalog_role_at(env, i, a, role); i++)
		if (role->oid == oid)
			return true;
	return false;
}

bool
catalog_role_by_name(const struct fenv *env, const char *name, struct arena *a,
		     struct role_info *role)
{
	for (int i = 0; catalog_role_at(env, i, a, role); i++)
		if (!strcmp(role->name, name))
			return true;
	return false;
}

static bool
pg_authid_row(struct catscan *s, struct catrow *r)
{
	struct role_info role;

	do
		if (!catalog_role_at(s->env, (int)s->pos++, s->row, &role))
			return false;
	while (s->has_key && role.oid != s->key);
	row_int(r, role.oid);
	row_text(r, role.name);
	row_int(r, role.super);
	row_int(r, role.inherit);
	row_int(r, role.create_role);
	row_int(r, role.create_db);
	row_int(r, role.login);
	row_int(r, role.replication);
	row_int(r, role.bypass_rls);
	row_int(r, role.connection_limit);
	row_text(r, role.password);
	row_text(r, role.valid_until);
	return true;
}
CATREL(pg_authid, 12, 0);

/* Settings. */

/* "4MB" of a setting counted in kB is 4096; what has no suffix is in the setting's own unit. */
static const char *
bare_value(struct arena *a, const char *value, const char *unit)
{
	static const struct {
		const char *suffix;
		double size; /* bytes, or microseconds */
	} units[] = {
		{"B", 1},        {"kB", 1024},         {"8kB", 8192},
		{"MB", 1048576}, {"GB", 1073741824.0}, {"TB", 1099511627776.0},
		{"us", 1},       {"ms", 1e3},          {"s", 1e6},
		{"min", 60e6},   {"h", 3600e6},        {"d", 86400e6},
	};
	double from = 0, to = 0, number;
	char *end;

	number = strtod(value, &end);
	if (!unit || end == value || !*end)
		return value;
	while (*end == ' ')
		end++;
	for (size_t i = 0; i < COUNTOF(units); i++) {
		if (!strcmp(units[i].suffix, end))
			from = units[i].size;
		if (!strcmp(units[i].suffix, unit))
			to = units[i].size;
	}
	return from && to ? arena_printf(a, "%.15g", number * from / to) : value;
}

static const char *
setting_value(struct catscan *s, const struct setting_row *row)
{
	const struct fenv *env = s->env;
	const char *value = NULL;

	if (!env || !env->ops || !env->ops->setting_get)
		return row->boot_val ? row->boot_val : "";
	if (!env->ops->setting_get(env->ops_arg, row->name, true, s->row, &value, env->err) ||
	    !value)
		return NULL;
	return bare_value(s->row, value, row->unit);
}

static bool
hidden_setting(const struct setting_row *row)
{
	return row->flags && strstr(row->flags, "NO_SHOW_ALL");
}

static bool
pg_settings_row(struct catscan *s, struct catrow *r)
{
	const struct setting_row *row;
	const char *value;

	do {
		row = setting_at((int)s->pos++);
		if (!row)
			return false;
		value = hidden_setting(row) ? NULL : setting_value(s, row);
	} while (!value);
	row_text(r, row->name);
	row_text(r, value);
	row_text(r, row->unit);
	row_text(r, row->category);
	row_text(r, row->short_desc);
	row_text(r, row->extra_desc);
	row_text(r, row->context);
	row_text(r, row->vartype);
	row_text(r, !strcmp(value, row->boot_val ? row->boot_val : "") ? "default" : "session");
	row_text(r, row->min_val);
	row_text(r, row->max_val);
	row_text(r, row->enumvals);
	row_text(r, row->boot_val);
	row_text(r, value);
	row_null(r, 2);
	row_int(r, 0);
	return true;
}
CATREL(pg_settings, 17, -1);

/* Sessions. */

static bool
session_at(const struct fenv *env, int i, struct arena *a, struct session_info *x)
{
	*x = (struct session_info){0};
	if (env && env->ops && env->ops->session_at)
		return env->ops->session_at(env->ops_arg, i, a, x);
	if (i || !env)
		return false;
	*x = (struct session_info){.pid = env->backend_pid,
				   .database_oid = env->database_oid,
				   .user_oid = env->user_oid,
				   .database = env->database,
				   .user = env->user,
				   .application_name = "",
				   .client_addr = env->client_addr,
				   .state = "active",
				   .query = "",
				   .client_port = env->client_port,
				   .backend_start = env->backend_start,
				   .xact_start = env->types.txn_time,
				   .query_start = env->types.stmt_time,
				   .state_change = env->types.stmt_time};
	return true;
}

static bool
pg_stat_activity_row(struct catscan *s, struct catrow *r)
{
	struct session_info x;

	if (!session_at(s->env, (int)s->pos++, s->row, &x))
		return false;
	row_int(r, x.database_oid);
	row_text(r, x.database);
	row_int(r, x.pid);
	row_null(r, 1); /* leader_pid */
	row_int(r, x.user_oid);
	row_text(r, x.user);
	row_text(r, x.application_name ? x.application_name : "");
	row_text(r, x.client_addr);
	row_null(r, 1); /* client_hostname */
	row_int(r, x.client_addr ? x.client_port : -1);
	row_time(r, x.backend_start);
	row_time(r, x.xact_start);
	row_time(r, x.query_start);
	row_time(r, x.state_change);
	row_text(r, x.wait_event_type);
	row_text(r, x.wait_event);
	row_text(r, x.state);
	row_null(r, 3); /* backend_xid, backend_xmin, query_id */
	row_text(r, x.query);
	row_text(r, "client backend");
	return true;
}
CATREL(pg_stat_activity, 22, -1);

static bool
pg_prepared_statements_row(struct catscan *s, struct catrow *r)
{
	const struct fenv *env = s->env;
	struct prepared_info x = {0};

	if (!env || !env->ops || !env->ops->prepared_at ||
	    !env->ops->prepared_at(env->ops_arg, (int)s->pos++, s->row, &x))
		return false;
	row_text(r, x.name);
	row_text(r, x.statement);
	row_time(r, x.prepare_time);
	struct buf b = BUF_INIT;
	buf_putc(&b, '{');
	for (int i = 0; i < x.ntypes; i++)
		buf_printf(&b, "%s%u", i ? "," : "", x.types[i]);
	buf_putc(&b, '}');
	row_text(r, buf_dup(&b, s->row));
	buf_release(&b);
	row_int(r, x.from_sql);
	row_int(r, x.generic_plans);
	row_int(r, x.custom_plans);
	return true;
}
CATREL(pg_prepared_statements, 7, -1);

static bool
pg_cursors_row(struct catscan *s, struct catrow *r)
{
	const struct fenv *env = s->env;
	struct cursor_info x = {0};

	if (!env || !env->ops || !env->ops->cursor_at ||
	    !env->ops->cursor_at(env->ops_arg, (int)s->pos++, s->row, &x))
		return false;
	row_text(r, x.name);
	row_text(r, x.statement);
	row_int(r, x.holdable);
	row_int(r, x.binary);
	row_int(r, x.scrollable);
	row_time(r, x.creation_time);
	return true;
}
CATREL(pg_cursors, 6, -1);

/* Time zones. */

static void
row_offset(struct catrow *r, int32_t seconds)
{
	int32_t n = seconds < 0 ? -seconds : seconds;

	row_fmt(r, "%s%02d:%02d:%02d", seconds < 0 ? "-" : "", n / 3600, n / 60 % 60, n % 60);
}

/* The list is malloc'ed for the scan and copied into its arena. */
static const struct tzone **
zones(struct catscan *s, struct catrow *r)
{
	const struct tzone **list, **copy;
	size_t n;

	list = tzone_list(&n);
	copy = ARENA_ARRAY(s->arena, const struct tzone *, n + 1);
	memcpy(copy, list, n * sizeof(*list));
	free(list);
	r->sub = (int)n;
	r->list = copy;
	return copy;
}

static bool
pg_timezone_names_row(struct catscan *s, struct catrow *r)
{
	const struct tzone **list = r->list ? r->list : zones(s, r);
	int64_t now = (s->env ? s->env->types.txn_time / 1000000 : 0) + 946684800;
	struct tzperiod period;

	if (s->pos >= r->sub)
		return false;
	tzone_at(list[s->pos], now, &period);
	row_text(r, tzone_name(list[s->pos++]));
	row_text(r, period.abbrev);
	row_offset(r, period.offset);
	row_int(r, period.isdst);
	return true;
}
CATREL(pg_timezone_names, 4, -1);

static bool
pg_timezone_abbrevs_row(struct catscan *s, struct catrow *r)
{
	const struct type_env *env = s->env ? &s->env->types : &type_env_canonical;
	const struct tzabbrev *x = tzabbrev_at(env->abbrevs, (int)s->pos++);
	int32_t offset;
	bool isdst;
	char *upper;

	if (!x)
		return false;
	tzabbrev_meaning(x, env->txn_time / 1000000 + 946684800, &offset, &isdst);
	upper = arena_strdup(s->row, x->abbrev);
	for (char *p = upper; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p -= 'a' - 'A';
	row_text(r, upper);
	row_offset(r, offset);
	row_int(r, isdst);
	return true;
}
CATREL(pg_timezone_abbrevs, 3, -1);
