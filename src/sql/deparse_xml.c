/*
 * deparse_xml: XMLELEMENT and its kin, XMLTABLE.
 */
#include "func/xml_args.h"
#include "sql/deparse.h"

/* An XML name as the identifier that it was made from. */
static void
put_name(struct deparse *d, const char *name)
{
	struct buf b = BUF_INIT;

	xml_name_to_identifier(name, &b);
	deparse_ident(d, buf_str(&b));
	buf_release(&b);
}

static bool
put_named(struct deparse *d, const struct expr *e)
{
	bool attributes = e->xml.op != XML_KIND_FOREST;

	if (e->xml.nnamed && attributes)
		buf_puts(d->b, ", XMLATTRIBUTES(");
	for (int i = 0; i < e->xml.nnamed; i++) {
		buf_puts(d->b, i ? ", " : "");
		if (!deparse_put(d, e->xml.named[i], true))
			return false;
		buf_puts(d->b, " AS ");
		put_name(d, e->xml.names[i]);
	}
	if (e->xml.nnamed && attributes)
		buf_putc(d->b, ')');
	return true;
}

static bool
is_null(const struct expr *e)
{
	return e->kind == EX_CONST && e->con.value.class == DATUM_NULL;
}

static bool
put_root(struct deparse *d, const struct expr *e)
{
	static const char *const standalone[] = {", STANDALONE YES", ", STANDALONE NO",
						 ", STANDALONE NO VALUE", ""};

	if (!deparse_put(d, e->xml.args[0], true))
		return false;
	buf_puts(d->b, ", VERSION ");
	if (is_null(e->xml.args[1]))
		buf_puts(d->b, "NO VALUE");
	else if (!deparse_put(d, e->xml.args[1], false))
		return false;
	buf_puts(d->b, standalone[e->xml.standalone & 3]);
	return true;
}

static bool
put_args(struct deparse *d, const struct expr *e)
{
	if (e->xml.op == XML_KIND_ROOT)
		return put_root(d, e);
	for (int i = 0; i < e->xml.nargs; i++) {
		buf_puts(d->b, i || e->xml.name ? ", " : "");
		if (!deparse_put(d, e->xml.args[i], true))
			return false;
	}
	if (e->xml.op == XML_KIND_PARSE)
		buf_puts(d->b, e->xml.preserve ? " PRESERVE WHITESPACE" : " STRIP WHITESPACE");
	return true;
}

/* The call without its closing parenthesis. */
static bool
put_call(struct deparse *d, const struct expr *e)
{
	static const char *const words[] = {
		[XML_KIND_CONCAT] = "XMLCONCAT",
		[XML_KIND_ELEMENT] = "XMLELEMENT",
		[XML_KIND_FOREST] = "XMLFOREST",
		[XML_KIND_PARSE] = "XMLPARSE",
		[XML_KIND_PI] = "XMLPI",
		[XML_KIND_ROOT] = "XMLROOT",
		[XML_KIND_SERIALIZE] = "XMLSERIALIZE",
		[XML_KIND_IS_DOCUMENT] = "",
	};

	buf_printf(d->b, "%s(", words[e->xml.op]);
	if (e->xml.op == XML_KIND_PARSE || e->xml.op == XML_KIND_SERIALIZE)
		buf_puts(d->b, e->xml.document ? "DOCUMENT " : "CONTENT ");
	if (e->xml.name) {
		buf_puts(d->b, "NAME ");
		put_name(d, e->xml.name);
	}
	return put_named(d, e) && put_args(d, e);
}

bool
deparse_xml(struct deparse *d, const struct expr *e)
{
	if (e->xml.op == XML_KIND_IS_DOCUMENT) {
		buf_puts(d->b, d->pretty ? "" : "(");
		if (!deparse_operand(d, e->xml.args[0], false, e))
			return false;
		buf_puts(d->b, d->pretty ? " IS DOCUMENT" : " IS DOCUMENT)");
		return true;
	}
	if (!put_call(d, e))
		return false;
	if (e->xml.op == XML_KIND_SERIALIZE) {
		buf_puts(d->b, " AS ");
		if (!deparse_type(d, e->xml.as, e->xml.as_typmod))
			return false;
	}
	buf_putc(d->b, ')');
	return true;
}

/* ---- XMLTABLE ---- */

static bool
put_namespaces(struct deparse *d, const struct xmltable *x)
{
	if (!x->nnamespaces)
		return true;
	buf_puts(d->b, "XMLNAMESPACES (");
	for (int i = 0; i < x->nnamespaces; i++) {
		buf_puts(d->b, i ? ", " : "");
		buf_puts(d->b, x->prefixes[i] ? "" : "DEFAULT ");
		if (!deparse_put(d, x->uris[i], true))
			return false;
		if (x->prefixes[i])
			buf_printf(d->b, " AS %s", x->prefixes[i]);
	}
	buf_puts(d->b, "), ");
	return true;
}

static bool
put_part(struct deparse *d, const char *before, const struct expr *e)
{
	buf_puts(d->b, before);
	if (!deparse_put(d, e, true))
		return false;
	buf_putc(d->b, ')');
	return true;
}

static bool
put_column(struct deparse *d, const struct xmltable_column *c)
{
	deparse_ident(d, c->name);
	buf_putc(d->b, ' ');
	if (c->ordinality) {
		buf_puts(d->b, "FOR ORDINALITY");
		return true;
	}
	if (!deparse_type(d, c->type, c->typmod) ||
	    (c->def && !put_part(d, " DEFAULT (", c->def)) ||
	    (c->path && !put_part(d, " PATH (", c->path)))
		return false;
	buf_puts(d->b, c->not_null ? " NOT NULL" : "");
	return true;
}

bool
deparse_xmltable(struct deparse *d, const struct xmltable *x)
{
	buf_puts(d->b, "XMLTABLE(");
	if (!put_namespaces(d, x) || !put_part(d, "(", x->rows) ||
	    !put_part(d, " PASSING (", x->document))
		return false;
	for (int i = 0; i < x->ncols; i++) {
		buf_puts(d->b, i ? ", " : " COLUMNS ");
		if (!put_column(d, &x->cols[i]))
			return false;
	}
	buf_putc(d->b, ')');
	return true;
}
