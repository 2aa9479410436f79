/*
 * Values of settings: reading one as PostgreSQL's configuration does, and printing it with its
 * unit.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/buf.h"
#include "session/session.h"

/* Units by family, largest first, each in the family's smallest: bytes, microseconds. */
struct unit {
	const char *name;
	double size;
};
static const struct unit memory_units[] = {
	{"TB", 1099511627776.0}, {"GB", 1073741824.0}, {"MB", 1048576.0},
	{"kB", 1024.0},          {"B", 1.0},           {NULL, 0},
};
static const struct unit time_units[] = {
	{"d", 86400e6}, {"h", 3600e6}, {"min", 60e6}, {"s", 1e6},
	{"ms", 1e3},    {"us", 1.0},   {NULL, 0},
};
static const char memory_hint[] =
	"Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".";
static const char time_hint[] =
	"Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".";

/* The family of a parameter's unit, and the unit's own size in it ("8kB" is a unit too). NULL: it
 * has none. */
static const struct unit *
family(const struct setting *def, double *size)
{
	const char *u = def->row->unit;
	double n;
	char *end;

	if (!u)
		return NULL;
	n = strtod(u, &end);
	if (end == u)
		n = 1;
	for (int f = 0; f < 2; f++) {
		const struct unit *list = f ? time_units : memory_units;
		for (const struct unit *x = list; x->name; x++)
			if (strcmp(x->name, end) == 0) {
				*size = n * x->size;
				return list;
			}
	}
	return NULL;
}

bool setting_bool(const char *value, bool *out);

/* on, off, true, false, yes, no and their unambiguous beginnings; 1, 0. */
bool
setting_bool(const char *value, bool *out)
{
	static const struct {
		const char *word;
		size_t min;
		bool v;
	} words[] = {{"true", 1, true}, {"false", 1, false}, {"yes", 1, true}, {"no", 1, false},
		     {"on", 2, true},   {"off", 2, false},   {"1", 1, true},   {"0", 1, false}};
	size_t n = strlen(value);

	for (size_t i = 0; i < COUNTOF(words); i++)
		if (n >= words[i].min && n <= strlen(words[i].word) &&
		    strncasecmp(value, words[i].word, n) == 0) {
			*out = words[i].v;
			return true;
		}
	return false;
}

static const char *
parse_bool(struct setting_check *c)
{
	bool v;

	if (setting_bool(c->value, &v))
		return v ? "on" : "off";
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		"parameter \"%s\" requires a Boolean value", c->name);
	return NULL;
}

/* A number and perhaps a unit, as a number of the parameter's own units. False: not one; *hint may
 * say why. */
static bool
number(const struct setting *def, const char *text, double *out, const char **hint)
{
	const struct unit *units;
	double own = 1;
	char *end;
	long long whole;

	errno = 0;
	whole = strtoll(text, &end, 0);
	*out = (double)whole;
	if (*end == '.' || *end == 'e' || *end == 'E' || errno) {
		errno = 0;
		*out = strtod(text, &end);
	}
	if (end == text || errno == ERANGE || isnan(*out))
		return false;
	while (isspace((unsigned char)*end))
		end++;
	units = family(def, &own);
	if (*end && units) {
		size_t n = strcspn(end, " \t\n\r\f\v");
		const char *rest = end + n;
		const struct unit *u = units;
		while (u->name && (strlen(u->name) != n || strncmp(u->name, end, n) != 0))
			u++;
		while (isspace((unsigned char)*rest))
			rest++;
		*hint = units == time_units ? time_hint : memory_hint;
		if (!u->name || *rest)
			return false;
		*out = *out * u->size / own;
		return true;
	}
	return *end == '\0';
}

static const char *
refuse(struct setting_check *c)
{
	if (err_is_set(c->err))
		return NULL;
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		"invalid value for parameter \"%s\": \"%s\"", c->name, c->value);
	if (c->detail)
		err_detail(c->err, "%s", c->detail);
	if (c->hint)
		err_hint(c->err, "%s", c->hint);
	return NULL;
}

static const char *
parse_int(struct setting_check *c, const struct setting *def)
{
	double v, min = strtod(def->row->min_val ? def->row->min_val : "-2147483648", NULL);
	double max = strtod(def->row->max_val ? def->row->max_val : "2147483647", NULL);
	const char *unit = def->row->unit;

	if (!number(def, c->value, &v, &c->hint))
		return refuse(c);
	v = rint(v);
	if (v > 2147483647.0 || v < -2147483648.0) {
		c->hint = "Value exceeds integer range.";
		return refuse(c);
	}
	if (v < min || v > max) {
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"%.0f%s%s is outside the valid range for parameter \"%s\" (%.0f .. %.0f)",
			v, unit ? " " : "", unit ? unit : "", c->name, min, max);
		return NULL;
	}
	return arena_printf(c->arena, "%.0f", v + 0.0);
}

static const char *
parse_real(struct setting_check *c, const struct setting *def)
{
	double v, min = strtod(def->row->min_val ? def->row->min_val : "-1.7976931348623157e308",
			       NULL);
	double max = strtod(def->row->max_val ? def->row->max_val : "1.7976931348623157e308", NULL);
	const char *unit = def->row->unit;

	if (!number(def, c->value, &v, &c->hint))
		return refuse(c);
	if (v < min || v > max) {
		err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			"%g%s%s is outside the valid range for parameter \"%s\" (%g .. %g)", v,
			unit ? " " : "", unit ? unit : "", c->name, min, max);
		return NULL;
	}
	return arena_printf(c->arena, "%g", v);
}

/* Walks the array literal of enumvals: "{a,b,\"c d\"}". */
static bool
next_word(const char **p, char *word, size_t size)
{
	size_t n = 0;
	bool quoted;

	while (**p == '{' || **p == ',')
		(*p)++;
	if (**p == '}' || **p == '\0')
		return false;
	quoted = **p == '"';
	if (quoted)
		(*p)++;
	while (**p && (quoted ? **p != '"' : **p != ',' && **p != '}')) {
		if (n + 1 < size)
			word[n++] = **p;
		(*p)++;
	}
	if (quoted && **p)
		(*p)++;
	word[n] = '\0';
	return true;
}

/* Spellings that PostgreSQL accepts and does not show. */
static const char *
enum_alias(const struct setting *def, const char *value)
{
	static const char *const switches[] = {"synchronous_commit",  "constraint_exclusion",
					       "backslash_quote",     "huge_pages",
					       "force_parallel_mode", "compute_query_id",
					       "wal_compression",     "recovery_prefetch"};
	bool v;

	for (size_t i = 0; i < COUNTOF(switches); i++)
		if (strcmp(def->row->name, switches[i]) == 0 && setting_bool(value, &v))
			return v ? "on" : "off";
	if (strcasecmp(value, "debug") == 0 && strstr(def->row->name, "_messages"))
		return "debug2";
	return value;
}

static const char *
parse_enum(struct setting_check *c, const struct setting *def)
{
	const char *p = def->row->enumvals ? def->row->enumvals : "{}",
		   *value = enum_alias(def, c->value);
	struct buf b = BUF_INIT;
	char word[64];

	buf_puts(&b, "Available values: ");
	for (int i = 0; next_word(&p, word, sizeof(word)); i++) {
		if (strcasecmp(word, value) == 0) {
			buf_release(&b);
			return arena_strdup(c->arena, word);
		}
		buf_printf(&b, "%s%s", i ? ", " : "", word);
	}
	buf_putc(&b, '.');
	c->hint = buf_dup(&b, c->arena);
	buf_release(&b);
	return refuse(c);
}

const char *
setting_parse(const struct setting *def, const char *name, struct session *s, struct arena *a,
	      const char *value, struct err *err)
{
	struct setting_check c = {
		.arena = a, .session = s, .name = name, .value = value, .err = err};
	const char *v = value;

	switch (def->type) {
	case SETTING_BOOL:
		v = parse_bool(&c);
		break;
	case SETTING_INT:
		v = parse_int(&c, def);
		break;
	case SETTING_REAL:
		v = parse_real(&c, def);
		break;
	case SETTING_ENUM:
		v = *value || !def->row->boot_val || *def->row->boot_val ? parse_enum(&c, def) : "";
		break;
	case SETTING_STRING:
		break;
	}
	if (!v || !def->hook || !def->hook->check)
		return v;
	c.name = def->row->name;
	c.value = v;
	c.hint = NULL;
	return def->hook->check(&c) ? c.value : (c.value = v, refuse(&c));
}

/* The largest unit that divides an integer's value exactly. */
static const char *
with_unit(struct arena *a, const struct unit *units, double own, const char *value)
{
	double v = strtod(value, NULL) * own;

	if (v <= 0)
		return value;
	for (; units->name; units++)
		if (units->size >= 1 && fmod(v, units->size) == 0)
			return arena_printf(a, "%.0f%s", v / units->size, units->name);
	return value;
}

const char *
setting_format(const struct setting *def, struct arena *a, const char *value)
{
	double own;
	const struct unit *units = family(def, &own);

	if (strcmp(def->row->name, "unix_socket_permissions") == 0 ||
	    strcmp(def->row->name, "log_file_mode") == 0 ||
	    strcmp(def->row->name, "data_directory_mode") == 0)
		return arena_printf(a, "%04lo", (unsigned long)strtoul(value, NULL, 10));
	if (units && def->type == SETTING_INT)
		return with_unit(a, units, own, value);
	if (units && def->type == SETTING_REAL && strtod(value, NULL) > 0)
		return with_unit(a, units, own, value);
	return value;
}
