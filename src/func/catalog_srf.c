/*
 * Set-returning functions over the catalog.
 */
#include <stdlib.h>

#include "catalog/roles.h"
#include "func/catalog_fn.h"
#include "types/array_value.h"

/* The items of a one-dimensional array's text, in heap memory of the state. */
struct items {
	struct arena a;
	struct vec v; /* char * */
	int at, sub;
};

static void
items_close(void *state)
{
	struct items *s = state;

	arena_release(&s->a);
	free(s);
}

static bool
items_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	struct items *s = xcalloc(1, sizeof(*s));
	struct array v;
	bool ok = array_read(c->arena, c->err, type_builtin(T_TEXTARRAY), &args[0], &v);

	for (int i = 0; ok && i < v.n; i++) {
		ok = v.items[i].p || err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
					     "null array element not allowed in this context");
		if (ok)
			vec_push(&s->a, &s->v, arena_strndup(&s->a, v.items[i].p, v.items[i].n));
	}
	if (!ok)
		items_close(s);
	*state = ok ? s : NULL;
	return ok;
}

/* "name=value" options. */
static int
options_next(struct fcall *c UNUSED, void *state, struct datum *cols)
{
	struct items *s = state;
	const char *item, *equals;

	if (s->at >= s->v.n)
		return 0;
	item = s->v.v[s->at++];
	equals = strchr(item, '=');
	cols[0] = datum_text(item, equals ? (size_t)(equals - item) : strlen(item));
	cols[1] = equals ? datum_text(equals + 1, strlen(equals + 1)) : datum_null();
	return 1;
}

const struct srf_ops srf_options_to_table = {items_open, options_next, items_close, 2};

/* "grantee=privileges/grantor": one row a privilege letter, in PostgreSQL's order of privileges. */
static const struct {
	char letter;
	const char *word;
} privileges[] = {
	{'a', "INSERT"},   {'r', "SELECT"},       {'w', "UPDATE"},    {'d', "DELETE"},
	{'D', "TRUNCATE"}, {'x', "REFERENCES"},   {'t', "TRIGGER"},   {'X', "EXECUTE"},
	{'U', "USAGE"},    {'C', "CREATE"},       {'T', "TEMPORARY"}, {'c', "CONNECT"},
	{'s', "SET"},      {'A', "ALTER SYSTEM"},
};

static oid_t
role_oid(struct fcall *c, const char *p, size_t n)
{
	struct role_info role;

	return n && catalog_role_by_name(c->env, arena_strndup(c->arena, p, n), c->arena, &role)
		       ? role.oid
		       : 0;
}

static int
acl_next(struct fcall *c, void *state, struct datum *cols)
{
	struct items *s = state;

	for (; s->at < s->v.n; s->at++, s->sub = 0) {
		const char *item = s->v.v[s->at], *equals = strchr(item, '='),
			   *slash = strrchr(item, '/'), *found;

		while (equals && slash && s->sub < (int)COUNTOF(privileges)) {
			int i = s->sub++;

			found = memchr(equals + 1, privileges[i].letter,
				       (size_t)(slash - equals - 1));
			if (!found)
				continue;
			cols[0] = datum_int(role_oid(c, slash + 1, strlen(slash + 1)));
			cols[1] = datum_int(role_oid(c, item, (size_t)(equals - item)));
			cols[2] = datum_text(privileges[i].word, strlen(privileges[i].word));
			cols[3] = datum_int(found[1] == '*');
			return 1;
		}
	}
	return 0;
}

const struct srf_ops srf_aclexplode = {items_open, acl_next, items_close, 4};

static bool
count_open(struct fcall *c UNUSED, const struct datum *args UNUSED, int nargs UNUSED, void **state)
{
	*state = xcalloc(1, sizeof(int));
	return true;
}

static int
keywords_next(struct fcall *c, void *state, struct datum *cols)
{
	int *at = state;
	const struct keyword_row *k = keyword_at((*at)++);

	if (!k)
		return 0;
	cols[0] = datum_text(k->word, strlen(k->word));
	cols[1] = datum_text(arena_memdup(c->arena, &k->code, 1), 1);
	cols[2] = datum_int(k->bare_label);
	cols[3] = datum_text(k->description, strlen(k->description));
	cols[4] = datum_text(k->bare_description, strlen(k->bare_description));
	return 1;
}

const struct srf_ops srf_get_keywords = {count_open, keywords_next, free, 5};

/* Partitions do not exist: nothing has ancestors or a tree. */
static int
none_next(struct fcall *c UNUSED, void *state UNUSED, struct datum *cols UNUSED)
{
	return 0;
}

const struct srf_ops srf_no_rows_1 = {count_open, none_next, free, 1};
const struct srf_ops srf_no_rows_4 = {count_open, none_next, free, 4};
