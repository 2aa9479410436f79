/*
 * Overload choice: which functions of a name could take the call at all, and which of several is
 * the best. Operators share the second half.
 */
#include "sql/analyze_expr.h"

/* ---- candidates of a name ---- */

const char *
proc_arg_name(const struct proc *p, int input_arg)
{
	if (!p->argnames)
		return "";
	if (p->nallargs == 0)
		return p->argnames[input_arg];
	for (int i = 0, k = 0; i < p->nallargs; i++) {
		char mode = p->argmodes ? p->argmodes[i] : 'i';
		if ((mode == 'i' || mode == 'b' || mode == 'v') && k++ == input_arg)
			return p->argnames[i];
	}
	return "";
}

/* Named notation: numbers[i] becomes the parameter that argument i is for; then come those left to
 * defaults. */
static bool
match_names(const struct proc *p, int nargs, const char *const *names, int nnames, int *numbers)
{
	bool given[PROC_MAX_ARGS] = {false};
	int positional = nargs - nnames, n = 0;
	for (; n < positional; n++) {
		numbers[n] = n;
		given[n] = true;
	}
	for (int i = 0; i < nnames; i++) {
		int k = 0;
		while (k < p->nargs && strcmp(proc_arg_name(p, k), names[i]) != 0)
			k++;
		if (k == p->nargs || given[k])
			return false;
		given[k] = true;
		numbers[n++] = k;
	}
	int first_default = p->nargs - p->ndefaults;
	for (int k = 0; k < p->nargs; k++) {
		if (given[k])
			continue;
		if (k < first_default)
			return false;
		numbers[n++] = k;
	}
	return true;
}

static struct candidate *
candidate_of(struct analyzer *as, const struct proc *p, int nargs, const char *const *names,
	     int nnames, bool expand_variadic, bool expand_defaults)
{
	bool variadic = !nnames && expand_variadic && p->variadic && p->nargs <= nargs;
	bool defaults = p->nargs > nargs && expand_defaults && nargs + p->ndefaults >= p->nargs;
	if (nnames && expand_variadic && p->variadic)
		return NULL;
	if (p->nargs != nargs && !variadic && !defaults)
		return NULL;
	struct candidate *c = ARENA_NEW(as->arena, struct candidate);
	c->proc = p;
	c->nargs = MAX(p->nargs, nargs);
	c->args = ARENA_ARRAY(as->arena, oid_t, MAX(c->nargs, 1));
	c->ndefaults = defaults ? p->nargs - nargs : 0;
	if (nnames) {
		c->numbers = ARENA_ARRAY(as->arena, int, MAX(c->nargs, 1));
		if (!match_names(p, nargs, names, nnames, c->numbers))
			return NULL;
	}
	for (int i = 0; i < c->nargs; i++) {
		int k = c->numbers ? c->numbers[i] : i;
		c->args[i] = k < p->nargs ? p->argtypes[k] : 0;
	}
	if (variadic) {
		c->nvariadic = c->nargs - p->nargs + 1;
		for (int i = p->nargs - 1; i < c->nargs; i++)
			c->args[i] = p->variadic;
	}
	return c;
}

/* Adds c unless one that takes the same arguments is there: without VARIADIC wins; else neither is
 * better. */
static void
candidate_add(struct candidate **list, struct candidate *c, int ncompare)
{
	for (struct candidate **at = list; *at; at = &(*at)->next) {
		struct candidate *o = *at;
		bool special = c->nvariadic || c->ndefaults || o->nvariadic || o->ndefaults;
		if (!special || memcmp(c->args, o->args, sizeof(oid_t) * (size_t)ncompare) != 0)
			continue;
		if (c->nvariadic && !o->nvariadic)
			return;
		if (o->nvariadic && !c->nvariadic) {
			c->next = o->next;
			*at = c;
			return;
		}
		o->ambiguous = true;
		return;
	}
	c->next = *list;
	*list = c;
}

static bool
namespace_visible(struct analyzer *as, oid_t ns)
{
	if (ns == NS_PG_CATALOG)
		return true;
	const struct schema *s = snapshot_schema_by_oid(as->env->snapshot, ns);
	for (const char *const *p = as->env->search_path; s && *p; p++) {
		if (strcmp(*p, s->name) == 0)
			return true;
	}
	return false;
}

struct candidate *
func_candidates(struct analyzer *as, const char *schema, const char *name, int nargs,
		const char *const *names, int nnames, bool expand_variadic, bool expand_defaults)
{
	int n;
	const struct proc *const *procs =
		snapshot_procs_by_name(as->env->snapshot, as->arena, name, &n);
	const struct schema *s = schema ? snapshot_schema(as->env->snapshot, schema) : NULL;
	oid_t ns = s ? s->oid : schema && strcmp(schema, "pg_catalog") == 0 ? NS_PG_CATALOG : 0;
	struct candidate *list = NULL;
	for (int i = 0; i < n; i++) {
		const struct proc *p = procs[i];
		if (schema ? p->namespace_oid != ns : !namespace_visible(as, p->namespace_oid))
			continue;
		struct candidate *c =
			candidate_of(as, p, nargs, names, nnames, expand_variadic, expand_defaults);
		if (c)
			candidate_add(&list, c, nargs);
	}
	return list;
}

/* ---- the choice ---- */

struct candidate *
match_candidates(struct analyzer *as, int nargs, const oid_t *types, struct candidate *list, int *n)
{
	struct candidate *out = NULL, *next;
	*n = 0;
	for (struct candidate *c = list; c; c = next) {
		next = c->next;
		if (can_coerce_type(as, nargs, types, c->args, COERCE_IMPLICIT)) {
			c->next = out;
			out = c;
			(*n)++;
		}
	}
	return out;
}

/* How many positions speak for c: exact matches, and with preferred also those that take their
 * category's preferred type. */
static int
candidate_score(struct analyzer *as, const struct candidate *c, int nargs, const oid_t *types,
		bool preferred)
{
	int score = 0;
	for (int i = 0; i < nargs; i++) {
		bool is_preferred;
		if (types[i] == T_UNKNOWN)
			continue;
		if (c->args[i] == types[i])
			score++;
		else if (preferred &&
			 type_category(as, c->args[i], &is_preferred) ==
				 type_category(as, types[i], NULL) &&
			 is_preferred)
			score++;
	}
	return score;
}

/* Keeps those with the best score; *n of them. */
static struct candidate *
keep_best(struct analyzer *as, struct candidate *list, int nargs, const oid_t *types,
	  bool preferred, int *n)
{
	struct candidate *out = NULL, *next;
	int best = -1;
	for (struct candidate *c = list; c; c = next) {
		next = c->next;
		int score = candidate_score(as, c, nargs, types, preferred);
		if (score < best)
			continue;
		if (score > best) {
			best = score;
			out = NULL;
			*n = 0;
		}
		c->next = out;
		out = c;
		(*n)++;
	}
	return out;
}

/* The category that the candidates suggest for unknown argument i: string when any takes one, else
 * the one all share, else 0. */
static char
unknown_category(struct analyzer *as, const struct candidate *list, int i, bool *has_preferred)
{
	char category = 0;
	bool conflict = false;
	*has_preferred = false;
	for (const struct candidate *c = list; c; c = c->next) {
		bool preferred;
		char k = type_category(as, c->args[i], &preferred);
		if (!category || (k == 'S' && category != 'S')) {
			category = k;
			*has_preferred = preferred;
		} else if (k == category) {
			*has_preferred |= preferred;
		} else if (category != 'S') {
			conflict = true;
		}
	}
	return conflict && category != 'S' ? 0 : category;
}

static bool
fits_unknowns(struct analyzer *as, const struct candidate *c, int nargs, const oid_t *types,
	      const char *category, const bool *has_preferred)
{
	for (int i = 0; i < nargs; i++) {
		bool preferred;
		if (types[i] != T_UNKNOWN)
			continue;
		if (type_category(as, c->args[i], &preferred) != category[i] ||
		    (has_preferred[i] && !preferred))
			return false;
	}
	return true;
}

/* Drops candidates that take the unknown arguments in another category than the suggested one. May
 * leave the list as it was. */
static struct candidate *
resolve_by_category(struct analyzer *as, struct candidate *list, int nargs, const oid_t *types,
		    int *n)
{
	char category[PROC_MAX_ARGS] = {0};
	bool has_preferred[PROC_MAX_ARGS] = {false};
	for (int i = 0; i < nargs; i++) {
		if (types[i] != T_UNKNOWN)
			continue;
		category[i] = unknown_category(as, list, i, &has_preferred[i]);
		if (!category[i])
			return list;
	}
	int fits = 0;
	for (const struct candidate *c = list; c; c = c->next)
		fits += fits_unknowns(as, c, nargs, types, category, has_preferred);
	if (fits == 0)
		return list;
	struct candidate *out = NULL, *next;
	for (struct candidate *c = list; c; c = next) {
		next = c->next;
		if (fits_unknowns(as, c, nargs, types, category, has_preferred)) {
			c->next = out;
			out = c;
		}
	}
	*n = fits;
	return out;
}

/* Last resort: when all known arguments have one type, the only candidate that takes that type
 * everywhere. */
static struct candidate *
resolve_by_known_type(struct analyzer *as, struct candidate *list, int nargs, const oid_t *types)
{
	oid_t known = 0, all[PROC_MAX_ARGS];
	for (int i = 0; i < nargs; i++) {
		if (types[i] == T_UNKNOWN)
			continue;
		if (known && known != types[i])
			return NULL;
		known = types[i];
	}
	if (!known)
		return NULL;
	for (int i = 0; i < nargs; i++)
		all[i] = known;
	struct candidate *found = NULL;
	for (struct candidate *c = list; c; c = c->next) {
		if (!can_coerce_type(as, nargs, all, c->args, COERCE_IMPLICIT))
			continue;
		if (found)
			return NULL;
		found = c;
	}
	return found;
}

struct candidate *
select_candidate(struct analyzer *as, int nargs, const oid_t *types, struct candidate *list)
{
	int n = 0, unknowns = 0;
	oid_t base[PROC_MAX_ARGS];
	if (nargs > PROC_MAX_ARGS)
		return NULL;
	for (int i = 0; i < nargs; i++) {
		unknowns += types[i] == T_UNKNOWN;
		base[i] = base_type(as, types[i], NULL);
	}
	types = base;
	list = keep_best(as, list, nargs, types, false, &n);
	if (n == 1)
		return list;
	list = keep_best(as, list, nargs, types, true, &n);
	if (n == 1)
		return list;
	if (unknowns == 0)
		return NULL;
	list = resolve_by_category(as, list, nargs, types, &n);
	if (n == 1)
		return list;
	return unknowns < nargs ? resolve_by_known_type(as, list, nargs, types) : NULL;
}
