/*
 * func_case: runs recorded calls of functions and types. The rows of *.inc files were recorded from
 * a real PostgreSQL 15; an error reads "ERR:sqlstate:message|D:detail|H:hint".
 *     {'F', name, result type, "type=value\ttype=value", want}   a function
 *     {'S', …}                                                   a set-returning one; rows joined
 * by "|"
 *     {'A', …}                                                   an aggregate; rows of arguments
 * separated by "\x1e"
 *     {'B', name, typmod, value, want}                           a type: binary form in hex, a
 * blank, then its text
 *     {'T', name, typmod, value, want}                           a type: text to text
 * In values and results \n, \t and \\ are escaped, and <NULL> is NULL.
 */
#ifndef TESTS_FUNC_CASE_H
#define TESTS_FUNC_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "catalog/catalog.h"
#include "func/func.h"

struct func_case {
	char kind;
	const char *name, *ret, *args, *want;
};

enum { CASE_MAX_ARGS = 16, CASE_MAX_ROWS = 64 };

/* One case while it runs. */
struct case_run {
	struct arena arena, group;
	struct err err;
	struct fenv env;
	struct buf out;
	int nargs, nrows;
	const struct type *types[CASE_MAX_ARGS];
	struct datum rows[CASE_MAX_ROWS][CASE_MAX_ARGS];
};

static inline struct type_ctx
case_ctx(struct case_run *r)
{
	return (struct type_ctx){.arena = &r->arena,
				 .err = &r->err,
				 .env = &r->env.types,
				 .find = type_builtin_find};
}

static inline void
case_escape(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\n')
			buf_puts(b, "\\n");
		else if (s[i] == '\t')
			buf_puts(b, "\\t");
		else if (s[i] == '\\')
			buf_puts(b, "\\\\");
		else
			buf_putc(b, s[i]);
	}
}

static inline char *
case_unescape(struct arena *a, const char *s, size_t n, size_t *len)
{
	char *to = arena_alloc(a, n + 1);

	*len = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\\' && i + 1 < n) {
			i++;
			to[(*len)++] = s[i] == 'n' ? '\n' : s[i] == 't' ? '\t' : s[i];
		} else {
			to[(*len)++] = s[i];
		}
	}
	return to;
}

static inline void
case_error(struct case_run *r)
{
	const struct err *e = &r->err;

	buf_clear(&r->out);
	buf_printf(&r->out, "ERR:%s:", e->sqlstate ? e->sqlstate : "none");
	case_escape(&r->out, e->message ? e->message : "", e->message ? strlen(e->message) : 0);
	if (e->detail)
		buf_printf(&r->out, "|D:%s", e->detail);
	if (e->hint)
		buf_printf(&r->out, "|H:%s", e->hint);
}

static inline bool
case_print(struct case_run *r, const struct type *t, const struct datum *d)
{
	struct type_ctx tc = case_ctx(r);
	struct buf text = BUF_INIT;
	bool ok = true;

	if (d->class == DATUM_NULL) {
		buf_puts(&r->out, "<NULL>");
	} else if (t->oid == T_BOOL) {
		buf_puts(&r->out, d->i ? "true" : "false");
	} else {
		ok = type_text_out(&tc, t, d, -1, &text);
		case_escape(&r->out, text.data, text.len);
	}
	buf_release(&text);
	return ok;
}

/* "type=value" into the next argument of the current row. */
static inline bool
case_arg(struct case_run *r, const char *s, size_t n, int at)
{
	const char *eq = memchr(s, '=', n);
	struct type_ctx tc = case_ctx(r);
	struct datum *d = &r->rows[r->nrows][at];
	size_t len;
	char *value;

	assert_non_null(eq);
	r->types[at] = type_builtin_by_name(arena_strndup(&r->arena, s, (size_t)(eq - s)));
	assert_non_null(r->types[at]);
	value = case_unescape(&r->arena, eq + 1, n - (size_t)(eq - s) - 1, &len);
	if (len == 6 && memcmp(value, "<NULL>", 6) == 0) {
		*d = datum_null();
		return true;
	}
	return type_text_in(&tc, r->types[at], value, len, -1, d);
}

static inline bool
case_args(struct case_run *r, const char *s)
{
	int at = 0;

	for (size_t n; *s; s += n + (s[n] != '\0')) {
		n = strcspn(s, "\t");
		if (*s == '\x1e') {
			r->nrows++;
			at = 0;
			continue;
		}
		if (!case_arg(r, s, n, at))
			return false;
		at++;
		r->nargs = MAX(r->nargs, at);
	}
	r->nrows++;
	return true;
}

/* How well p fits: 2 exactly, 1 through pseudo-types, 0 not at all. */
static inline int
case_fit(const struct case_run *r, const struct proc *p)
{
	int fit = 2;

	if (p->variadic == T_ANY)
		return 1;
	if (p->nargs != r->nargs)
		return 0;
	for (int i = 0; i < r->nargs; i++) {
		if (p->argtypes[i] == r->types[i]->oid)
			continue;
		if (type_builtin(p->argtypes[i])->typtype != 'p')
			return 0;
		fit = 1;
	}
	return fit;
}

static inline const struct proc *
case_proc(const struct case_run *r, const char *name)
{
	const struct proc *best = NULL;
	const struct proc *const *all;
	int n, best_fit = 0;

	all = procs_by_name(name, &n);
	for (int i = 0; i < n; i++)
		if (case_fit(r, all[i]) > best_fit) {
			best = all[i];
			best_fit = case_fit(r, all[i]);
		}
	return best;
}

static inline bool
case_set(struct case_run *r, const struct func *f, struct fcall *c, const struct type *ret)
{
	struct datum cols[4];
	void *state;
	int rc, n = 0;

	if (!f->srf->open(c, r->rows[0], r->nargs, &state))
		return false;
	while ((rc = f->srf->next(c, state, cols)) > 0 && n < 50) {
		if (n++)
			buf_putc(&r->out, '|');
		assert_true(case_print(r, ret, &cols[0]));
	}
	f->srf->close(state);
	if (n == 0)
		buf_puts(&r->out, "<NULL>");
	return rc >= 0;
}

static inline bool
case_strict_skip(const struct case_run *r, const struct datum *row, bool strict)
{
	for (int i = 0; i < r->nargs && strict; i++)
		if (row[i].class == DATUM_NULL)
			return true;
	return false;
}

static inline bool
case_aggregate(struct case_run *r, const struct func *f, struct fcall *c, const struct type *ret)
{
	struct agg_call a = {
		.call = *c, .arena = &r->group, .state = arena_zalloc(&r->group, f->agg->size)};
	struct datum out;
	bool ok = true;

	for (int i = 0; i < r->nrows && ok; i++)
		if (!case_strict_skip(r, r->rows[i], f->agg->strict))
			ok = f->agg->step(&a, r->rows[i], r->nargs);
	ok = ok && f->agg->final(&a, &out) && case_print(r, ret, &out);
	if (f->agg->release)
		f->agg->release(a.state);
	return ok;
}

static inline bool
case_call(struct case_run *r, const struct func_case *k)
{
	static const int32_t no_typmods[CASE_MAX_ARGS] = {-1, -1, -1, -1, -1, -1, -1, -1,
							  -1, -1, -1, -1, -1, -1, -1, -1};
	const struct type *ret = type_builtin_by_name(k->ret);
	const struct func *f;
	struct ftypes types;
	struct fcall c = {.arena = &r->arena, .err = &r->err, .env = &r->env};
	struct datum out;

	if (!case_args(r, k->args))
		return false;
	c.proc = case_proc(r, k->name);
	assert_non_null(c.proc);
	f = func_for(c.proc);
	assert_non_null(f);
	types = (struct ftypes){.nargs = r->nargs,
				.args = r->types,
				.typmods = (int32_t *)(uintptr_t)no_typmods,
				.ret = ret};
	c.types = f->flags & F_TYPES ? &types : NULL;
	if (k->kind == 'S')
		return case_set(r, f, &c, ret);
	if (k->kind == 'A')
		return case_aggregate(r, f, &c, ret);
	return func_call(f, &c, r->rows[0], r->nargs, &out) && case_print(r, ret, &out);
}

static inline bool
case_type(struct case_run *r, const struct func_case *k)
{
	const struct type *t = type_builtin_by_name(k->name);
	struct type_ctx tc = case_ctx(r);
	struct buf bin = BUF_INIT;
	struct datum d;
	size_t len;
	char *value = case_unescape(&r->arena, k->args, strlen(k->args), &len);
	int32_t typmod = atoi(k->ret);
	bool ok;

	assert_non_null(t);
	ok = type_text_in(&tc, t, value, len, typmod, &d);
	if (ok && k->kind == 'B') {
		ok = type_binary_out(&tc, t, &d, typmod, &bin);
		for (size_t i = 0; i < bin.len; i++)
			buf_printf(&r->out, "%02x", (uint8_t)bin.data[i]);
		buf_putc(&r->out, ' ');
		ok = ok && type_binary_in(&tc, t, bin.data, bin.len, typmod, &d);
	}
	if (ok) {
		struct buf text = BUF_INIT;

		ok = type_text_out(&tc, t, &d, typmod, &text);
		case_escape(&r->out, text.data, text.len);
		buf_release(&text);
	}
	buf_release(&bin);
	return ok;
}

static inline void
case_check(const struct func_case *k)
{
	struct case_run *r = xcalloc(1, sizeof(*r));
	bool ok;

	err_init(&r->err);
	r->env = (struct fenv){.types = type_env_canonical, .err = &r->err};
	ok = k->kind == 'T' || k->kind == 'B' ? case_type(r, k) : case_call(r, k);
	if (!ok)
		case_error(r);
	if (strcmp(buf_str(&r->out), k->want) != 0)
		print_error("%c %s %s %s\n", k->kind, k->name, k->ret, k->args);
	assert_string_equal(buf_str(&r->out), k->want);
	buf_release(&r->out);
	err_release(&r->err);
	arena_release(&r->arena);
	arena_release(&r->group);
	free(r);
}

#define CASES_TEST(name, file_rows)                                                                \
	static void name(void **state)                                                             \
	{                                                                                          \
		(void)state;                                                                       \
		for (size_t i = 0; i < COUNTOF(file_rows); i++)                                    \
			case_check(&(file_rows)[i]);                                               \
	}                                                                                          \
	int main(void)                                                                             \
	{                                                                                          \
		const struct CMUnitTest tests[] = {cmocka_unit_test(name)};                        \
                                                                                                   \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
