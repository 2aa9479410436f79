#include "types/read.h"
#include "types/float.h"

#include <inttypes.h>
#include <math.h>

const char *
type_sql_name(const struct type *t)
{
	return t->sql_name ? t->sql_name : t->name;
}

bool
bad_input(struct err *e, const char *type, const char *s, size_t n)
{
	return err_set(e, ERR_INVALID_TEXT_REPRESENTATION, -1,
		       "invalid input syntax for type %s: \"%.*s\"", type, (int)n, s);
}

bool
bad_range(struct err *e, const char *type, const char *s, size_t n)
{
	return err_set(e, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1,
		       "value \"%.*s\" is out of range for type %s", (int)n, s, type);
}

bool
bad_binary(struct err *e)
{
	return err_set(e, ERR_PROTOCOL_VIOLATION, -1, "insufficient data left in message");
}

void
trim_space(const char **s, size_t *n)
{
	while (*n && ascii_space(**s))
		(*s)++, (*n)--;
	while (*n && ascii_space((*s)[*n - 1]))
		(*n)--;
}

bool
parse_int(struct err *e, const char *type, const char *s, size_t n, int64_t min, int64_t max,
	  int64_t *out)
{
	const char *p = s, *end;
	size_t left = n;
	bool neg = false;
	int64_t v = 0;

	trim_space(&p, &left);
	end = p + left;
	if (p < end && (*p == '-' || *p == '+'))
		neg = *p++ == '-';
	if (p == end || *p < '0' || *p > '9')
		return bad_input(e, type, s, n);
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, *p - '0', &v))
			return bad_range(e, type, s, n);
	if (!neg && v == INT64_MIN)
		return bad_range(e, type, s, n);
	v = neg ? v : -v;
	if (v < min || v > max)
		return bad_range(e, type, s, n);
	if (p != end)
		return bad_input(e, type, s, n);
	*out = v;
	return true;
}

static bool
real_to_int(struct type_ctx *c, const struct type *t, double r, int64_t *out)
{
	if (!(r >= -9223372036854775808.0 && r < 9223372036854775808.0))
		return err_set(c->err, ERR_NUMERIC_VALUE_OUT_OF_RANGE, -1, "%s out of range",
			       type_sql_name(t));
	*out = (int64_t)rint(r);
	return true;
}

bool
read_int(struct type_ctx *c, const struct type *t, const struct datum *d, int64_t *out)
{
	switch (d->class) {
	case DATUM_INT:
		*out = d->i;
		return true;
	case DATUM_REAL:
		return real_to_int(c, t, d->r, out);
	case DATUM_TEXT:
	case DATUM_BLOB:
		return parse_int(c->err, type_sql_name(t), d->p, d->n, INT64_MIN, INT64_MAX, out);
	default:
		return err_set(c->err, ERR_INTERNAL_ERROR, -1, "unexpected null value");
	}
}

bool
read_real(struct type_ctx *c, const struct type *t, const struct datum *d, double *out)
{
	switch (d->class) {
	case DATUM_INT:
		*out = (double)d->i;
		return true;
	case DATUM_REAL:
		*out = d->r;
		return true;
	case DATUM_TEXT:
	case DATUM_BLOB:
		return float_parse(c->err, type_sql_name(t), false, d->p, d->n, out);
	default:
		return err_set(c->err, ERR_INTERNAL_ERROR, -1, "unexpected null value");
	}
}

const char *
read_text(struct arena *a, const struct datum *d, size_t *n)
{
	char *s;

	*n = 0;
	switch (d->class) {
	case DATUM_TEXT:
	case DATUM_BLOB:
		*n = d->n;
		return d->n ? d->p : "";
	case DATUM_INT:
		s = arena_printf(a, "%" PRId64, d->i);
		break;
	case DATUM_REAL:
		s = arena_alloc(a, FLOAT_TEXT_MAX);
		float8_format(d->r, s);
		break;
	default:
		return "";
	}
	*n = strlen(s);
	return s;
}

struct datum
datum_float(double r)
{
	return isnan(r) ? datum_text("NaN", 3) : datum_real(r);
}
