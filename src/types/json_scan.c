/*
 * A cursor p runs to end; a step that would pass it, or that meets what jsonb does not print, fails
 * and the whole answer is UNSURE.
 */
#include "types/json_scan.h"

#include <string.h>

struct scan {
	const char *p, *end;
};

static inline bool
take(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

/* Two bytes at once. */
static inline bool
take2(struct scan *s, char c, char d)
{
	if (s->end - s->p < 2 || s->p[0] != c || s->p[1] != d)
		return false;
	s->p += 2;
	return true;
}

/* Behind the opening quote: to behind the closing one. *escaped: there was a backslash. */
static bool
skip_string(struct scan *s, bool *escaped)
{
	enum { SHORT = 24 }; /* a longer string is worth the library's search */
	const char *p = s->p, *stop = s->end - p > SHORT ? p + SHORT : s->end;

	*escaped = false;
	while (p < stop && *p != '"' && *p != '\\')
		p++;
	if (p == stop && stop < s->end) {
		stop = memchr(p, '"', (size_t)(s->end - p));
		if (!stop)
			return false;
		if (memchr(p, '\\', (size_t)(stop - p)))
			stop = s->end;
		else
			p = stop;
	}
	for (; p < s->end && *p != '"'; p++)
		if (*p == '\\') {
			*escaped = true;
			p++;
		}
	if (p >= s->end)
		return false;
	s->p = p + 1;
	return true;
}

/* An object or array, with what is in it. */
static bool
skip_container(struct scan *s)
{
	int depth = 0;
	bool escaped;

	do {
		char c = *s->p++;

		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		else if (c == '"' && !skip_string(s, &escaped))
			return false;
	} while (depth && s->p < s->end);
	return depth == 0;
}

/* Digits, perhaps with a point between them: the same in json and as numeric prints it. */
static bool
is_plain_number(const char *p, size_t n)
{
	size_t i = n && *p == '-';
	bool point = false, zero = true;

	if (i == n || (p[i] == '0' && i + 1 < n && p[i + 1] != '.') || n > 100)
		return false;
	for (; i < n; i++) {
		if (p[i] == '.' && !point && i + 1 < n)
			point = true;
		else if (p[i] < '0' || p[i] > '9')
			return false;
		else if (p[i] != '0')
			zero = false;
	}
	return !(zero && *p == '-');
}

static bool
skip_word(struct scan *s, struct json_part *out)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p != ',' && *s->p != '}' && *s->p != ']' && *s->p != ' ')
		s->p++;
	out->p = start;
	out->n = (size_t)(s->p - start);
	if (out->n == 4 && memcmp(start, "null", 4) == 0)
		out->kind = JSON_NULL;
	else if ((out->n == 4 && memcmp(start, "true", 4) == 0) ||
		 (out->n == 5 && memcmp(start, "false", 5) == 0))
		out->kind = JSON_BOOL;
	else
		out->kind = JSON_NUMBER;
	return out->kind != JSON_NUMBER || is_plain_number(start, out->n);
}

static bool
skip_value(struct scan *s, struct json_part *out, bool *escaped)
{
	const char *start = s->p;

	*escaped = false;
	if (s->p == s->end)
		return false;
	if (*s->p == '{' || *s->p == '[') {
		out->kind = *s->p == '{' ? JSON_OBJECT : JSON_ARRAY;
		if (!skip_container(s))
			return false;
		out->p = start;
		out->n = (size_t)(s->p - start);
		return true;
	}
	if (!take(s, '"'))
		return skip_word(s, out);
	if (!skip_string(s, escaped))
		return false;
	out->kind = JSON_STRING;
	out->p = start + 1;
	out->n = (size_t)(s->p - start) - 2;
	return true;
}

/* Past a name, its colon and the space behind it; *is: whether it is the key. False: not as jsonb is
 * printed. */
static bool
name(struct scan *s, const char *key, size_t key_n, bool *is)
{
	bool escaped;

	*is = (size_t)(s->end - s->p) > key_n + 2 && s->p[key_n + 1] == '"' && s->p[0] == '"' &&
	      memcmp(s->p + 1, key, key_n) == 0;
	if (*is)
		s->p += key_n + 2;
	else if (!take(s, '"') || !skip_string(s, &escaped) || escaped)
		return false;
	return take2(s, ':', ' ');
}

static bool
has_mark(const char *key, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (key[i] == '"' || key[i] == '\\')
			return true;
	return false;
}

/* What is behind the last value: the end of the whole text. */
static enum json_scan
none(const struct scan *s)
{
	return s->p == s->end ? JSON_SCAN_NONE : JSON_SCAN_UNSURE;
}

enum json_scan
json_scan_member(const char *text, size_t n, const char *key, size_t key_n, struct json_part *out)
{
	struct scan s = {text, text + n};
	bool is, escaped;

	if (!take(&s, '{') || has_mark(key, key_n))
		return JSON_SCAN_UNSURE;
	if (take(&s, '}'))
		return none(&s);
	do {
		if (!name(&s, key, key_n, &is) || !skip_value(&s, out, &escaped))
			return JSON_SCAN_UNSURE;
		if (is)
			return escaped ? JSON_SCAN_UNSURE : JSON_SCAN_FOUND;
		if (take(&s, '}'))
			return none(&s);
	} while (take2(&s, ',', ' '));
	return JSON_SCAN_UNSURE;
}

enum json_scan
json_scan_element(const char *text, size_t n, int64_t i, struct json_part *out)
{
	struct scan s = {text, text + n};
	bool escaped;

	if (i < 0 || !take(&s, '['))
		return JSON_SCAN_UNSURE;
	if (take(&s, ']'))
		return none(&s);
	do {
		if (!skip_value(&s, out, &escaped))
			return JSON_SCAN_UNSURE;
		if (i-- == 0)
			return escaped ? JSON_SCAN_UNSURE : JSON_SCAN_FOUND;
		if (take(&s, ']'))
			return none(&s);
	} while (take2(&s, ',', ' '));
	return JSON_SCAN_UNSURE;
}

/* ---- whole values ---- */

enum { CANONICAL_DEPTH = 16 };

struct reader {
	struct scan s;
	struct json_node *nodes; /* or NULL: they are not asked for */
	int n, cap;
};

static bool read_value(struct reader *r, int depth, struct json_node *shown);

/* Without escapes: whether they are those that jsonb prints is not looked at. */
static bool
plain_string(struct scan *s, const char **text, size_t *n)
{
	const char *p = s->p;

	while (p < s->end && *p != '"' && *p != '\\' && (unsigned char)*p >= ' ')
		p++;
	*text = s->p;
	*n = (size_t)(p - s->p);
	s->p = p;
	return take(s, '"');
}

/* A node for what comes next; *spare where none is wanted. NULL: there are too many. */
static struct json_node *
next_node(struct reader *r, struct json_node *spare)
{
	if (!r->nodes)
		return spare;
	return r->n < r->cap ? &r->nodes[r->n++] : NULL;
}

static bool
read_members(struct reader *r, int depth, struct json_node *object)
{
	struct json_node spare, *m;
	const char *last = NULL;
	size_t last_n = 0;

	do {
		if (!(m = next_node(r, &spare)) || !take(&r->s, '"') ||
		    !plain_string(&r->s, &m->key, &m->key_n))
			return false;
		if (last && jsonb_key_compare(last, last_n, m->key, m->key_n) >= 0)
			return false;
		last = m->key;
		last_n = m->key_n;
		if (!take2(&r->s, ':', ' ') || !read_value(r, depth, m))
			return false;
		object->count++;
	} while (take2(&r->s, ',', ' '));
	return take(&r->s, '}');
}

static bool
read_elements(struct reader *r, int depth, struct json_node *array)
{
	struct json_node spare, *e;

	do {
		if (!(e = next_node(r, &spare)) || !read_value(r, depth, e))
			return false;
		array->count++;
	} while (take2(&r->s, ',', ' '));
	return take(&r->s, ']');
}

static bool
read_container(struct reader *r, int depth, struct json_node *out)
{
	bool ok;

	out->count = 0;
	if (depth == CANONICAL_DEPTH)
		return false;
	if (out->part.kind == JSON_OBJECT)
		ok = take(&r->s, '}') || read_members(r, depth + 1, out);
	else
		ok = take(&r->s, ']') || read_elements(r, depth + 1, out);
	out->next = r->n;
	return ok;
}

static bool
read_value(struct reader *r, int depth, struct json_node *out)
{
	out->next = r->n;
	out->part.kind = JSON_STRING;
	if (take(&r->s, '"'))
		return plain_string(&r->s, &out->part.p, &out->part.n);
	out->part.kind = JSON_OBJECT;
	if (take(&r->s, '{'))
		return read_container(r, depth, out);
	out->part.kind = JSON_ARRAY;
	if (take(&r->s, '['))
		return read_container(r, depth, out);
	return skip_word(&r->s, &out->part);
}

bool
json_scan_is_canonical(const struct json_part *part)
{
	struct reader r = {.s = {part->p, part->p + part->n}};
	struct json_node whole;

	return read_value(&r, 0, &whole) && r.s.p == r.s.end;
}

bool
json_scan_nodes(const char *s, size_t n, struct json_node *nodes, int cap)
{
	struct reader r = {{s, s + n}, nodes, 1, cap};

	return read_value(&r, 0, &nodes[0]) && r.s.p == r.s.end;
}
