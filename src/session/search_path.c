#include "session/search_path.h"

#include <ctype.h>
#include <stdlib.h>

#include "catalog/snapshot.h"
#include "session/session.h"

static const char *
skip_space(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* One identifier at *p, quoted or folded to lower case. NULL: none. */
static char *
identifier(struct arena *a, const char **p)
{
	struct buf b = BUF_INIT;
	const char *s = *p;
	char *out;

	if (*s == '"') {
		for (s++; *s && (*s != '"' || s[1] == '"'); s++) {
			s += *s == '"';
			buf_putc(&b, *s);
		}
		if (*s != '"') {
			buf_release(&b);
			return NULL;
		}
		s++;
	} else {
		for (; *s && *s != ',' && !isspace((unsigned char)*s); s++)
			buf_putc(&b, (char)((unsigned char)*s < 0x80 ? tolower((unsigned char)*s)
								     : *s));
		if (b.len == 0)
			return NULL;
	}
	out = arena_strndup(a, b.data ? b.data : "", b.len);
	buf_release(&b);
	*p = s;
	return out;
}

bool
search_path_split(struct arena *a, const char *list, struct vec *names)
{
	const char *p = skip_space(list);

	if (*p == '\0')
		return true;
	for (;;) {
		char *name = identifier(a, &p);
		if (!name)
			return false;
		vec_push(a, names, name);
		p = skip_space(p);
		if (*p == '\0')
			return true;
		if (*p != ',')
			return false;
		p = skip_space(p + 1);
	}
}

static const char *
temp_schema(const struct snapshot *snap)
{
	const struct schema *schema =
		snap->temp_schema ? snapshot_schema_by_oid(snap, snap->temp_schema) : NULL;

	return schema ? schema->name : NULL;
}

static bool
listed(const struct vec *names, const char *name)
{
	for (int i = 0; i < names->n; i++)
		if (strcmp(names->v[i], name) == 0)
			return true;
	return false;
}

static void
effective_path(struct session *s, const struct snapshot *snap)
{
	struct arena *a = &s->path_arena;
	struct vec names = {0}, path = {0};
	const char *temp = temp_schema(snap);

	if (!search_path_split(a, settings_get(&s->settings, settings_find("search_path"), a),
			       &names))
		names.n = 0;
	for (int i = 0; i < names.n; i++) {
		if (strcmp(names.v[i], "$user") == 0)
			names.v[i] = arena_strdup(a, s->user ? s->user : "");
		else if (temp && strcmp(names.v[i], "pg_temp") == 0)
			names.v[i] = arena_strdup(a, temp);
	}
	if (temp && !listed(&names, temp))
		vec_push(a, &path, arena_strdup(a, temp));
	if (!listed(&names, "pg_catalog"))
		vec_push(a, &path, arena_strdup(a, "pg_catalog"));
	for (int i = 0; i < names.n; i++)
		if (snapshot_schema(snap, names.v[i]) && !listed(&path, names.v[i]))
			vec_push(a, &path, names.v[i]);
	vec_push(a, &path, NULL);
	s->fenv.search_path = (const char *const *)path.v;
}

void
session_use_snapshot(struct session *s, const struct snapshot *snap)
{
	s->fenv.snapshot = snap;
	if (!s->path_dirty && s->path_version == snap->version && s->fenv.search_path)
		return;
	arena_clear(&s->path_arena);
	effective_path(s, snap);
	s->path_version = snap->version;
	s->path_dirty = false;
}

const struct snapshot *
session_snapshot(struct session *s)
{
	struct snapshot *snap = txn_snapshot(s->txn, &s->err);

	if (!snap)
		return NULL;
	if (s->snapshot)
		snapshot_unref(s->snapshot);
	s->snapshot = snap;
	session_use_snapshot(s, snap);
	return snap;
}

/* What a plan depends on besides its text, the schema and the types of its parameters. The path as
 * it is written stands for the effective one: that also depends on the schema (part of the key) and
 * on the user. */
const char *
session_plan_env(struct session *s)
{
	static const char *const names[] = {"search_path", "DateStyle",          "IntervalStyle",
					    "TimeZone",    "extra_float_digits", "bytea_output"};
	struct buf b = BUF_INIT;
	struct arena a = ARENA_INIT;

	if (s->plan_env && !s->env_dirty)
		return s->plan_env;
	for (size_t i = 0; i < COUNTOF(names); i++)
		buf_printf(&b, "%s\x01", settings_get(&s->settings, settings_find(names[i]), &a));
	buf_puts(&b, s->user ? s->user : "");
	free(s->plan_env);
	s->plan_env = xstrdup(buf_str(&b));
	s->env_dirty = false;
	buf_release(&b);
	arena_release(&a);
	return s->plan_env;
}
