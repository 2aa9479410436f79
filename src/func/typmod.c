/*
 * typmodin and typmodout of each type that takes modifiers, called by name. The function's name
 * says which type.
 */
#include "catalog/catalog.h"
#include "func/array_args.h"
#include "func/tables.h"

static const struct type *
type_of_name(const struct fcall *c, const char *suffix)
{
	const char *name = c->proc ? c->proc->name : "", *end = strstr(name, suffix);
	char type[64];

	if (!end || (size_t)(end - name) >= sizeof(type))
		return NULL;
	memcpy(type, name, (size_t)(end - name));
	type[end - name] = '\0';
	return type_builtin_by_name(type);
}

static bool
no_type(struct fcall *c)
{
	return err_set(c->err, ERR_INTERNAL_ERROR, -1, "type modifiers of an unknown type");
}

static bool
typmod_in(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *t = type_of_name(c, "typmodin");
	const char **texts;
	struct array v;
	int32_t typmod;

	if (!t || !t->typmodin)
		return no_type(c);
	if (!arg_texts(c, &args[0], &v))
		return false;
	if (v.ndim != 1)
		return err_set(c->err, ERR_ARRAY_SUBSCRIPT_ERROR, -1,
			       "typmod array must be one-dimensional");
	texts = ARENA_ARRAY(c->arena, const char *, v.n);
	for (int i = 0; i < v.n; i++) {
		if (!v.items[i].p)
			return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
				       "typmod array must not contain nulls");
		texts[i] = arena_strndup(c->arena, v.items[i].p, v.items[i].n);
	}
	if (!t->typmodin(c->err, -1, texts, v.n, &typmod))
		return false;
	*out = datum_int(typmod);
	return true;
}

static bool
typmod_out(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const struct type *t = type_of_name(c, "typmodout");
	struct buf b = BUF_INIT;
	int64_t typmod;

	if (!t || !t->typmodout)
		return no_type(c);
	if (!arg_int(c, &args[0], &typmod))
		return false;
	t->typmodout((int32_t)typmod, &b);
	return ret_buf(c, &b, out);
}

#define TYPMOD(type) FUNC(type "typmodin", typmod_in), FUNC(type "typmodout", typmod_out)

const struct func func_typmod[] = {
	TYPMOD("bit"),         TYPMOD("varbit"),   TYPMOD("bpchar"), TYPMOD("varchar"),
	TYPMOD("numeric"),     TYPMOD("time"),     TYPMOD("timetz"), TYPMOD("timestamp"),
	TYPMOD("timestamptz"), TYPMOD("interval"), FUNC_END,
};
