#include "net/config_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "base/buf.h"

enum { FILE_MAX_BYTES = 1 << 20 };

struct line {
	const char *p, *end;
	const char *file;
	int number;
	struct err *err;
};

static bool
bad(const struct line *l)
{
	size_t n = 0;

	while (l->p + n < l->end && !isspace((unsigned char)l->p[n]))
		n++;
	if (n == 0)
		return err_set(l->err, ERR_CONFIG_FILE_ERROR, -1,
			       "syntax error in file \"%s\" line %d, near end of line", l->file,
			       l->number);
	return err_set(l->err, ERR_CONFIG_FILE_ERROR, -1,
		       "syntax error in file \"%s\" line %d, near token \"%.*s\"", l->file,
		       l->number, (int)MIN(n, (size_t)60), l->p);
}

static void
skip_space(struct line *l)
{
	while (l->p < l->end && isspace((unsigned char)*l->p))
		l->p++;
	if (l->p < l->end && *l->p == '#')
		l->p = l->end;
}

static bool
take_name(struct line *l, struct buf *out)
{
	while (l->p < l->end &&
	       (isalnum((unsigned char)*l->p) || *l->p == '_' || *l->p == '.' || *l->p == '$'))
		buf_putc(out, *l->p++);
	return out->len > 0 || bad(l);
}

static bool
take_quoted(struct line *l, struct buf *out)
{
	for (l->p++; l->p < l->end; l->p++) {
		if (*l->p == '\'') {
			if (l->p + 1 == l->end || l->p[1] != '\'') {
				l->p++;
				return true;
			}
			l->p++;
		} else if (*l->p == '\\' && l->p + 1 < l->end) {
			l->p++;
		}
		buf_putc(out, *l->p);
	}
	return bad(l);
}

static bool
take_value(struct line *l, struct buf *out)
{
	if (l->p < l->end && *l->p == '\'')
		return take_quoted(l, out);
	while (l->p < l->end && !isspace((unsigned char)*l->p) && *l->p != '#' && *l->p != '\'')
		buf_putc(out, *l->p++);
	return out->len > 0 || bad(l);
}

static bool
parse_line(struct line *l, bool (*set)(void *, const char *, const char *, struct err *), void *arg)
{
	struct buf key = BUF_INIT, value = BUF_INIT;
	bool ok;

	skip_space(l);
	if (l->p == l->end)
		return true;
	ok = take_name(l, &key);
	if (ok) {
		skip_space(l);
		if (l->p < l->end && *l->p == '=') {
			l->p++;
			skip_space(l);
		}
		ok = take_value(l, &value);
	}
	if (ok) {
		skip_space(l);
		ok = l->p == l->end || bad(l);
	}
	if (ok && !strncmp(buf_str(&key), "include", 7))
		ok = err_unsupported(l->err, -1, "%s in \"%s\" line %d", buf_str(&key), l->file,
				     l->number);
	ok = ok && set(arg, buf_str(&key), buf_str(&value), l->err);
	buf_release(&key);
	buf_release(&value);
	return ok;
}

bool
config_parse(const char *text, size_t n, const char *name,
	     bool (*set)(void *arg, const char *key, const char *value, struct err *err), void *arg,
	     struct err *err)
{
	const char *p = text, *end = text + n;

	if (n && memchr(text, '\0', n))
		return err_set(err, ERR_CONFIG_FILE_ERROR, -1, "file \"%s\" contains a zero byte",
			       name);
	for (int number = 1; p < end; number++) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		struct line l = {p, eol ? eol : end, name, number, err};

		if (!parse_line(&l, set, arg))
			return false;
		p = eol ? eol + 1 : end;
	}
	return true;
}

bool
config_read(const char *path, bool *missing,
	    bool (*set)(void *arg, const char *key, const char *value, struct err *err), void *arg,
	    struct err *err)
{
	FILE *f = fopen(path, "r");
	char chunk[4096];
	struct buf b = BUF_INIT;
	size_t n;
	bool ok;

	*missing = !f && errno == ENOENT;
	if (*missing)
		return true;
	if (!f)
		return err_set(err, ERR_CONFIG_FILE_ERROR, -1,
			       "could not open configuration file \"%s\": %s", path,
			       strerror(errno));
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0 && b.len < FILE_MAX_BYTES)
		buf_add(&b, chunk, n);
	fclose(f);
	ok = b.len < FILE_MAX_BYTES ? config_parse(b.len ? b.data : "", b.len, path, set, arg, err)
				    : err_set(err, ERR_CONFIG_FILE_ERROR, -1,
					      "configuration file \"%s\" is too large", path);
	buf_release(&b);
	return ok;
}
