/*
 * The conversions of xml, and what they check.
 */
#include "types/xml.h"

#include <libxml/parser.h>

#include "base/encoding.h"
#include "base/utf8.h"
#include "types/families.h"
#include "types/read.h"

/* ---- what is well-formed ---- */

/* Is there a DOCTYPE behind comments and processing instructions? Then content is a document. */
static bool
has_doctype(const char *p)
{
	for (;;) {
		const char *end;

		p += strspn(p, " \t\r\n");
		if (strncmp(p, "<!DOCTYPE", 9) == 0)
			return true;
		if (strncmp(p, "<!--", 4) == 0) {
			end = strstr(p + 4, "--");
			if (!end || end[2] != '>')
				return false;
			p = end + 3;
		} else if (strncmp(p, "<?", 2) == 0) {
			end = strstr(p + 2, "?>");
			if (!end)
				return false;
			p = end + 2;
		} else {
			return false;
		}
	}
}

static bool
bad_declaration(struct err *err, int code)
{
	static const struct {
		int code;
		const char *words;
	} details[] = {
		{XML_ERR_INVALID_CHAR, "Invalid character value."},
		{XML_ERR_SPACE_REQUIRED, "Space required."},
		{XML_ERR_STANDALONE_VALUE, "standalone accepts only 'yes' or 'no'."},
		{XML_ERR_VERSION_MISSING, "Malformed declaration: missing version."},
		{XML_ERR_MISSING_ENCODING, "Missing encoding in text declaration."},
		{XML_ERR_XMLDECL_NOT_FINISHED, "Parsing XML declaration: '?>' expected."},
	};

	err_set(err, ERR_INVALID_XML_CONTENT, -1, "invalid XML content: invalid XML declaration");
	for (size_t i = 0; i < COUNTOF(details); i++)
		if (details[i].code == code)
			return err_detail(err, "%s", details[i].words);
	return false;
}

static bool
parse_document(struct xml_use *u, const char *s)
{
	xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
	xmlDocPtr doc = NULL;

	if (ctxt)
		doc = xmlCtxtReadDoc(ctxt, (const xmlChar *)s, NULL, "UTF-8",
				     XML_PARSE_NOENT | XML_PARSE_DTDATTR | XML_PARSE_NONET);
	if (!doc)
		u->failed = true;
	xmlFreeDoc(doc);
	xmlFreeParserCtxt(ctxt);
	return !u->failed;
}

static bool
parse_content(struct xml_use *u, const struct xml_decl *d, const char *s)
{
	xmlChar *version =
		d->version ? xmlStrndup((const xmlChar *)d->version, (int)d->version_n) : NULL;
	xmlDocPtr doc = xmlNewDoc(version);

	xmlFree(version);
	if (!doc)
		return false;
	doc->encoding = xmlStrdup((const xmlChar *)"UTF-8");
	doc->standalone = d->standalone;
	if (*s && xmlParseBalancedChunkMemory(doc, NULL, NULL, 0, (const xmlChar *)s, NULL) != 0)
		u->failed = true;
	xmlFreeDoc(doc);
	return !u->failed;
}

bool
xml_check(struct err *err, const struct type_env *env, const char *s, size_t n, bool document)
{
	struct xml_decl d = {0};
	struct xml_use u;
	int code = document ? 0 : xml_decl_read(s, &d);
	bool ok;

	if (code)
		return bad_declaration(err, code);
	if (n > XML_VALUE_MAX) {
		err_set(err, ERR_PROGRAM_LIMIT_EXCEEDED, -1, "XML value is too long");
		return err_detail(err, "It has %zu bytes; the maximum is %d.", n, XML_VALUE_MAX);
	}
	xml_begin(&u, env, false);
	ok = document || has_doctype(s + d.len) ? parse_document(&u, s)
						: parse_content(&u, &d, s + d.len);
	if (!ok)
		xml_fail(&u, err, document ? ERR_INVALID_XML_DOCUMENT : ERR_INVALID_XML_CONTENT,
			 document ? "invalid XML document" : "invalid XML content");
	xml_end(&u);
	return ok;
}

/* ---- conversions ---- */

static bool
xml_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
       int32_t typmod UNUSED, struct datum *out)
{
	const char *copy = arena_strndup(c->arena, s, n);

	if (!xml_check(c->err, c->env, copy, n, c->env->xml_document))
		return false;
	*out = datum_text(copy, n);
	return true;
}

static void
print(struct type_ctx *c, const struct datum *d, const char *encoding, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	/* Nothing to leave out, nothing to copy. */
	if (!encoding && (n < 5 || memcmp(s, "<?xml", 5) != 0))
		buf_add(b, s, n);
	else
		xml_print(arena_strndup(c->arena, s, n), n, encoding, b);
}

static bool
xml_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	int32_t typmod UNUSED, struct buf *b)
{
	print(c, d, NULL, b);
	return true;
}

static bool
xml_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	 int32_t typmod UNUSED, struct buf *b)
{
	print(c, d, c->env->client_encoding, b);
	return true;
}

/* The bytes say themselves which encoding they are in; it is not the client's. */
static bool
to_utf8(struct type_ctx *c, const char *s, size_t n, struct buf *b)
{
	const struct encoding *e = encoding_utf8;
	struct xml_decl d;

	if (memchr(s, 0, n))
		return utf8_verify(s, n, c->err);
	if (xml_decl_read(s, &d) == XML_ERR_OK && d.encoding) {
		const char *name = arena_strndup(c->arena, d.encoding, d.encoding_n);

		e = encoding_find(name);
		if (!e)
			return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
				       "invalid encoding name \"%s\"", name);
	}
	return encoding_to_utf8(e, s, n, b, c->err);
}

static bool
xml_recv(struct type_ctx *c, const struct type *t, const void *p, size_t n, int32_t typmod,
	 struct datum *out)
{
	struct buf b = BUF_INIT;
	bool ok = to_utf8(c, arena_strndup(c->arena, p, n), n, &b);

	ok = ok && utf8_verify(b.data ? b.data : "", b.len, c->err) &&
	     xml_in(c, t, b.data ? b.data : "", b.len, typmod, out);
	buf_release(&b);
	return ok;
}

const struct type types_xml[] = {
	{.oid = T_XML,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = xml_in,
	 .out = xml_out,
	 .recv = xml_recv,
	 .send = xml_send},
	{0},
};
