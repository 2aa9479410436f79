/*
 * Identifiers taken apart and made.
 */
#include "base/vec.h"
#include "func/args.h"
#include "func/tables.h"
#include "types/array_value.h"
#include "types/text.h"
#include "types/utf8.h"

#include <stdio.h>

/* parse_ident at work: at is the next byte of the text, which is terminated. */
struct ident_scan {
	struct fcall *c;
	const char *text;
	const char *at;
};

static bool
is_space(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r' || ch == '\f';
}

static bool
is_start(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || ch & 0x80;
}

static bool
is_inside(char ch)
{
	return is_start(ch) || (ch >= '0' && ch <= '9') || ch == '$';
}

static void
skip_space(struct ident_scan *s)
{
	while (is_space(*s->at))
		s->at++;
}

static bool
invalid(struct ident_scan *s, const char *detail)
{
	err_set(s->c->err, ERR_INVALID_PARAMETER_VALUE, -1,
		"string is not a valid identifier: \"%s\"", s->text);
	return detail ? err_detail(s->c->err, "%s", detail) : false;
}

static bool
quoted(struct ident_scan *s, struct array_item *item)
{
	char *to = arena_alloc(s->c->arena, strlen(s->at) + 1);

	item->p = to;
	for (s->at++; *s->at && (*s->at != '"' || s->at[1] == '"'); s->at++) {
		s->at += *s->at == '"';
		*to++ = *s->at;
	}
	if (!*s->at)
		return invalid(s, "String has unclosed double quotes.");
	s->at++;
	item->n = (size_t)(to - item->p);
	return item->n || invalid(s, "Quoted identifier must not be empty.");
}

static void
plain(struct ident_scan *s, struct array_item *item)
{
	const char *start = s->at;
	char *to;

	while (is_inside(*s->at))
		s->at++;
	item->n = (size_t)(s->at - start);
	item->p = to = arena_memdup(s->c->arena, start, item->n);
	for (size_t i = 0; i < item->n; i++)
		if (to[i] >= 'A' && to[i] <= 'Z')
			to[i] = (char)(to[i] + ('a' - 'A'));
}

static bool
one_name(struct ident_scan *s, bool after_dot, struct array_item *item)
{
	if (*s->at == '"')
		return quoted(s, item);
	if (is_start(*s->at)) {
		plain(s, item);
		return true;
	}
	return invalid(s, *s->at == '.' ? "No valid identifier before \".\"."
			  : after_dot   ? "No valid identifier after \".\"."
					: NULL);
}

static bool
parse_ident(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *text = arg_text(c, &args[0], &n);
	struct ident_scan s = {c, arena_strndup(c->arena, text, n), NULL};
	struct array names;
	struct buf b = BUF_INIT;
	int count = 0;

	/* Every name but the first needs a dot. */
	array_init(&names, c->arena, (int)n + 1);
	s.at = s.text;
	for (bool after_dot = false;; after_dot = true) {
		skip_space(&s);
		if (!one_name(&s, after_dot, &names.items[count++]))
			return false;
		skip_space(&s);
		if (*s.at != '.')
			break;
		s.at++;
	}
	if (*s.at && args[1].i)
		return invalid(&s, NULL);
	names.n = names.dims[0] = count;
	array_print(&names, ',', &b);
	return ret_buf(c, &b, out);
}

/* "name_oid", cut so that it is a name. */
static bool
nameconcatoid(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *s = arg_text(c, &args[0], &n);
	char suffix[16];
	struct buf b = BUF_INIT;
	int len = snprintf(suffix, sizeof(suffix), "_%u", (unsigned)args[1].i);

	buf_add(&b, s, utf8_clip(s, n, NAME_MAX_BYTES - (size_t)len));
	buf_add(&b, suffix, (size_t)len);
	return ret_buf(c, &b, out);
}

const struct func func_ident[] = {
	FUNC("parse_ident", parse_ident),
	FUNC("nameconcatoid", nameconcatoid),
	FUNC_END,
};
