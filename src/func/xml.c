/*
 * What makes and tests xml: the bodies of XMLELEMENT and its kin, xmlcomment, xmlagg,
 * xml_is_well_formed. The forms of SQL's syntax have bodies that sql/emit_xml.c calls by key.
 */
#include "func/array_args.h"
#include "func/tables.h"
#include "func/xml_args.h"

/* ---- declarations of what is put together ---- */

/* A run of values joined so far. */
struct joined {
	struct buf body;
	const char *version; /* NULL: none that all of them have */
	size_t version_n;
	int standalone;
	int n;
};

static bool
same_version(const struct joined *j, const struct xml_decl *d)
{
	return j->version && d->version && j->version_n == d->version_n &&
	       memcmp(j->version, d->version, d->version_n) == 0;
}

/* s stays where it is as long as j. A value whose declaration cannot be read counts as empty. */
static void
join(struct joined *j, const char *s, size_t n)
{
	struct xml_decl d;

	if (xml_decl_read(s, &d) != XML_ERR_OK)
		n = 0;
	if (j->n++ == 0) {
		j->version = d.version;
		j->version_n = d.version_n;
		j->standalone = d.standalone < 0 ? -1 : d.standalone;
	} else {
		if (!same_version(j, &d))
			j->version = NULL;
		if (d.standalone < 0 || j->standalone < 0)
			j->standalone = -1;
		else if (d.standalone == 0)
			j->standalone = 0;
	}
	buf_add(&j->body, s + MIN(d.len, n), n - MIN(d.len, n));
}

static void
print_joined(const struct joined *j, struct buf *b)
{
	if (j->version || j->standalone >= 0)
		xml_decl_print(j->version, j->version_n, NULL, j->standalone, b);
	buf_add(b, j->body.data ? j->body.data : "", j->body.len);
}

/* xml_concat(xml, …): NULL when all are. */
static bool
concat(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct joined j = {0};
	struct buf b = BUF_INIT;

	for (int i = 0; i < nargs; i++) {
		size_t n;

		if (!arg_null(&args[i])) {
			const char *s = xml_text(c, &args[i], &n);

			join(&j, s, n);
		}
	}
	if (j.n) {
		print_joined(&j, &b);
		ret_xml(c, &b, out);
	}
	buf_release(&j.body);
	return true;
}

/* ---- XMLAGG ---- */

/* After two values the declaration is what a concatenation of two would have, read again. */
struct agg_state {
	struct joined j;
	char *version;
};

static bool
agg_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct agg_state *s = a->state;
	size_t n;
	const char *text;

	if (arg_null(&args[0]))
		return true;
	text = xml_text(&a->call, &args[0], &n);
	if (s->j.n == 0) {
		struct xml_decl d;

		/* Alone it comes back as it was. */
		if (xml_decl_read(text, &d) == XML_ERR_OK && d.version) {
			s->version = xmalloc(d.version_n + 1);
			memcpy(s->version, d.version, d.version_n);
		}
		s->j = (struct joined){.version = s->version,
				       .version_n = d.version_n,
				       .standalone = d.standalone,
				       .n = 1};
		buf_add(&s->j.body, text, n);
		return true;
	}
	if (s->j.n == 1) {
		struct xml_decl d;
		size_t skip;

		skip = xml_decl_read(buf_str(&s->j.body), &d) == XML_ERR_OK ? d.len : s->j.body.len;
		memmove(s->j.body.data, s->j.body.data + skip, s->j.body.len - skip);
		s->j.body.len -= skip;
	}
	join(&s->j, text, n);
	if (s->j.version && s->j.version_n == 3 && memcmp(s->j.version, "1.0", 3) == 0 &&
	    s->j.standalone < 0)
		s->j.version = NULL;
	else if (!s->j.version && s->j.standalone >= 0) {
		s->j.version = "1.0";
		s->j.version_n = 3;
	}
	return true;
}

static bool
agg_final(struct agg_call *a, struct datum *out)
{
	const struct agg_state *s = a->state;
	struct buf b = BUF_INIT;

	*out = datum_null();
	if (!s->j.n)
		return true;
	if (s->j.n == 1)
		buf_add(&b, s->j.body.data ? s->j.body.data : "", s->j.body.len);
	else
		print_joined(&s->j, &b);
	return ret_xml(&a->call, &b, out);
}

static void
agg_release(void *state)
{
	struct agg_state *s = state;

	buf_release(&s->j.body);
	free(s->version);
}

static const struct agg_ops xmlagg_ops = {
	.size = sizeof(struct agg_state),
	.step = agg_step,
	.final = agg_final,
	.release = agg_release,
};

/* ---- comments, elements, processing instructions ---- */

static bool
comment(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	size_t n;
	const char *s = arg_text(c, &args[0], &n);

	if (memmem(s, n, "--", 2) || (n && s[n - 1] == '-'))
		return err_set(c->err, ERR_INVALID_XML_COMMENT, -1, "invalid XML comment");
	buf_puts(&b, "<!--");
	buf_add(&b, s, n);
	buf_puts(&b, "-->");
	return ret_xml(c, &b, out);
}

/* The names that emit has put in front of the values. */
static bool
read_names(struct fcall *c, const struct datum *args, int nargs, struct array *names)
{
	return arg_texts(c, &args[0], names) &&
	       (names->n == nargs - 1 ||
		err_set(c->err, ERR_INTERNAL_ERROR, -1, "names and values do not match"));
}

/* xml_attributes(names, value, …): a text to stand behind an element's name. */
static bool
attributes(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT, value = BUF_INIT;
	struct array names;
	bool ok = read_names(c, args, nargs, &names);

	for (int i = 1; ok && i < nargs; i++) {
		const struct array_item *name = &names.items[i - 1];

		if (arg_null(&args[i]))
			continue;
		buf_clear(&value);
		ok = xml_value(c, c->types->args[i], c->types->typmods[i], &args[i], false, &value);
		buf_printf(&b, " %.*s=\"", (int)name->n, name->p);
		xml_escape_attribute(value.data ? value.data : "", value.len, &b);
		buf_putc(&b, '"');
	}
	buf_release(&value);
	if (ok)
		return ret_xml(c, &b, out);
	buf_release(&b);
	return false;
}

/* xml_content(value, …): as content of an element, one after the other; NULL when all are. */
static bool
content(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT;
	bool any = false;

	for (int i = 0; i < nargs; i++) {
		if (arg_null(&args[i]))
			continue;
		any = true;
		if (!xml_value(c, c->types->args[i], c->types->typmods[i], &args[i], true, &b)) {
			buf_release(&b);
			return false;
		}
	}
	return !any || ret_xml(c, &b, out);
}

/* xml_element(name, attributes, content) */
static bool
element(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	size_t n, len;
	const char *name = arg_text(c, &args[0], &n), *s;

	buf_printf(&b, "<%.*s", (int)n, name);
	if (!arg_null(&args[1])) {
		s = arg_text(c, &args[1], &len);
		buf_add(&b, s, len);
	}
	if (arg_null(&args[2])) {
		buf_puts(&b, "/>");
		return ret_xml(c, &b, out);
	}
	s = arg_text(c, &args[2], &len);
	buf_putc(&b, '>');
	buf_add(&b, s, len);
	buf_printf(&b, "</%.*s>", (int)n, name);
	return ret_xml(c, &b, out);
}

/* xml_forest(names, value, …): NULL when all values are. */
static bool
forest(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct array names;
	bool ok = read_names(c, args, nargs, &names), any = false;

	for (int i = 1; ok && i < nargs; i++) {
		const struct array_item *name = &names.items[i - 1];

		if (arg_null(&args[i]))
			continue;
		any = true;
		buf_printf(&b, "<%.*s>", (int)name->n, name->p);
		ok = xml_value(c, c->types->args[i], c->types->typmods[i], &args[i], true, &b);
		buf_printf(&b, "</%.*s>", (int)name->n, name->p);
	}
	if (ok && any)
		return ret_xml(c, &b, out);
	buf_release(&b);
	return ok;
}

/* xml_pi(name, text): given is whether the syntax has a text. */
static bool
pi(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct buf b = BUF_INIT;
	size_t n, len = 0;
	const char *name = xml_text(c, &args[0], &n), *s = NULL;

	if (strcasecmp(name, "xml") == 0) {
		err_set(c->err, ERR_SYNTAX_ERROR, -1, "invalid XML processing instruction");
		return err_detail(c->err,
				  "XML processing instruction target name cannot be \"%s\".", name);
	}
	if (nargs > 1 && arg_null(&args[1]))
		return true;
	buf_printf(&b, "<?%s", name);
	if (nargs > 1) {
		s = xml_text(c, &args[1], &len);
		if (strstr(s, "?>")) {
			buf_release(&b);
			err_set(c->err, ERR_INVALID_XML_PROCESSING_INSTRUCTION, -1,
				"invalid XML processing instruction");
			return err_detail(c->err,
					  "XML processing instruction cannot contain \"?>\".");
		}
		buf_putc(&b, ' ');
		buf_puts(&b, s + strspn(s, " "));
	}
	buf_puts(&b, "?>");
	return ret_xml(c, &b, out);
}

/* xml_root(xml, version, standalone): y, n, - or nothing */
static bool
root(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;
	struct xml_decl d;
	size_t n, skip = 0, version_n = 0;
	const char *s, *version = NULL;
	int64_t standalone = 3;

	if (arg_null(&args[0]))
		return true;
	s = xml_text(c, &args[0], &n);
	if (!arg_null(&args[1]))
		version = arg_text(c, &args[1], &version_n);
	if (!arg_null(&args[2]) && !arg_int(c, &args[2], &standalone))
		return false;
	skip = xml_decl_read(s, &d) == XML_ERR_OK ? d.len : n;
	if (standalone < 3)
		d.standalone = standalone == 0 ? 1 : standalone == 1 ? 0 : -1;
	xml_decl_print(version, version_n, NULL, d.standalone, &b);
	buf_add(&b, s + skip, n - skip);
	return ret_xml(c, &b, out);
}

/* ---- checks ---- */

/* Does it pass? Errors are none. */
static bool
well_formed(struct fcall *c, const struct datum *d, bool document)
{
	struct err err;
	size_t n;
	const char *s = xml_text(c, d, &n);
	bool ok;

	err_init(&err);
	ok = xml_check(&err, c->env ? &c->env->types : NULL, s, n, document);
	err_release(&err);
	return ok;
}

static bool
check(struct fcall *c, const struct datum *d, bool document)
{
	size_t n;
	const char *s = xml_text(c, d, &n);

	return xml_check(c->err, c->env ? &c->env->types : NULL, s, n, document);
}

static bool
session_document(const struct fcall *c)
{
	return c->env && c->env->types.xml_document;
}

static bool
is_well_formed(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	*out = datum_int(well_formed(c, &args[0], session_document(c)));
	return true;
}

static bool
is_well_formed_document(struct fcall *c, const struct datum *args, int nargs UNUSED,
			struct datum *out)
{
	*out = datum_int(well_formed(c, &args[0], true));
	return true;
}

static bool
is_well_formed_content(struct fcall *c, const struct datum *args, int nargs UNUSED,
		       struct datum *out)
{
	*out = datum_int(well_formed(c, &args[0], false));
	return true;
}

/* IS DOCUMENT */
static bool
is_document(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	if (!arg_null(&args[0]))
		*out = datum_int(well_formed(c, &args[0], true));
	return true;
}

/* xml(text), which also casts char(n), blanks and all. */
static bool
from_text(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct buf b = BUF_INIT;

	*out = args[0];
	if (c->types && c->types->args[0]->oid == T_BPCHAR) {
		if (!value_out(c, c->types->args[0], c->types->typmods[0], &args[0], &b))
			return false;
		ret_xml(c, &b, out);
	}
	return check(c, out, session_document(c));
}

/* xml_parse(text, document) */
static bool
parse(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	if (arg_null(&args[0]))
		return true;
	*out = args[0];
	return check(c, &args[0], args[1].i != 0);
}

/* xml_serialize(xml, document) */
static bool
serialize(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	if (arg_null(&args[0]))
		return true;
	*out = args[0];
	return !args[1].i || well_formed(c, &args[0], true) ||
	       err_set(c->err, ERR_NOT_AN_XML_DOCUMENT, -1, "not an XML document");
}

static bool
validate(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
	 struct datum *out UNUSED)
{
	return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "xmlvalidate is not implemented");
}

const struct func func_xml[] = {
	FUNC("xml_concat", concat),
	FUNC("xmlconcat2", concat),
	FUNC_AGG("xmlagg(xml)", &xmlagg_ops),
	FUNC("xmlcomment", comment),
	FUNC_T("xml_attributes", attributes),
	FUNC_T("xml_content", content),
	FUNC("xml_element", element),
	FUNC_T("xml_forest", forest),
	FUNC("xml_pi", pi),
	FUNC("xml_root", root),
	FUNC("xml_is_well_formed", is_well_formed),
	FUNC("xml_is_well_formed_document", is_well_formed_document),
	FUNC("xml_is_well_formed_content", is_well_formed_content),
	FUNC("xml_is_document", is_document),
	FUNC_T("texttoxml", from_text),
	FUNC_NATIVE("xmltotext", "$1"),
	FUNC("xml_parse", parse),
	FUNC("xml_serialize", serialize),
	FUNC("xmlvalidate", validate),
	FUNC_END,
};
