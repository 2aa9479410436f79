/*
 * XML declarations, read and printed as PostgreSQL does.
 */
#include "types/xml.h"

#include <libxml/chvalid.h>
#include <libxml/parserInternals.h>

static bool
blank(const char *p)
{
	return xmlIsBlank_ch((unsigned char)*p);
}

static void
skip_blanks(const char **p)
{
	while (blank(*p))
		(*p)++;
}

static bool
take(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

static bool
take_equals(const char **p)
{
	skip_blanks(p);
	if (!take(p, "="))
		return false;
	skip_blanks(p);
	return true;
}

/* ="value" */
static bool
take_value(const char **p, const char **value, size_t *n)
{
	const char *end;

	if (!take_equals(p) || (**p != '"' && **p != '\''))
		return false;
	end = strchr(*p + 1, **p);
	if (!end)
		return false;
	*value = *p + 1;
	*n = (size_t)(end - *value);
	*p = end + 1;
	return true;
}

static int
read_version(const char **p, struct xml_decl *d)
{
	if (!blank(*p))
		return XML_ERR_SPACE_REQUIRED;
	skip_blanks(p);
	return take(p, "version") && take_value(p, &d->version, &d->version_n)
		       ? XML_ERR_OK
		       : XML_ERR_VERSION_MISSING;
}

/* Is the word next? Space has to come before it. */
static bool
word_follows(const char **p, const char *word, int *code)
{
	const char *q = *p;

	skip_blanks(&q);
	if (!take(&q, word))
		return false;
	if (!blank(*p))
		*code = XML_ERR_SPACE_REQUIRED;
	*p = q;
	return *code == XML_ERR_OK;
}

static int
read_encoding(const char **p, struct xml_decl *d)
{
	int code = XML_ERR_OK;

	if (word_follows(p, "encoding", &code) && !take_value(p, &d->encoding, &d->encoding_n))
		code = XML_ERR_MISSING_ENCODING;
	return code;
}

static int
read_standalone(const char **p, struct xml_decl *d)
{
	int code = XML_ERR_OK;

	if (!word_follows(p, "standalone", &code))
		return code;
	if (!take_equals(p))
		return XML_ERR_STANDALONE_VALUE;
	if (take(p, "'yes'") || take(p, "\"yes\""))
		d->standalone = 1;
	else if (take(p, "'no'") || take(p, "\"no\""))
		d->standalone = 0;
	else
		return XML_ERR_STANDALONE_VALUE;
	return XML_ERR_OK;
}

/* Does a name go on here, as in <?xml-stylesheet … ?> */
static bool
name_goes_on(const char *p)
{
	int n = (int)strnlen(p, 4), c = xmlGetUTF8Char((const unsigned char *)p, &n);

	return c >= 0 && (xmlIsBaseCharQ((unsigned)c) || xmlIsIdeographicQ((unsigned)c) ||
			  xmlIsDigitQ((unsigned)c) || c == '.' || c == '-' || c == '_' ||
			  c == ':' || xmlIsCombiningQ((unsigned)c) || xmlIsExtenderQ((unsigned)c));
}

int
xml_decl_read(const char *s, struct xml_decl *out)
{
	struct xml_decl d = {.standalone = -1};
	const char *p = s;
	int code;

	*out = d;
	if (!take(&p, "<?xml") || name_goes_on(p))
		return XML_ERR_OK;
	if ((code = read_version(&p, &d)) || (code = read_encoding(&p, &d)) ||
	    (code = read_standalone(&p, &d)))
		return code;
	skip_blanks(&p);
	if (!take(&p, "?>"))
		return XML_ERR_XMLDECL_NOT_FINISHED;
	for (const char *q = s; q < p; q++)
		if (*q & 0x80)
			return XML_ERR_INVALID_CHAR;
	d.len = (size_t)(p - s);
	*out = d;
	return XML_ERR_OK;
}

bool
xml_decl_print(const char *version, size_t n, const char *encoding, int standalone, struct buf *b)
{
	bool is_default = !version || (n == 3 && memcmp(version, "1.0", 3) == 0);

	if (is_default && !encoding && standalone < 0)
		return false;
	buf_printf(b, "<?xml version=\"%.*s\"", version ? (int)n : 3, version ? version : "1.0");
	if (encoding)
		buf_printf(b, " encoding=\"%s\"", encoding);
	if (standalone >= 0)
		buf_printf(b, " standalone=\"%s\"", standalone ? "yes" : "no");
	buf_puts(b, "?>");
	return true;
}

void
xml_print(const char *s, size_t n, const char *encoding, struct buf *b)
{
	struct xml_decl d;
	size_t at;

	if (xml_decl_read(s, &d) != XML_ERR_OK) {
		buf_add(b, s, n);
		return;
	}
	at = d.len;
	/* No empty line where the declaration was. */
	if (!xml_decl_print(d.version, d.version_n, encoding, d.standalone, b) && s[at] == '\n')
		at++;
	buf_add(b, s + at, n - at);
}
