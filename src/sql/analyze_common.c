/*
 * Common types: of UNION's arms, CASE's results, VALUES' rows, ARRAY's elements and their kin;
 * their type modifier and collation.
 */
#include "sql/analyze_expr.h"

/* Should the choice move on from type p to n, which is in the same category? */
static bool
prefer_next(struct analyzer *as, oid_t p, bool p_preferred, oid_t n)
{
	return !p_preferred && can_coerce_type(as, 1, &p, &n, COERCE_IMPLICIT) &&
	       !can_coerce_type(as, 1, &n, &p, COERCE_IMPLICIT);
}

static bool
all_same_type(struct expr **exprs, int n)
{
	for (int i = 1; i < n; i++) {
		if (exprs[i]->type != exprs[0]->type)
			return false;
	}
	return true;
}

/* construct NULL: no error when there is none. */
oid_t
select_common_type(struct analyzer *as, struct expr **exprs, int n, const char *construct,
		   struct expr **which)
{
	oid_t p = exprs[0]->type;
	struct expr *decided = exprs[0];
	if (p == T_UNKNOWN || !all_same_type(exprs, n)) {
		bool preferred;
		p = base_type(as, p, NULL);
		char category = type_category(as, p, &preferred);
		for (int i = 1; i < n; i++) {
			oid_t t = base_type(as, exprs[i]->type, NULL);
			bool t_preferred;
			if (t == T_UNKNOWN || t == p)
				continue;
			char t_category = type_category(as, t, &t_preferred);
			if (p != T_UNKNOWN && t_category != category) {
				if (construct)
					err_set(as->env->err, ERR_DATATYPE_MISMATCH,
						expr_location(exprs[i]),
						"%s types %s and %s cannot be matched", construct,
						type_display(as, p), type_display(as, t));
				return 0;
			}
			if (p == T_UNKNOWN || prefer_next(as, p, preferred, t)) {
				p = t;
				decided = exprs[i];
				category = t_category;
				preferred = t_preferred;
			}
		}
		if (p == T_UNKNOWN)
			p = T_TEXT;
	}
	if (which)
		*which = decided;
	return p;
}

int32_t
select_common_typmod(struct expr **exprs, int n, oid_t common)
{
	for (int i = 0; i < n; i++) {
		if (exprs[i]->type != common || exprs[i]->typmod != exprs[0]->typmod)
			return -1;
	}
	return n ? exprs[0]->typmod : -1;
}

/* Bytes decide the order under every collation that is supported, so an implicit mismatch has no
 * effect; an explicit one is kept for what reports it. */
oid_t
select_common_collation(struct analyzer *as, struct expr **exprs, int n)
{
	oid_t found = 0;
	struct expr *explicit = NULL;
	for (int i = 0; i < n; i++) {
		struct expr *e = exprs[i];
		if (!e || !e->collation)
			continue;
		if (e->kind == EX_COLLATE) {
			if (explicit && explicit->collation != e->collation) {
				err_set(as->env->err, ERR_COLLATION_MISMATCH, e->location,
					"collation mismatch between explicit collations \"%s\" and "
					"\"%s\"",
					explicit->collation == COLLATION_C       ? "C"
					: explicit->collation == COLLATION_POSIX ? "POSIX"
										 : "default",
					e->collation == COLLATION_C       ? "C"
					: e->collation == COLLATION_POSIX ? "POSIX"
									  : "default");
				return 0;
			}
			explicit = e;
			found = e->collation;
		} else if (!explicit && (found == 0 || found == COLLATION_DEFAULT)) {
			found = e->collation;
		}
	}
	return found;
}
