/*
 * Rows compared as they lie in memory, not by what they mean: 1.0 and 1.00 differ. The order of *<
 * and kin;
 * *= and *<> are record.c's.
 */
#include "catalog/catalog.h"
#include "func/array_args.h"
#include "func/tables.h"
#include "types/record.h"

static bool
read_both(struct fcall *c, const struct datum *args, struct record r[2])
{
	struct type_ctx tc = fcall_type_ctx(c);

	for (int i = 0; i < 2; i++)
		if (!record_read(&tc, c->types->args[i], &args[i], &r[i]))
			return false;
	if (r[0].n != r[1].n)
		return err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
			       "cannot compare record types with different numbers of columns");
	return true;
}

static int
bytes_order(const char *a, size_t an, const char *b, size_t bn)
{
	int order = memcmp(a, b, MIN(an, bn));

	return order ? order : (an > bn) - (an < bn);
}

/* A value that PostgreSQL passes by value compares as the unsigned word that it is. */
static bool
word_image(struct fcall *c, const struct type *t, const struct array_item *item, uint64_t *word)
{
	struct datum d;
	double r;

	if (!ret_item(c, t, item, &d))
		return false;
	if (d.class == DATUM_INT) {
		*word = (uint64_t)d.i;
		return true;
	}
	if (!arg_float(c, &d, &r))
		return false;
	memcpy(word, &r, sizeof(*word));
	return true;
}

static bool
item_order(struct fcall *c, const struct type *t, const struct array_item *a,
	   const struct array_item *b, int *order)
{
	uint64_t x, y;

	*order = 0;
	if (!a->p || !b->p) {
		*order = !a->p - !b->p;
		return true;
	}
	if (t->stored != DATUM_INT && t->stored != DATUM_REAL) {
		*order = bytes_order(a->p, a->n, b->p, b->n);
		return true;
	}
	if (!word_image(c, t, a, &x) || !word_image(c, t, b, &y))
		return false;
	*order = (x > y) - (x < y);
	return true;
}

static bool
compare(struct fcall *c, const struct datum *args, int *order)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct record r[2];

	*order = 0;
	if (!read_both(c, args, r))
		return false;
	for (int i = 0; i < r[0].n; i++) {
		const struct type *a = record_column_type(&tc, &r[0], i),
				  *b = record_column_type(&tc, &r[1], i);

		if (a->oid != b->oid)
			return err_set(c->err, ERR_DATATYPE_MISMATCH, -1,
				       "cannot compare dissimilar column types %s and %s at record "
				       "column %d",
				       format_type(c->arena, a, -1, tc.find, tc.find_arg),
				       format_type(c->arena, b, -1, tc.find, tc.find_arg), i + 1);
		if (!item_order(c, a, &r[0].items[i], &r[1].items[i], order))
			return false;
		if (*order)
			break;
	}
	return true;
}

#define COMPARISON(name, expr)                                                                     \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		int r;                                                                             \
                                                                                                   \
		if (!compare(c, args, &r))                                                         \
			return false;                                                              \
		*out = datum_int(expr);                                                            \
		return true;                                                                       \
	}

COMPARISON(image_lt, r < 0)
COMPARISON(image_gt, r > 0)
COMPARISON(image_le, r <= 0)
COMPARISON(image_ge, r >= 0)
COMPARISON(image_cmp, (r > 0) - (r < 0))

const struct func func_record_image[] = {
	FUNC_T("record_image_lt", image_lt),   FUNC_T("record_image_gt", image_gt),
	FUNC_T("record_image_le", image_le),   FUNC_T("record_image_ge", image_ge),
	FUNC_T("btrecordimagecmp", image_cmp), FUNC_END,
};
