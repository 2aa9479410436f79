/*
 * emit_xml: EX_XML as calls of the bodies in func/xml.c. A call takes so many arguments only: more
 * values come as several calls, whose results are put together.
 */
#include "sql/analyze_expr.h"
#include "sql/emit.h"

enum { PIECE = 100 };

static struct expr *
truth(struct emit *em, bool value)
{
	return expr_const(em->as, T_BOOL, -1, datum_int(value), -1);
}

static int
put_null(struct emit *em)
{
	buf_puts(em->b, "NULL");
	return P_ATOM;
}

/* key(value, …), in pieces that the same key or another joins. */
static int
put_values(struct emit *em, const char *key, const char *joiner, struct expr *const *v, int n)
{
	if (n <= PIECE)
		return emit_key(em, key, T_XML, v, n);
	if (!emit_key_open(em, joiner, T_XML, (oid_t[]){T_XML, T_XML}, (int32_t[]){-1, -1}, 2))
		return -1;
	if (put_values(em, key, joiner, v, n / 2) < 0)
		return -1;
	buf_puts(em->b, ", ");
	if (put_values(em, key, joiner, v + n / 2, n - n / 2) < 0)
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

/* key(names, value, …) */
static int
put_named(struct emit *em, const char *key, const struct expr *e, int from, int n)
{
	struct expr **args = ARENA_ARRAY(em->as->arena, struct expr *, n + 1);

	args[0] = expr_text_array(em->as, e->xml.names + from, n);
	memcpy(args + 1, e->xml.named + from, sizeof(*args) * (size_t)n);
	return emit_key(em, key, T_XML, args, n + 1);
}

static int
put_attributes(struct emit *em, const struct expr *e)
{
	if (!e->xml.nnamed)
		return put_null(em);
	for (int i = 0; i < e->xml.nnamed; i += PIECE) {
		buf_puts(em->b, i ? " || " : "");
		if (put_named(em, "xml_attributes", e, i, MIN(PIECE, e->xml.nnamed - i)) < 0)
			return -1;
	}
	return P_CAT;
}

static int
put_element(struct emit *em, const struct expr *e)
{
	if (!emit_key_open(em, "xml_element", T_XML, NULL, NULL, 0))
		return -1;
	emit_text(em, e->xml.name, strlen(e->xml.name));
	buf_puts(em->b, ", ");
	if (put_attributes(em, e) < 0)
		return -1;
	buf_puts(em->b, ", ");
	if ((e->xml.nargs ? put_values(em, "xml_content", "xml_content", e->xml.args, e->xml.nargs)
			  : put_null(em)) < 0)
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

static int
put_forest(struct emit *em, const struct expr *e, int from, int n)
{
	if (n <= PIECE)
		return put_named(em, "xml_forest", e, from, n);
	if (!emit_key_open(em, "xml_content", T_XML, (oid_t[]){T_XML, T_XML}, (int32_t[]){-1, -1},
			   2) ||
	    put_forest(em, e, from, n / 2) < 0)
		return -1;
	buf_puts(em->b, ", ");
	if (put_forest(em, e, from + n / 2, n - n / 2) < 0)
		return -1;
	buf_putc(em->b, ')');
	return P_ATOM;
}

static int
put_with(struct emit *em, const char *key, const struct expr *e, struct expr *option)
{
	struct expr *args[4];
	int n = 0;

	if (e->xml.op == XML_KIND_PI)
		args[n++] = expr_text(em->as, e->xml.name, -1);
	for (int i = 0; i < e->xml.nargs && n < 3; i++)
		args[n++] = e->xml.args[i];
	if (option)
		args[n++] = option;
	return emit_key(em, key, e->type, args, n);
}

int
emit_xml(struct emit *em, const struct expr *e)
{
	switch (e->xml.op) {
	case XML_KIND_CONCAT:
		return put_values(em, "xml_concat", "xml_concat", e->xml.args, e->xml.nargs);
	case XML_KIND_ELEMENT:
		return put_element(em, e);
	case XML_KIND_FOREST:
		return put_forest(em, e, 0, e->xml.nnamed);
	case XML_KIND_PARSE:
		return put_with(em, "xml_parse", e, truth(em, e->xml.document));
	case XML_KIND_PI:
		return put_with(em, "xml_pi", e, NULL);
	case XML_KIND_ROOT:
		return put_with(em, "xml_root", e,
				expr_int4(em->as, (int32_t)e->xml.standalone, -1));
	case XML_KIND_SERIALIZE:
		return put_with(em, "xml_serialize", e, truth(em, e->xml.document));
	case XML_KIND_IS_DOCUMENT:
		return put_with(em, "xml_is_document", e, NULL);
	}
	return -1;
}
