/*
 * Ranges: making them, taking them apart; the functions behind their types.
 */
#include "func/range_args.h"
#include "func/tables.h"
#include "types/datetime.h"

/* ---- constructors ---- */

static bool
construct(struct fcall *c, const struct datum *args, bool lower_inclusive, bool upper_inclusive,
	  struct datum *out)
{
	const struct type *t = ret_range_type(c);
	struct type_ctx tc = fcall_type_ctx(c);
	struct range r = {false,
			  {args[0], arg_null(&args[0]), lower_inclusive, true},
			  {args[1], arg_null(&args[1]), upper_inclusive, false}};

	return t && range_make(&tc, t, &r) && range_write(&tc, t, &r, out);
}

static bool
range_constructor2(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	return construct(c, args, true, false, out);
}

static bool
range_constructor3(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const char *flags;
	size_t n;

	if (arg_null(&args[2]))
		return err_set(c->err, ERR_DATA_EXCEPTION, -1,
			       "range constructor flags argument must not be null");
	flags = arg_text(c, &args[2], &n);
	if (n != 2 || !strchr("[(", flags[0]) || !strchr("])", flags[1])) {
		err_set(c->err, ERR_SYNTAX_ERROR, -1, "invalid range bound flags");
		return err_hint(c->err, "Valid values are \"[]\", \"[)\", \"(]\", and \"()\".");
	}
	return construct(c, args, flags[0] == '[', flags[1] == ']', out);
}

/* ---- what a range or a multirange begins and ends with ---- */

static bool
span(struct fcall *c, const struct datum *args, struct range *r)
{
	struct multirange m;

	if (!arg_ranges(c, 0, &args[0], &m))
		return false;
	*r = multirange_span(&m);
	return true;
}

static bool
lower(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct range r;

	if (!span(c, args, &r))
		return false;
	*out = r.empty || r.lower.infinite ? datum_null() : r.lower.value;
	return true;
}

static bool
upper(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct range r;

	if (!span(c, args, &r))
		return false;
	*out = r.empty || r.upper.infinite ? datum_null() : r.upper.value;
	return true;
}

#define QUESTION(name, answer)                                                                     \
	static bool name(struct fcall *c, const struct datum *args, int nargs UNUSED,              \
			 struct datum *out)                                                        \
	{                                                                                          \
		struct range r;                                                                    \
                                                                                                   \
		if (!span(c, args, &r))                                                            \
			return false;                                                              \
		*out = datum_int(answer);                                                          \
		return true;                                                                       \
	}

QUESTION(is_empty, r.empty)
QUESTION(lower_inc, !r.empty && r.lower.inclusive)
QUESTION(upper_inc, !r.empty && r.upper.inclusive)
QUESTION(lower_inf, !r.empty && r.lower.infinite)
QUESTION(upper_inf, !r.empty && r.upper.infinite)

static bool
merge_multirange(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct range r;

	return span(c, args, &r) && ret_range(c, &r, out);
}

/* ---- behind the built-in types ---- */

/* What is stored is canonical. */
static bool
canonical(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct range r;

	return arg_range(c, 0, &args[0], &r) && ret_range(c, &r, out);
}

static bool
int_subdiff(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	int64_t a, b;

	if (!arg_int(c, &args[0], &a) || !arg_int(c, &args[1], &b))
		return false;
	*out = datum_real((double)a - (double)b);
	return true;
}

static bool
num_subdiff(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct num a, b, r;

	if (!arg_num(c, &args[0], &a))
		return false;
	if (!arg_num(c, &args[1], &b)) {
		num_release(&a);
		return false;
	}
	num_init(&r);
	num_sub(&r, &a, &b);
	*out = datum_real(num_to_double(&r));
	num_release(&r);
	num_release(&a);
	num_release(&b);
	return true;
}

static bool
date_subdiff(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	int32_t a, b;

	if (!date_get(&tc, &args[0], &a) || !date_get(&tc, &args[1], &b))
		return false;
	*out = datum_real((double)((int64_t)a - b));
	return true;
}

static bool
ts_subdiff(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(c);
	int64_t a, b;

	if (!ts_get(&tc, &args[0], &a) || !ts_get(&tc, &args[1], &b))
		return false;
	*out = datum_real(((double)a - (double)b) / (double)USEC_SEC);
	return true;
}

const struct func func_range[] = {
	FUNC_T("range_constructor2", range_constructor2),
	FUNC_T("range_constructor3", range_constructor3),
	FUNC_T("range_lower", lower),
	FUNC_T("range_upper", upper),
	FUNC_T("range_empty", is_empty),
	FUNC_T("range_lower_inc", lower_inc),
	FUNC_T("range_upper_inc", upper_inc),
	FUNC_T("range_lower_inf", lower_inf),
	FUNC_T("range_upper_inf", upper_inf),
	FUNC_T("multirange_lower", lower),
	FUNC_T("multirange_upper", upper),
	FUNC_T("multirange_empty", is_empty),
	FUNC_T("multirange_lower_inc", lower_inc),
	FUNC_T("multirange_upper_inc", upper_inc),
	FUNC_T("multirange_lower_inf", lower_inf),
	FUNC_T("multirange_upper_inf", upper_inf),
	FUNC_T("range_merge_from_multirange", merge_multirange),
	FUNC_T("int4range_canonical", canonical),
	FUNC_T("int8range_canonical", canonical),
	FUNC_T("daterange_canonical", canonical),
	FUNC("int4range_subdiff", int_subdiff),
	FUNC("int8range_subdiff", int_subdiff),
	FUNC("numrange_subdiff", num_subdiff),
	FUNC("daterange_subdiff", date_subdiff),
	FUNC("tsrange_subdiff", ts_subdiff),
	FUNC("tstzrange_subdiff", ts_subdiff),
	FUNC_END,
};
