/*
 * Pseudo-types. void has one value, stored as the empty text; the others accept and display
 * nothing.
 */
#include "types/families.h"
#include "types/read.h"

static bool
void_in(struct type_ctx *c UNUSED, const struct type *t UNUSED, const char *s UNUSED,
	size_t n UNUSED, int32_t typmod UNUSED, struct datum *out)
{
	*out = datum_text("", 0);
	return true;
}

static bool
void_out(struct type_ctx *c UNUSED, const struct type *t UNUSED, const struct datum *d UNUSED,
	 int32_t typmod UNUSED, struct buf *b UNUSED)
{
	return true;
}

static bool
void_recv(struct type_ctx *c, const struct type *t, const void *p UNUSED, size_t n UNUSED,
	  int32_t typmod, struct datum *out)
{
	return void_in(c, t, "", 0, typmod, out);
}

static bool
no_in(struct type_ctx *c, const struct type *t, const char *s UNUSED, size_t n UNUSED,
      int32_t typmod UNUSED, struct datum *out UNUSED)
{
	return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "cannot accept a value of type %s",
		       t->name);
}

static bool
no_recv(struct type_ctx *c, const struct type *t, const void *p UNUSED, size_t n UNUSED,
	int32_t typmod UNUSED, struct datum *out UNUSED)
{
	return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "cannot accept a value of type %s",
		       t->name);
}

static bool
no_out(struct type_ctx *c, const struct type *t, const struct datum *d UNUSED,
       int32_t typmod UNUSED, struct buf *b UNUSED)
{
	return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "cannot display a value of type %s",
		       t->name);
}

#define NONE(o)                                                                                    \
	{                                                                                          \
		.oid = o, .stored = DATUM_TEXT, .decl = "TEXT", .in = no_in, .out = no_out,        \
		.recv = no_recv, .send = no_out                                                    \
	}

const struct type types_pseudo[] = {
	{.oid = T_VOID,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = void_in,
	 .out = void_out,
	 .recv = void_recv,
	 .send = void_out},
	NONE(T_ANY),
	NONE(T_ANYARRAY),
	NONE(T_ANYELEMENT),
	NONE(T_ANYNONARRAY),
	NONE(T_ANYENUM),
	NONE(T_ANYRANGE),
	NONE(T_ANYMULTIRANGE),
	NONE(T_ANYCOMPATIBLE),
	NONE(T_ANYCOMPATIBLEARRAY),
	NONE(T_ANYCOMPATIBLENONARRAY),
	NONE(T_ANYCOMPATIBLERANGE),
	NONE(T_ANYCOMPATIBLEMULTIRANGE),
	NONE(T_TRIGGER),
	NONE(T_INTERNAL),
	{0},
};
