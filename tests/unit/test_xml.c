/* XML: recorded texts and calls; what libxml2 is kept from, alone and in several threads. */
#include <pthread.h>

#include "func/xml_args.h"
#include "func_case.h"
#include "types/xml.h"

static const struct func_case rows[] = {
#include "cases_xml.inc"
};

static void
recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNTOF(rows); i++)
		case_check(&rows[i]);
}

/* ---- limits ---- */

static bool
accepted(const char *s, size_t n, const char *sqlstate)
{
	struct err e;
	bool ok;

	err_init(&e);
	ok = xml_check(&e, NULL, s, n, false);
	if (!ok)
		assert_string_equal(e.sqlstate, sqlstate);
	err_release(&e);
	return ok;
}

static void
nested(struct buf *b, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_puts(b, "<d>");
	for (int i = 0; i < depth; i++)
		buf_puts(b, "</d>");
}

static void
depth(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	nested(&b, 200);
	assert_true(accepted(buf_str(&b), b.len, NULL));
	nested(&b, 100000);
	assert_false(accepted(buf_str(&b), b.len, "2200N"));
	buf_release(&b);
}

static void
size(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_pad(&b, 'x', XML_VALUE_MAX + 1);
	assert_false(accepted(buf_str(&b), b.len, "54000"));
	buf_release(&b);
}

/* Entities that grow a hundred million times. */
static void
expansion(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_puts(&b, "<!DOCTYPE r [<!ENTITY e0 \"0123456789\">");
	for (int i = 1; i < 9; i++) {
		buf_printf(&b, "<!ENTITY e%d \"", i);
		for (int k = 0; k < 10; k++)
			buf_printf(&b, "&e%d;", i - 1);
		buf_puts(&b, "\">");
	}
	buf_puts(&b, "]><r>&e8;</r>");
	assert_false(accepted(buf_str(&b), b.len, "2200N"));
	buf_release(&b);
}

/* ---- warnings ---- */

static int warnings;

static void
count_warning(void *arg, const char *severity, const char *sqlstate, const char *message)
{
	(void)arg;
	(void)message;
	assert_string_equal(severity, "WARNING");
	assert_string_equal(sqlstate, "01000");
	warnings++;
}

static void
warning(void **state)
{
	struct type_env env = type_env_canonical;
	const char *s = "<r xml:space='odd'/>";
	struct err e;

	(void)state;
	err_init(&e);
	env.notice = count_warning;
	warnings = 0;
	assert_true(xml_check(&e, &env, s, strlen(s), false));
	assert_int_equal(warnings, 1);
	err_release(&e);
}

/* ---- threads ---- */

enum { THREADS = 4, ROUNDS = 200 };

static void *
complain(void *name)
{
	struct arena a = ARENA_INIT;
	const char *text = arena_printf(&a, "<%s>", (const char *)name);
	size_t wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct err e;

		err_init(&e);
		wrong += xml_check(&e, NULL, text, strlen(text), i % 2);
		wrong += !e.detail || !strstr(e.detail, name);
		err_release(&e);
	}
	arena_release(&a);
	return (void *)wrong;
}

static void
threads(void **state)
{
	static const char *const names[THREADS] = {"one", "two", "three", "four"};
	pthread_t t[THREADS];
	void *wrong;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, complain, (void *)(uintptr_t)names[i]),
				 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(t[i], &wrong), 0);
		assert_null(wrong);
	}
}

/* A use inside another keeps its complaints to itself. */
static void
inside(void **state)
{
	struct xml_use outer;

	(void)state;
	xml_begin(&outer, NULL, true);
	assert_false(accepted("<a>", 3, "2200N"));
	assert_false(outer.failed);
	assert_int_equal(outer.text.len, 0);
	xml_end(&outer);
}

/* ---- names, declarations ---- */

static void
name_is(const char *identifier, bool full, bool period, const char *want)
{
	struct buf b = BUF_INIT, back = BUF_INIT;

	xml_name(identifier, full, period, &b);
	assert_string_equal(buf_str(&b), want);
	xml_name_to_identifier(b.data, &back);
	assert_string_equal(buf_str(&back), identifier);
	buf_release(&b);
	buf_release(&back);
}

static void
names(void **state)
{
	(void)state;
	name_is("plain", false, false, "plain");
	name_is("two words", false, false, "two_x0020_words");
	name_is("xml", false, false, "xml");
	name_is("XmL.a", true, true, "_x0058_mL_x002E_a");
	name_is("a:b", false, false, "a:b");
	name_is("a:b", true, false, "a_x003A_b");
	name_is("1_x", false, false, "_x0031__x005F_x");
	name_is("naïve€", false, false, "naïve_x20AC_");
}

static void
printed_is(const char *s, const char *encoding, const char *want)
{
	struct buf b = BUF_INIT;

	xml_print(s, strlen(s), encoding, &b);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void
declarations(void **state)
{
	(void)state;
	printed_is("<a/>", NULL, "<a/>");
	printed_is("<?xml version='1.0'?>\n\n<a/>", NULL, "\n<a/>");
	printed_is("<?xml version='1.1' encoding='x'?>\n<a/>", NULL,
		   "<?xml version=\"1.1\"?>\n<a/>");
	printed_is("<a/>", "LATIN1", "<?xml version=\"1.0\" encoding=\"LATIN1\"?><a/>");
	printed_is("<?xml version=\"1.0\" standalone='no' ?><a/>", "LATIN1",
		   "<?xml version=\"1.0\" encoding=\"LATIN1\" standalone=\"no\"?><a/>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded),     cmocka_unit_test(depth),
		cmocka_unit_test(size),         cmocka_unit_test(expansion),
		cmocka_unit_test(warning),      cmocka_unit_test(threads),
		cmocka_unit_test(inside),       cmocka_unit_test(names),
		cmocka_unit_test(declarations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
