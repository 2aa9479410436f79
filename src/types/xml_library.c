/*
 * libxml2 keeps its error handler per thread: xml_begin puts ours there and xml_end the one before
 * it back, so that a use may begin inside another.
 */
#include "types/xml.h"

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <stdarg.h>

enum { MESSAGES_MAX = 64 << 10 /* bytes kept of what is complained of */ };

/* ---- set-up ---- */

static xmlParserInputPtr
nothing(const char *url UNUSED, const char *id UNUSED, xmlParserCtxtPtr ctxt)
{
	return xmlNewStringInputStream(ctxt, (const xmlChar *)"");
}

static void
set_up(void)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(nothing);
	xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
}

void
xml_library(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, set_up);
}

/* ---- complaints ---- */

static void PRINTF(2, 3) append(void *arg, const char *fmt, ...)
{
	struct arena tmp = ARENA_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_puts(arg, arena_vprintf(&tmp, fmt, ap));
	va_end(ap);
	arena_release(&tmp);
}

static void
chop(struct buf *b)
{
	while (b->len && b->data[b->len - 1] == '\n')
		b->len--;
}

static void
separate(struct buf *b)
{
	chop(b);
	if (b->len)
		buf_putc(b, '\n');
}

static bool
is_namespace_error(int code)
{
	switch (code) {
	case XML_WAR_NS_URI:
	case XML_ERR_NS_DECL_ERROR:
	case XML_WAR_NS_URI_RELATIVE:
	case XML_WAR_NS_COLUMN:
	case XML_NS_ERR_XML_NAMESPACE:
	case XML_NS_ERR_UNDEFINED_NAMESPACE:
	case XML_NS_ERR_QNAME:
	case XML_NS_ERR_ATTRIBUTE_REDEFINED:
	case XML_NS_ERR_EMPTY:
		return true;
	default:
		return false;
	}
}

static bool
is_about_form(const xmlError *e)
{
	if (is_namespace_error(e->code))
		return false;
	return e->domain == XML_FROM_PARSER || e->domain == XML_FROM_NONE ||
	       e->domain == XML_FROM_MEMORY || e->domain == XML_FROM_IO;
}

/* The line of the text with a mark below the place. */
static void
add_context(struct buf *b, xmlParserInputPtr input)
{
	xmlGenericErrorFunc func = xmlGenericError;
	void *arg = xmlGenericErrorContext;

	separate(b);
	xmlSetGenericErrorFunc(b, append);
	xmlParserPrintFileContext(input);
	xmlSetGenericErrorFunc(arg, func);
}

static void
describe(const xmlError *e, struct buf *b)
{
	const xmlParserCtxt *ctxt = e->ctxt;
	const xmlNode *node = e->node;

	if (e->line > 0)
		buf_printf(b, "line %d: ", e->line);
	if (node && node->type == XML_ELEMENT_NODE)
		buf_printf(b, "element %s: ", (const char *)node->name);
	buf_puts(b, e->message ? e->message : "(no message provided)");
	if (ctxt && ctxt->input)
		add_context(b, ctxt->input);
	chop(b);
}

static void
warn(const struct xml_use *u, bool warning, struct buf *b)
{
	if (u->env && u->env->notice)
		u->env->notice(u->env->notice_arg, warning ? "WARNING" : "NOTICE",
			       warning ? ERR_WARNING : ERR_SUCCESSFUL_COMPLETION, buf_str(b));
}

static void
complain(void *arg, xmlErrorPtr e)
{
	struct xml_use *u = arg;
	int level = e->code == XML_WAR_NS_URI ? XML_ERR_ERROR : (int)e->level;
	struct buf b = BUF_INIT;

	if (is_about_form(e) ? e->code == XML_WAR_UNDECLARED_ENTITY : !u->all)
		return;
	/* It only says that there were others. */
	if (e->code == XML_ERR_NOT_WELL_BALANCED && u->failed)
		return;
	if (level >= XML_ERR_ERROR)
		u->failed = true;
	if (u->text.len > MESSAGES_MAX)
		return;
	describe(e, &b);
	if (level < XML_ERR_ERROR) {
		warn(u, level == XML_ERR_WARNING, &b);
	} else {
		separate(&u->text);
		buf_add(&u->text, b.data ? b.data : "", b.len);
	}
	buf_release(&b);
}

/* What libxml2 would print besides. */
static void PRINTF(2, 3) ignore(void *arg UNUSED, const char *fmt UNUSED, ...)
{
}

void
xml_begin(struct xml_use *u, const struct type_env *env, bool all)
{
	xml_library();
	*u = (struct xml_use){.env = env, .all = all};
	u->outer = xmlStructuredError;
	u->outer_arg = xmlStructuredErrorContext;
	u->outer_print = xmlGenericError;
	u->outer_print_arg = xmlGenericErrorContext;
	xmlSetStructuredErrorFunc(u, complain);
	xmlSetGenericErrorFunc(u, ignore);
}

void
xml_end(struct xml_use *u)
{
	xmlResetLastError();
	xmlSetStructuredErrorFunc(u->outer_arg, u->outer);
	xmlSetGenericErrorFunc(u->outer_print_arg, u->outer_print);
	buf_release(&u->text);
}

bool
xml_fail(struct xml_use *u, struct err *err, const char *sqlstate, const char *message)
{
	err_set(err, sqlstate, -1, "%s", message);
	chop(&u->text);
	if (u->text.len)
		err_detail(err, "%s", buf_str(&u->text));
	return false;
}
