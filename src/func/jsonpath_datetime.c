/*
 * .datetime(): dates and times of a path, and their comparisons across types.
 */
#include "func/datetime_format.h"
#include "func/jsonpath_exec.h"
#include "types/datetime.h"

/* ---- reading ---- */

/* What a template has fields of. */
enum { DATED = 1, TIMED = 2, ZONED = 4 };

static unsigned
field_parts(int id)
{
	switch (id) {
	case F_FX:
	case F_Q:
		return 0;
	case F_AM:
	case F_AM_DOTTED:
	case F_HH24:
	case F_HH12:
	case F_MI:
	case F_SS:
	case F_MS:
	case F_US:
	case F_SSSS:
	case F_FF1 ... F_FF6:
		return TIMED;
	case F_TZ:
	case F_TZH:
	case F_TZM:
	case F_OF:
		return ZONED;
	default:
		return DATED;
	}
}

static unsigned
template_parts(const struct fmt *f)
{
	unsigned parts = 0;

	for (const struct fmt_node *node = f->nodes; node->kind != FMT_END; node++)
		if (node->kind == FMT_FIELD)
			parts |= field_parts(node->key->id);
	return parts;
}

static bool
type_out_of_range(struct fcall *c, const char *type)
{
	return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1, "%s out of range", type);
}

static bool
missing_zone(struct fcall *c, const char *type)
{
	return err_set(c->err, ERR_INVALID_DATETIME_FORMAT, -1,
		       "missing time zone in input string for type %s", type);
}

static bool
make_date(struct fcall *c, const struct json *s, const struct fmt_moment *m,
	  struct jsonpath_datetime *out)
{
	int32_t d = dt_days(m->t.year, m->t.mon, m->t.day);

	if (!dt_in_calendar(m->t.year, m->t.mon) || !date_valid(d))
		return err_set(c->err, ERR_DATETIME_VALUE_OUT_OF_RANGE, -1,
			       "date out of range: \"%.*s\"", (int)s->n, s->p);
	out->type = T_DATE;
	out->v = d;
	return true;
}

static bool
make_timestamp(struct fcall *c, const struct fmt_moment *m, bool zoned,
	       struct jsonpath_datetime *out)
{
	const char *name = zoned ? "timestamptz" : "timestamp";

	if (zoned && !m->zoned)
		return missing_zone(c, name);
	if (!ts_from_civil(&m->t, zoned ? m->west : 0, &out->v))
		return type_out_of_range(c, name);
	out->v = ts_round(out->v, m->precision);
	out->type = zoned ? T_TIMESTAMPTZ : T_TIMESTAMP;
	out->west = m->west;
	return true;
}

static bool
make_time(struct fcall *c, const struct fmt_moment *m, bool zoned, struct jsonpath_datetime *out)
{
	if (zoned && !m->zoned)
		return missing_zone(c, "timetz");
	out->v = usec_round(dt_join_time(&m->t), m->precision);
	out->type = zoned ? T_TIMETZ : T_TIME;
	out->west = m->west;
	return true;
}

static bool
read_datetime(struct fcall *c, const struct json *s, const struct fmt *f,
	      struct jsonpath_datetime *out)
{
	unsigned parts = template_parts(f);
	struct fmt_moment m;

	/* An empty template takes any text. */
	if (!fmt_read_strict(c, s->p ? s->p : "", s->n, f->nodes[0].kind ? f : NULL, &m))
		return false;
	if (!(parts & (DATED | TIMED)))
		return err_set(c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			       "datetime format is not dated and not timed");
	if ((parts & DATED) && (parts & TIMED))
		return make_timestamp(c, &m, parts & ZONED, out);
	if (parts & TIMED)
		return make_time(c, &m, parts & ZONED, out);
	if (parts & ZONED)
		return err_set(c->err, ERR_INVALID_DATETIME_FORMAT, -1,
			       "datetime format is zoned but not timed");
	return make_date(c, s, &m, out);
}

/* The call without its cache, which is the path's, and with its own error. */
static struct fcall
inner_call(const struct fcall *c, struct err *e)
{
	struct fcall inner = *c;

	inner.cache = NULL;
	inner.cache_free = NULL;
	inner.err = e;
	return inner;
}

static bool
by_template(struct jsonpath_exec *x, const struct jsonpath_item *i, const struct json *v,
	    struct jsonpath_datetime *out)
{
	struct err e;
	struct fcall c = inner_call(x->c, &e);
	const struct fmt *f = fmt_get(&c, i->p, i->n);
	bool ok;

	if (!fmt_check_strict(x->c->err, f))
		return false;
	err_init(&e);
	c.err = x->throws ? x->c->err : &e;
	ok = read_datetime(&c, v, f, out);
	err_release(&e);
	return ok;
}

/* One of the forms of ISO 8601. */
static bool
by_itself(struct jsonpath_exec *x, const struct json *v, struct jsonpath_datetime *out)
{
	static const char *const days[] = {"", "yyyy-mm-dd ", "yyyy-mm-dd\"T\""},
				 *const times[] = {"HH24:MI:SS.US", "HH24:MI:SS"},
				 *const zones[] = {"TZH:TZM", "TZH", ""};
	enum { FORMS = COUNTOF(days) * COUNTOF(times) * COUNTOF(zones) };
	struct err e;
	struct fcall c = inner_call(x->c, &e);
	bool ok = false;

	for (int k = -1; k < (int)FORMS && !ok; k++) {
		const char *text = k < 0 ? "yyyy-mm-dd"
					 : arena_printf(c.arena, "%s%s%s", days[k / 6],
							times[k / 3 % 2], zones[k % 3]);

		err_init(&e);
		ok = read_datetime(&c, v, fmt_get(&c, text, strlen(text)), out);
		err_release(&e);
	}
	return ok;
}

enum jsonpath_result
jsonpath_datetime(struct jsonpath_exec *x, struct jsonpath_item *i, const struct json *v,
		  struct jsonpath_items *found)
{
	struct jsonpath_datetime *d = ARENA_NEW(x->c->arena, struct jsonpath_datetime);

	if (v->kind != JSON_STRING)
		return jsonpath_fail(x, ERR_INVALID_ARGUMENT_FOR_SQL_JSON_DATETIME_FUNCTION,
				     "jsonpath item method .%s() can only be applied to a string",
				     "datetime");
	d->item.kind = JSON_DATETIME;
	if (i->p && !by_template(x, i, v, d))
		return JSONPATH_ERROR;
	if (!i->p && !by_itself(x, v, d)) {
		jsonpath_fail(x, ERR_INVALID_ARGUMENT_FOR_SQL_JSON_DATETIME_FUNCTION,
			      "datetime format is not recognized: \"%.*s\"", (int)v->n,
			      v->p ? v->p : "");
		if (x->throws)
			err_hint(x->c->err, "Use a datetime template argument to specify the input "
					    "data format.");
		return JSONPATH_ERROR;
	}
	return jsonpath_next(x, i, &d->item, found);
}

/* ---- as a value ---- */

static const struct jsonpath_datetime *
datetime(const struct json *v)
{
	return (const struct jsonpath_datetime *)v;
}

const char *
jsonpath_datetime_type(const struct json *v)
{
	switch (datetime(v)->type) {
	case T_DATE:
		return "date";
	case T_TIME:
		return "time without time zone";
	case T_TIMETZ:
		return "time with time zone";
	case T_TIMESTAMP:
		return "timestamp without time zone";
	default:
		return "timestamp with time zone";
	}
}

static void
put_zone(struct buf *b, int32_t west)
{
	int east = -west, n = east < 0 ? -east : east;

	buf_printf(b, "%c%02d:%02d", east < 0 ? '-' : '+', n / 3600, n / 60 % 60);
}

/* Local time as ISO 8601 with a T; the zone stands before the era. */
static void
put_timestamp(struct buf *b, const struct jsonpath_datetime *d)
{
	bool zoned = d->type == T_TIMESTAMPTZ;
	struct buf text = BUF_INIT;
	const char *s, *space;
	size_t n;

	ts_text(&text, &type_env_canonical, zoned ? d->v - d->west * USEC_SEC : d->v);
	s = buf_str(&text);
	space = strchr(s, ' ');
	n = strcspn(space + 1, " ");
	buf_add(b, s, (size_t)(space - s));
	buf_putc(b, 'T');
	buf_add(b, space + 1, n);
	if (zoned)
		put_zone(b, d->west);
	buf_puts(b, space + 1 + n);
	buf_release(&text);
}

void
jsonpath_datetime_text(const struct json *v, struct buf *b)
{
	const struct jsonpath_datetime *d = datetime(v);

	switch (d->type) {
	case T_DATE:
		date_text(b, &type_env_canonical, (int32_t)d->v);
		break;
	case T_TIME:
	case T_TIMETZ:
		time_text(b, d->v);
		if (d->type == T_TIMETZ)
			put_zone(b, d->west);
		break;
	default:
		put_timestamp(b, d);
	}
}

/* ---- order ---- */

static int
order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static bool
may_use_zone(struct jsonpath_exec *x, const char *from, const char *to)
{
	if (x->use_tz)
		return true;
	err_set(x->c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
		"cannot convert value from %s to %s without time zone usage", from, to);
	return err_hint(x->c->err, "Use *_tz() function for time zone support.");
}

/* Dates beyond the last timestamp sort behind all. */
static bool
to_timestamp(const struct jsonpath_datetime *d, int64_t *t)
{
	struct err e;
	bool ok = true;

	err_init(&e);
	if (d->type == T_DATE)
		ok = date_to_ts((int32_t)d->v, t, &e);
	else
		*t = d->v;
	err_release(&e);
	return ok;
}

static bool
to_timestamptz(struct jsonpath_exec *x, const struct jsonpath_datetime *d, int64_t *t, bool *fits)
{
	struct err e;

	*fits = true;
	*t = d->v;
	if (d->type == T_TIMESTAMPTZ)
		return true;
	if (!may_use_zone(x, d->type == T_DATE ? "date" : "timestamp", "timestamptz"))
		return false;
	err_init(&e);
	*fits = d->type == T_DATE ? date_to_tstz((int32_t)d->v, call_zone(x->c), t, &e)
				  : ts_to_tstz(d->v, call_zone(x->c), t, &e);
	err_release(&e);
	return true;
}

static bool
to_timetz(struct jsonpath_exec *x, const struct jsonpath_datetime *d, struct timetz *t)
{
	struct civil today, clock = {0};

	*t = (struct timetz){d->v, d->west};
	if (d->type == T_TIMETZ)
		return true;
	if (!may_use_zone(x, "time", "timetz"))
		return false;
	tstz_to_civil(x->c->env ? x->c->env->types.txn_time : 0, call_zone(x->c), &today, NULL);
	dt_split_time(d->v, &clock);
	today.hour = clock.hour;
	today.min = clock.min;
	today.sec = clock.sec;
	t->zone = civil_zone(&today, call_zone(x->c));
	return true;
}

static bool
is_time(const struct jsonpath_datetime *d)
{
	return d->type == T_TIME || d->type == T_TIMETZ;
}

static bool
compare_times(struct jsonpath_exec *x, const struct jsonpath_datetime *a,
	      const struct jsonpath_datetime *b, int *order)
{
	struct timetz p, q;

	if (!to_timetz(x, a, &p) || !to_timetz(x, b, &q))
		return false;
	*order = timetz_compare(&p, &q);
	return true;
}

bool
jsonpath_datetime_compare(struct jsonpath_exec *x, const struct json *v, const struct json *w,
			  int *order)
{
	const struct jsonpath_datetime *a = datetime(v), *b = datetime(w);
	bool a_fits = true, b_fits = true;
	int64_t p = a->v, q = b->v;

	if (is_time(a) != is_time(b))
		return false;
	if (is_time(a) && !(a->type == T_TIME && b->type == T_TIME))
		return compare_times(x, a, b, order);
	if (a->type == T_TIMESTAMPTZ || b->type == T_TIMESTAMPTZ) {
		if (!to_timestamptz(x, a, &p, &a_fits) || !to_timestamptz(x, b, &q, &b_fits))
			return false;
	} else if (a->type != b->type) {
		a_fits = to_timestamp(a, &p);
		b_fits = to_timestamp(b, &q);
	}
	*order = a_fits && b_fits ? order_of(p, q) : a_fits ? -1 : 1;
	return true;
}
