/*
 * JSON as rows: json_each, json_array_elements, json_object_keys, with their _text and jsonb forms.
 */
#include "func/json_args.h"
#include "catalog/catalog.h"
#include "func/tables.h"

#include <stdarg.h>

struct scan {
	struct json j;
	int at;
	bool binary;
};

static bool
begin(struct fcall *c, const struct datum *d, bool binary, void **state)
{
	struct scan *s = ARENA_NEW(c->arena, struct scan);

	s->binary = binary;
	*state = s;
	return binary ? arg_jsonb(c, d, &s->j) : arg_json(c, d, &s->j);
}

static bool PRINTF(2, 3) refuse(struct fcall *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1, "%s", arena_vprintf(c->arena, fmt, ap));
	va_end(ap);
	return false;
}

/* A value as json, jsonb or text. */
static void
give(struct fcall *c, const struct scan *s, const struct json *j, bool as_text, struct datum *out)
{
	*out = datum_null();
	if (as_text && j->kind == JSON_NULL)
		return;
	if (as_text && j->kind == JSON_STRING)
		*out = datum_text(j->p, j->n);
	else if (s->binary)
		ret_jsonb_tree(c, j, out);
	else
		*out = datum_text(j->src, j->src_n);
}

static const char *
proc_name(const struct fcall *c, const char *fallback)
{
	return c->proc ? c->proc->name : fallback;
}

/* ---- each ---- */

static bool
json_each_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	const struct scan *s;

	if (!begin(c, &args[0], false, state))
		return false;
	s = *state;
	if (s->j.kind == JSON_ARRAY)
		return refuse(c, "cannot deconstruct an array as an object");
	return s->j.kind == JSON_OBJECT || refuse(c, "cannot deconstruct a scalar");
}

static bool
jsonb_each_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	if (!begin(c, &args[0], true, state))
		return false;
	return ((struct scan *)*state)->j.kind == JSON_OBJECT ||
	       refuse(c, "cannot call %s on a non-object", proc_name(c, "jsonb_each"));
}

static int
each(struct fcall *c, struct scan *s, bool as_text, struct datum *cols)
{
	const struct json *m;

	if (s->at == s->j.count)
		return 0;
	m = &s->j.items[s->at++];
	cols[0] = datum_text(m->key, m->key_n);
	give(c, s, m, as_text, &cols[1]);
	return 1;
}

static int
each_next(struct fcall *c, void *state, struct datum *cols)
{
	return each(c, state, false, cols);
}

static int
each_text_next(struct fcall *c, void *state, struct datum *cols)
{
	return each(c, state, true, cols);
}

/* ---- elements ---- */

static bool
json_elements_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	const struct scan *s;

	if (!begin(c, &args[0], false, state))
		return false;
	s = *state;
	return s->j.kind == JSON_ARRAY ||
	       refuse(c, "cannot call %s on a %s", proc_name(c, "json_array_elements"),
		      s->j.kind == JSON_OBJECT ? "non-array" : "scalar");
}

static bool
jsonb_elements_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	const struct scan *s;

	if (!begin(c, &args[0], true, state))
		return false;
	s = *state;
	return s->j.kind == JSON_ARRAY ||
	       refuse(c, "cannot extract elements from %s",
		      s->j.kind == JSON_OBJECT ? "an object" : "a scalar");
}

static int
elements(struct fcall *c, struct scan *s, bool as_text, struct datum *cols)
{
	if (s->at == s->j.count)
		return 0;
	give(c, s, &s->j.items[s->at++], as_text, cols);
	return 1;
}

static int
elements_next(struct fcall *c, void *state, struct datum *cols)
{
	return elements(c, state, false, cols);
}

static int
elements_text_next(struct fcall *c, void *state, struct datum *cols)
{
	return elements(c, state, true, cols);
}

/* ---- keys ---- */

static bool
keys_open(struct fcall *c, const struct datum *args, bool binary, void **state)
{
	const struct scan *s;

	if (!begin(c, &args[0], binary, state))
		return false;
	s = *state;
	return s->j.kind == JSON_OBJECT ||
	       refuse(c, "cannot call %s on %s", binary ? "jsonb_object_keys" : "json_object_keys",
		      s->j.kind == JSON_ARRAY ? "an array" : "a scalar");
}

static bool
json_keys_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	return keys_open(c, args, false, state);
}

static bool
jsonb_keys_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	return keys_open(c, args, true, state);
}

static int
keys_next(struct fcall *c UNUSED, void *state, struct datum *cols)
{
	struct scan *s = state;

	if (s->at == s->j.count)
		return 0;
	*cols = datum_text(s->j.items[s->at].key, s->j.items[s->at].key_n);
	s->at++;
	return 1;
}

/* The state lies in the call's arena. */
static void
all_in_arena(void *state UNUSED)
{
}

static const struct srf_ops json_each_ops = {json_each_open, each_next, all_in_arena, 2};
static const struct srf_ops json_each_text_ops = {json_each_open, each_text_next, all_in_arena, 2};
static const struct srf_ops jsonb_each_ops = {jsonb_each_open, each_next, all_in_arena, 2};
static const struct srf_ops jsonb_each_text_ops = {jsonb_each_open, each_text_next, all_in_arena,
						   2};
static const struct srf_ops json_elements_ops = {json_elements_open, elements_next, all_in_arena,
						 1};
static const struct srf_ops json_elements_text_ops = {json_elements_open, elements_text_next,
						      all_in_arena, 1};
static const struct srf_ops jsonb_elements_ops = {jsonb_elements_open, elements_next, all_in_arena,
						  1};
static const struct srf_ops jsonb_elements_text_ops = {jsonb_elements_open, elements_text_next,
						       all_in_arena, 1};
static const struct srf_ops json_keys_ops = {json_keys_open, keys_next, all_in_arena, 1};
static const struct srf_ops jsonb_keys_ops = {jsonb_keys_open, keys_next, all_in_arena, 1};

const struct func func_json_srf[] = {
	FUNC_SRF("json_each", &json_each_ops),
	FUNC_SRF("json_each_text", &json_each_text_ops),
	FUNC_SRF("jsonb_each", &jsonb_each_ops),
	FUNC_SRF("jsonb_each_text", &jsonb_each_text_ops),
	FUNC_SRF("json_array_elements", &json_elements_ops),
	FUNC_SRF("json_array_elements_text", &json_elements_text_ops),
	FUNC_SRF("jsonb_array_elements", &jsonb_elements_ops),
	FUNC_SRF("jsonb_array_elements_text", &jsonb_elements_text_ops),
	FUNC_SRF("json_object_keys", &json_keys_ops),
	FUNC_SRF("jsonb_object_keys", &jsonb_keys_ops),
	FUNC_END,
};
