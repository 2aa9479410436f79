/*
 * Values and identifiers as XML.
 */
#include "func/xml_args.h"

#include <libxml/chvalid.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlwriter.h>

#include "base/utf8.h"
#include "func/array_args.h"
#include "types/domain.h"

/* ---- escapes ---- */

void
xml_escape(const char *s, size_t n, struct buf *b)
{
	for (size_t i = 0; i < n; i++) {
		switch (s[i]) {
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		case '\r':
			buf_puts(b, "&#x0d;");
			break;
		default:
			buf_putc(b, s[i]);
			break;
		}
	}
}

static unsigned
character(const char *p, const char *end, int *n)
{
	int len = (int)MIN(end - p, 4), c = xmlGetUTF8Char((const unsigned char *)p, &len);

	*n = c < 0 ? 1 : len;
	return c < 0 ? (unsigned char)*p : (unsigned)c;
}

void
xml_escape_attribute(const char *s, size_t n, struct buf *b)
{
	const char *end = s + n;
	int len;

	for (const char *p = s; p < end; p += len) {
		unsigned c = character(p, end, &len);

		if (c == '&')
			buf_puts(b, "&amp;");
		else if (c == '<')
			buf_puts(b, "&lt;");
		else if (c == '>')
			buf_puts(b, "&gt;");
		else if (c == '"')
			buf_puts(b, "&quot;");
		else if (c == '\n' || c == '\r' || c == '\t')
			buf_printf(b, "&#%u;", c);
		else if (c >= 0x80)
			buf_printf(b, "&#x%X;", c);
		else
			buf_putc(b, (char)c);
	}
}

/* ---- names ---- */

static bool
starts_name(unsigned c)
{
	return xmlIsBaseCharQ(c) || xmlIsIdeographicQ(c) || c == '_' || c == ':';
}

static bool
continues_name(unsigned c)
{
	return starts_name(c) || xmlIsDigitQ(c) || c == '.' || c == '-' || xmlIsCombiningQ(c) ||
	       xmlIsExtenderQ(c);
}

void
xml_name(const char *identifier, bool full, bool period, struct buf *b)
{
	const char *end = identifier + strlen(identifier);
	int n;

	for (const char *p = identifier; p < end; p += n) {
		bool first = p == identifier;
		unsigned c = character(p, end, &n);

		if ((c == ':' && (first || full)) || (c == '_' && p[1] == 'x') ||
		    (full && first && strncasecmp(p, "xml", 3) == 0) || (period && c == '.') ||
		    !(first ? starts_name(c) : continues_name(c)))
			buf_printf(b, "_x%04X_", c);
		else
			buf_add(b, p, (size_t)n);
	}
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* _xHHHH_: the character, or 0. */
static unsigned
escaped_character(const char *p)
{
	unsigned v = 0;

	if (p[0] != '_' || p[1] != 'x')
		return 0;
	for (int i = 2; i < 6; i++) {
		if (hex_digit(p[i]) < 0)
			return 0;
		v = v << 4 | (unsigned)hex_digit(p[i]);
	}
	return p[6] == '_' ? v : 0;
}

void
xml_name_to_identifier(const char *name, struct buf *b)
{
	for (const char *p = name; *p;) {
		unsigned c = escaped_character(p);
		unsigned char utf8[8];
		int n = c ? xmlCopyCharMultiByte(utf8, (int)c) : 0;

		buf_add(b, c ? (const char *)utf8 : p, c ? (size_t)n : 1);
		p += c ? 7 : 1;
	}
}

/* ---- values ---- */

static bool
is_infinite(const struct datum *d)
{
	return d->class == DATUM_TEXT && memmem(d->p, d->n, "infinity", 8);
}

static bool
no_infinity(struct fcall *c, const char *what)
{
	err_set(c->err, ERR_DATETIME_FIELD_OVERFLOW, -1, "%s out of range",
		strcmp(what, "date") == 0 ? "date" : "timestamp");
	return err_detail(c->err, "XML does not support infinite %s values.", what);
}

/* What XML Schema says: a T before the time, minutes in every zone. */
static bool
datetime_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	       struct buf *b)
{
	struct type_ctx tc = fcall_type_ctx(c);
	struct type_env env = *tc.env;
	struct buf text = BUF_INIT;
	char *s, *zone;
	bool ok;

	if (is_infinite(d))
		return no_infinity(c, t->oid == T_DATE ? "date" : "timestamp");
	env.date_style = DATESTYLE_ISO;
	tc.env = &env;
	ok = type_text_out(&tc, t, d, typmod, &text);
	s = ok ? buf_str(&text) : NULL;
	if (ok && t->oid != T_DATE && strchr(s, ' '))
		*strchr(s, ' ') = 'T';
	zone = ok && t->oid == T_TIMESTAMPTZ ? strpbrk(strchr(s, 'T') ? strchr(s, 'T') : s, "+-")
					     : NULL;
	if (zone) {
		size_t digits = strspn(zone + 1, "0123456789:");

		buf_add(b, s, (size_t)(zone - s) + 1 + digits);
		buf_puts(b, digits == 2 ? ":00" : "");
		s = zone + 1 + digits;
	}
	if (ok)
		buf_puts(b, s);
	buf_release(&text);
	return ok;
}

static bool
bytea_value(struct fcall *c, const struct datum *d, struct buf *b)
{
	xmlBufferPtr out = xmlBufferCreate();
	xmlTextWriterPtr w = out ? xmlNewTextWriterMemory(out, 0) : NULL;
	size_t n;
	const char *p = arg_text(c, d, &n);
	bool ok = w && n <= INT32_MAX;

	if (ok && n)
		ok = (c->env && c->env->types.xml_hex
			      ? xmlTextWriterWriteBinHex(w, p, 0, (int)n)
			      : xmlTextWriterWriteBase64(w, p, 0, (int)n)) >= 0;
	xmlFreeTextWriter(w);
	if (ok)
		buf_add(b, xmlBufferContent(out), (size_t)xmlBufferLength(out));
	xmlBufferFree(out);
	return ok || err_set(c->err, ERR_OUT_OF_MEMORY, -1, "out of memory");
}

static bool
array_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	    struct buf *b)
{
	struct type_ctx tc = fcall_type_ctx(c);
	const struct type *elem = tc.find(tc.find_arg, t->elem_oid);
	struct array v;

	if (!elem || !array_read(c->arena, c->err, t, d, &v))
		return false;
	for (int i = 0; i < v.n; i++) {
		struct datum item;

		if (!v.items[i].p)
			continue;
		buf_puts(b, "<element>");
		if (!item_datum(&tc, elem, &v.items[i], &item) ||
		    !xml_value(c, elem, typmod, &item, true, b))
			return false;
		buf_puts(b, "</element>");
	}
	return true;
}

static bool
printed_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	      bool escape, struct buf *b)
{
	struct buf text = BUF_INIT;
	bool ok = value_out(c, t, typmod, d, &text);

	if (ok && text.len && (t->oid == T_XML || !escape))
		buf_add(b, text.data, text.len);
	else if (ok && text.len)
		xml_escape(text.data, text.len, b);
	buf_release(&text);
	return ok;
}

bool
xml_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d, bool escape,
	  struct buf *b)
{
	int32_t base_typmod;

	if (t->typtype == 'd') {
		t = domain_base(t, &base_typmod);
		typmod = base_typmod;
	}
	if (t->elem_oid && t->category == 'A')
		return array_value(c, t, typmod, d, b);
	switch (t->oid) {
	case T_BOOL:
		buf_puts(b, d->class == DATUM_INT && d->i ? "true" : "false");
		return true;
	case T_DATE:
	case T_TIMESTAMP:
	case T_TIMESTAMPTZ:
		return datetime_value(c, t, typmod, d, b);
	case T_BYTEA:
		return bytea_value(c, d, b);
	default:
		return printed_value(c, t, typmod, d, escape, b);
	}
}

const char *
xml_text(struct fcall *c, const struct datum *d, size_t *n)
{
	const char *s = arg_text(c, d, n);

	return arena_strndup(c->arena, s, *n);
}

bool
ret_xml(struct fcall *c, struct buf *b, struct datum *out)
{
	*out = datum_text(arena_memdup(c->arena, b->len ? b->data : "", b->len), b->len);
	buf_release(b);
	return true;
}
