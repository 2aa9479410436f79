/*
 * Splitting COPY data into lines and fields.
 *
 * Text: a line ends at a newline that no backslash precedes; csv: at one outside quotes. The
 * scanner's state survives between messages, so that every byte is looked at once.
 */
#include "base/utf8.h"
#include "session/copy_in.h"
#include "session/session.h"
#include "types/domain.h"

static bool
bad(struct session *s, struct copy_in *c, const char *message, const char *line, size_t n)
{
	err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1, "%s", message);
	return copy_context(s, c, NULL, line, n);
}

/* ---- lines ---- */

static bool
find_text_line(struct copy_in *c, size_t *end)
{
	const char *p = c->in.data;

	while (c->scanned < c->in.len) {
		const char *nl = memchr(p + c->scanned, '\n', c->in.len - c->scanned);
		size_t at = nl ? (size_t)(nl - p) : c->in.len, back = at;
		if (!nl) {
			c->scanned = c->in.len;
			return false;
		}
		while (back > 0 && p[back - 1] == '\\')
			back--;
		c->scanned = at + 1;
		if ((at - back) % 2 == 0) {
			*end = at;
			return true;
		}
	}
	return false;
}

static bool
find_csv_line(struct copy_in *c, size_t *end)
{
	const char *p = c->in.data;

	for (; c->scanned < c->in.len; c->scanned++) {
		char ch = p[c->scanned];
		if (c->in_quotes && c->opt.escape != c->opt.quote && ch == c->opt.escape &&
		    !c->escaped) {
			c->escaped = true;
			continue;
		}
		if (ch == c->opt.quote && !c->escaped)
			c->in_quotes = !c->in_quotes; /* a doubled quote leaves and enters again */
		c->escaped = false;
		if (ch == '\n' && !c->in_quotes) {
			*end = c->scanned++;
			return true;
		}
	}
	return false;
}

/* ---- fields ---- */

static int
hex(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if ((ch | 32) >= 'a' && (ch | 32) <= 'f')
		return (ch | 32) - 'a' + 10;
	return -1;
}

/* One escape after the backslash at *p; *p moves behind it. */
static char
unescape(const char **p, const char *end)
{
	char ch = *(*p)++;
	int v;

	switch (ch) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'v':
		return '\v';
	case 'x':
		if (*p == end || hex(**p) < 0)
			return ch;
		v = hex(*(*p)++);
		if (*p < end && hex(**p) >= 0)
			v = v * 16 + hex(*(*p)++);
		return (char)v;
	default:
		if (ch < '0' || ch > '7')
			return ch;
		v = ch - '0';
		for (int i = 0; i < 2 && *p < end && **p >= '0' && **p <= '7'; i++)
			v = v * 8 + (*(*p)++ - '0');
		return (char)v;
	}
}

static bool
too_many(struct session *s, struct copy_in *c, int n, const char *line, size_t len)
{
	return n < c->ncols || bad(s, c, "extra data after last expected column", line, len);
}

static bool
text_fields(struct session *s, struct copy_in *c, char *line, size_t len, int *count)
{
	const char *p = line, *end = line + len;
	int n = 0;

	for (;;) {
		const char *start = p;
		char *out = arena_alloc(&c->row, (size_t)(end - p) + 1), *q = out;
		bool binary = false;
		size_t raw;
		if (!too_many(s, c, n, line, len))
			return false;
		while (p < end && *p != c->opt.delim) {
			if (*p != '\\' || p + 1 == end) {
				*q++ = *p++;
				continue;
			}
			p++;
			*q = unescape(&p, end);
			binary |= (unsigned char)*q >= 128 || *q == 0;
			q++;
		}
		raw = (size_t)(p - start);
		if (raw == c->opt.null_len && memcmp(start, c->opt.null, raw) == 0)
			c->fields[n] = (struct copy_field){NULL, 0};
		else
			c->fields[n] = (struct copy_field){out, (size_t)(q - out)};
		if (binary && !utf8_verify(out, (size_t)(q - out), &s->err))
			return copy_context(s, c, NULL, NULL, 0);
		n++;
		if (p == end)
			break;
		p++;
	}
	*count = n;
	return true;
}

static bool
csv_fields(struct session *s, struct copy_in *c, char *line, size_t len, int *count)
{
	const char *p = line, *end = line + len;
	int n = 0;

	for (;;) {
		char *out = arena_alloc(&c->row, (size_t)(end - p) + 1), *q = out;
		bool quotes = false, quoted = false;
		if (!too_many(s, c, n, line, len))
			return false;
		for (; p < end && (quotes || *p != c->opt.delim); p++) {
			if (quotes && *p == c->opt.escape && p + 1 < end &&
			    (p[1] == c->opt.quote || p[1] == c->opt.escape)) {
				*q++ = *++p;
			} else if (*p == c->opt.quote) {
				quotes = !quotes;
				quoted = true;
			} else {
				*q++ = *p;
			}
		}
		if (quotes)
			return bad(s, c, "unterminated CSV quoted field", line, len);
		c->fields[n] = (struct copy_field){out, (size_t)(q - out)};
		if ((size_t)(q - out) == c->opt.null_len &&
		    memcmp(out, c->opt.null, c->opt.null_len) == 0 &&
		    (quoted ? c->cols[n].force_null : !c->cols[n].force_not_null))
			c->fields[n].p = NULL;
		n++;
		if (p == end)
			break;
		p++;
	}
	*count = n;
	return true;
}

static bool
check_header(struct session *s, struct copy_in *c, int n, const char *line, size_t len)
{
	if (n != c->ncols) {
		err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1,
			"wrong number of fields in header line: got %d, expected %d", n, c->ncols);
		return copy_context(s, c, NULL, line, len);
	}
	for (int i = 0; i < n; i++)
		if (!c->fields[i].p || strlen(c->cols[i].name) != c->fields[i].n ||
		    memcmp(c->cols[i].name, c->fields[i].p, c->fields[i].n) != 0) {
			err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1,
				"column name mismatch in header line field %d: got \"%.*s\", "
				"expected \"%s\"",
				i + 1, (int)c->fields[i].n, c->fields[i].p ? c->fields[i].p : "",
				c->cols[i].name);
			return copy_context(s, c, NULL, line, len);
		}
	return true;
}

static bool
split(struct session *s, struct copy_in *c, char *line, size_t len, int *n)
{
	return c->opt.format == COPY_CSV ? csv_fields(s, c, line, len, n)
					 : text_fields(s, c, line, len, n);
}

/* One line in UTF-8, without its end. */
static bool
take_line(struct session *s, struct copy_in *c, char *line, size_t len)
{
	bool header = c->line == 1 && c->opt.header;
	int n = 0;

	if (len == 2 && memcmp(line, "\\.", 2) == 0) {
		c->ended = true;
		return true;
	}
	if (header && c->opt.header == HEADER_YES)
		return true;
	if (c->ncols == 0 ? len > 0 : !split(s, c, line, len, &n))
		return err_is_set(&s->err)
			       ? false
			       : bad(s, c, "extra data after last expected column", line, len);
	if (header)
		return check_header(s, c, n, line, len);
	if (n < c->ncols) {
		err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1, "missing data for column \"%s\"",
			c->cols[n].name);
		return copy_context(s, c, NULL, line, len);
	}
	c->text = line;
	c->text_len = len;
	return copy_row(s, c);
}

static bool
decode_line(struct session *s, struct copy_in *c, const char *p, size_t n)
{
	char *line;
	size_t len;
	struct buf b = BUF_INIT;
	bool ok;

	if (c->encoding->iconv) {
		ok = encoding_to_utf8(c->encoding, p, n, &b, &s->err);
		line = arena_strndup(&c->row, b.data ? b.data : "", b.len);
		len = b.len;
		buf_release(&b);
	} else {
		ok = utf8_verify(p, n, &s->err);
		line = (char *)(uintptr_t)p;
		len = n;
	}
	return ok ? take_line(s, c, line, len) : copy_context(s, c, NULL, NULL, 0);
}

static bool
one_line(struct session *s, struct copy_in *c, const char *p, size_t n)
{
	bool ok;

	c->line++;
	if (!c->started) {
		c->crlf = n > 0 && p[n - 1] == '\r';
		c->started = true;
	}
	if (c->crlf && n > 0 && p[n - 1] == '\r') {
		n--;
	} else if (c->opt.format == COPY_TEXT && memchr(p, '\r', n)) {
		err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1,
			"literal carriage return found in data");
		err_hint(&s->err, "Use \"\\r\" to represent carriage return.");
		return copy_context(s, c, NULL, p, n);
	}
	ok = decode_line(s, c, p, n);
	if (c->row.head)
		arena_clear(&c->row);
	return ok;
}

bool
copy_parse(struct session *s, struct copy_in *c, bool last)
{
	size_t from = 0, end;

	while (!c->ended &&
	       (c->opt.format == COPY_CSV ? find_csv_line(c, &end) : find_text_line(c, &end))) {
		if (!one_line(s, c, c->in.data + from, end - from))
			return false;
		from = end + 1;
		if (s->cancel.reason) {
			cancel_error(s->cancel.reason, &s->err);
			return copy_context(s, c, NULL, NULL, 0);
		}
	}
	if (last && !c->ended && from < c->in.len) {
		if (!one_line(s, c, c->in.data + from, c->in.len - from))
			return false;
		from = c->in.len;
	}
	if (c->ended)
		from = c->in.len;
	if (from) {
		memmove(c->in.data, c->in.data + from, c->in.len - from);
		c->in.len -= from;
		c->scanned = c->scanned > from ? c->scanned - from : 0;
	}
	return true;
}

/* ---- binary ---- */

static bool
binary_row(struct session *s, struct copy_in *c, const uint8_t *p, size_t left, size_t *used)
{
	size_t at = 2;
	struct type_ctx ctx = {.arena = &c->row,
			       .err = &s->err,
			       .env = &s->fenv.types,
			       .find = snapshot_type_find,
			       .find_arg = (void *)(uintptr_t)c->plan->snapshot};

	for (int i = 0; i < c->ncols; i++) {
		uint32_t n;
		if (left - at < 4)
			return true;
		n = be32_get(p + at);
		at += 4;
		if (n == UINT32_MAX) {
			c->params[i] = datum_null();
			if (!domain_takes_null(&ctx, c->cols[i].type))
				return copy_context(s, c, c->cols[i].name, NULL, 0);
			continue;
		}
		if (n > INT32_MAX)
			return bad(s, c, "invalid field size", NULL, 0);
		if (left - at < n)
			return true;
		if (!type_binary_in(&ctx, c->cols[i].type, p + at, n, c->cols[i].typmod,
				    &c->params[i]))
			return copy_context(s, c, c->cols[i].name, NULL, 0);
		at += n;
	}
	*used = at;
	return copy_insert(s, c);
}

static bool
binary_header(struct session *s, struct copy_in *c, size_t *from)
{
	uint32_t flags, more;

	if (c->in.len < 19)
		return true;
	if (memcmp(c->in.data, "PGCOPY\n\377\r\n\0", 11) != 0)
		return err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1,
			       "COPY file signature not recognized");
	flags = be32_get(c->in.data + 11);
	more = be32_get(c->in.data + 15);
	if (flags & 0xffff0000u)
		return err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1,
			       "unrecognized critical flags in COPY file header");
	if (more > 65536)
		return err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1,
			       "invalid COPY file header (wrong length)");
	if (c->in.len < 19 + (size_t)more)
		return true;
	*from = 19 + more;
	c->started = true;
	return true;
}

bool
copy_parse_binary(struct session *s, struct copy_in *c, bool last)
{
	size_t from = 0;

	if (!c->started && !binary_header(s, c, &from))
		return false;
	while (c->started && !c->ended && c->in.len - from >= 2) {
		const uint8_t *p = (const uint8_t *)c->in.data + from;
		int n = (int16_t)be16_get(p);
		size_t used = 0;
		if (n == -1) {
			c->ended = true;
			break;
		}
		c->line++;
		if (n != c->ncols) {
			err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1,
				"row field count is %d, expected %d", n, c->ncols);
			return copy_context(s, c, NULL, NULL, 0);
		}
		if (!binary_row(s, c, p, c->in.len - from, &used))
			return false;
		if (c->row.head)
			arena_clear(&c->row);
		if (used == 0) {
			c->line--;
			break;
		}
		from += used;
	}
	if (last && !c->ended)
		return err_set(&s->err, ERR_BAD_COPY_FILE_FORMAT, -1,
			       c->started ? "unexpected EOF in COPY data"
					  : "COPY file signature not recognized");
	memmove(c->in.data, c->in.data + from, c->in.len - from);
	c->in.len -= from;
	return true;
}
