/*
 * xpath, xpath_exists, XMLEXISTS.
 */
#include "func/xml_path.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpathInternals.h>

#include "func/array_args.h"
#include "func/tables.h"

/* Steps of one evaluation, which cannot be cancelled: some seconds. */
enum { OPERATIONS_MAX = 250 * 1000 * 1000 };

bool
xml_path_open(struct xml_path *x, struct fcall *c, const char *s, size_t n)
{
	*x = (struct xml_path){.c = c};
	xml_begin(&x->use, c->env ? &c->env->types : NULL, true);
	if (n > XML_VALUE_MAX)
		return err_set(c->err, ERR_PROGRAM_LIMIT_EXCEEDED, -1, "XML value is too long");
	x->parser = xmlNewParserCtxt();
	if (x->parser)
		x->doc = xmlCtxtReadMemory(x->parser, s, (int)n, NULL, NULL, XML_PARSE_NONET);
	if (!x->doc || x->use.failed)
		return xml_fail(&x->use, c->err, ERR_INVALID_XML_DOCUMENT,
				"could not parse XML document");
	x->context = xmlXPathNewContext(x->doc);
	if (!x->context)
		return xml_fail(&x->use, c->err, ERR_OUT_OF_MEMORY,
				"could not allocate XPath context");
	x->context->node = (xmlNodePtr)x->doc;
	x->context->opLimit = OPERATIONS_MAX;
	return true;
}

void
xml_path_close(struct xml_path *x)
{
	xmlXPathFreeContext(x->context);
	xmlFreeDoc(x->doc);
	xmlFreeParserCtxt(x->parser);
	xml_end(&x->use);
}

bool
xml_path_namespace(struct xml_path *x, const char *prefix, const char *uri)
{
	return xmlXPathRegisterNs(x->context, (const xmlChar *)prefix, (const xmlChar *)uri) == 0;
}

xmlXPathCompExprPtr
xml_path_compile(struct xml_path *x, const char *path, const char *sqlstate)
{
	xmlXPathCompExprPtr p = xmlXPathCtxtCompile(x->context, (const xmlChar *)path);

	if (p && !x->use.failed)
		return p;
	xmlXPathFreeCompExpr(p);
	xml_fail(&x->use, x->c->err, sqlstate, "invalid XPath expression");
	return NULL;
}

xmlXPathObjectPtr
xml_path_eval(struct xml_path *x, xmlXPathCompExprPtr path)
{
	xmlXPathObjectPtr o;

	x->context->opCount = 0;
	o = xmlXPathCompiledEval(path, x->context);
	if (o && !x->use.failed)
		return o;
	xmlXPathFreeObject(o);
	xml_fail(&x->use, x->c->err, ERR_INTERNAL_ERROR, "could not create XPath object");
	return NULL;
}

/* A copy has the declarations of the namespaces that it uses. */
static bool
dump_copy(struct xml_path *x, xmlNodePtr node, struct buf *b)
{
	xmlNodePtr copy = xmlCopyNode(node, 1);
	xmlBufferPtr out = copy ? xmlBufferCreate() : NULL;
	bool ok =
		out && !x->use.failed && xmlNodeDump(out, NULL, copy, 0, 0) != -1 && !x->use.failed;

	if (ok)
		buf_add(b, xmlBufferContent(out), (size_t)xmlBufferLength(out));
	xmlBufferFree(out);
	if (copy && copy->type == XML_DOCUMENT_NODE)
		xmlFreeDoc((xmlDocPtr)copy);
	else
		xmlFreeNode(copy);
	return ok || xml_fail(&x->use, x->c->err, ERR_OUT_OF_MEMORY, "could not copy node");
}

bool
xml_path_node(struct xml_path *x, xmlNodePtr node, struct buf *b)
{
	xmlChar *s;

	if (node->type != XML_ATTRIBUTE_NODE && node->type != XML_TEXT_NODE &&
	    node->type != XML_NAMESPACE_DECL)
		return dump_copy(x, node, b);
	s = xmlXPathCastNodeToString(node);
	if (s)
		xml_escape((const char *)s, strlen((const char *)s), b);
	xmlFree(s);
	return !x->use.failed ||
	       xml_fail(&x->use, x->c->err, ERR_OUT_OF_MEMORY, "could not allocate xmlChar");
}

bool
xml_path_scalar(struct xml_path *x, const xmlXPathObject *o, struct buf *b)
{
	struct datum d;

	switch (o->type) {
	case XPATH_BOOLEAN:
		buf_puts(b, o->boolval ? "true" : "false");
		return true;
	case XPATH_NUMBER:
		d = datum_real(o->floatval);
		return xml_value(x->c, type_builtin(T_FLOAT8), -1, &d, true, b);
	case XPATH_STRING:
		xml_escape((const char *)o->stringval, strlen((const char *)o->stringval), b);
		return true;
	default:
		return err_set(x->c->err, ERR_INTERNAL_ERROR, -1,
			       "xpath expression result type %d is unsupported", o->type);
	}
}

/* ---- xpath(path, xml, namespaces) ---- */

static bool
bad_namespaces(struct fcall *c)
{
	err_set(c->err, ERR_DATA_EXCEPTION, -1, "invalid array for XML namespace mapping");
	return err_detail(c->err, "The array must be two-dimensional with length of the second "
				  "axis equal to 2.");
}

/* Pairs of prefix and URI. */
static bool
add_namespaces(struct xml_path *x, const struct array *v)
{
	struct arena *a = x->c->arena;

	for (int i = 0; i + 1 < v->n; i += 2) {
		const struct array_item *p = &v->items[i], *u = &v->items[i + 1];
		const char *prefix, *uri;

		if (!p->p || !u->p)
			return err_set(x->c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
				       "neither namespace name nor URI may be null");
		prefix = arena_strndup(a, p->p, p->n);
		uri = arena_strndup(a, u->p, u->n);
		if (!xml_path_namespace(x, prefix, uri))
			return err_set(x->c->err, ERR_INTERNAL_ERROR, -1,
				       "could not register XML namespace with name \"%s\" and URI "
				       "\"%s\"",
				       prefix, uri);
	}
	return true;
}

/* What libxml2 reads: the declaration may name an encoding that is no longer true. */
static const char *
without_declaration(struct fcall *c, const struct datum *d, size_t *n)
{
	struct xml_decl decl;
	const char *s = xml_text(c, d, n);

	if (xml_decl_read(s, &decl) == XML_ERR_OK) {
		s += decl.len;
		*n -= decl.len;
	}
	return s;
}

struct xpath_call {
	struct array namespaces;
	const char *path;
	const char *doc;
	size_t doc_n;
};

static bool
read_call(struct fcall *c, const struct datum *args, int nargs, struct xpath_call *call)
{
	size_t n;

	if (nargs > 2) {
		if (!arg_texts(c, &args[2], &call->namespaces))
			return false;
		if (call->namespaces.ndim &&
		    (call->namespaces.ndim != 2 || call->namespaces.dims[1] != 2))
			return bad_namespaces(c);
	}
	call->path = xml_text(c, &args[0], &n);
	if (!n)
		return err_set(c->err, ERR_DATA_EXCEPTION, -1, "empty XPath expression");
	call->doc = without_declaration(c, &args[1], &call->doc_n);
	return true;
}

/* The items of o, as xml. */
static bool
list_items(struct xml_path *x, const xmlXPathObject *o, struct array *v)
{
	const xmlNodeSet *set = o->type == XPATH_NODESET ? o->nodesetval : NULL;
	struct buf b = BUF_INIT;
	bool ok = true;

	array_init(v, x->c->arena, o->type != XPATH_NODESET ? 1 : set ? set->nodeNr : 0);
	for (int i = 0; ok && i < v->n; i++) {
		buf_clear(&b);
		ok = set ? xml_path_node(x, set->nodeTab[i], &b) : xml_path_scalar(x, o, &b);
		v->items[i] = (struct array_item){buf_dup(&b, x->c->arena), b.len};
	}
	buf_release(&b);
	return ok;
}

/* items NULL: only whether there are any. */
static bool
evaluate(struct fcall *c, const struct datum *args, int nargs, struct array *items, bool *found)
{
	struct xpath_call call = {0};
	struct xml_path x;
	xmlXPathCompExprPtr path = NULL;
	xmlXPathObjectPtr o = NULL;
	bool ok;

	if (!read_call(c, args, nargs, &call))
		return false;
	ok = xml_path_open(&x, c, call.doc, call.doc_n) && add_namespaces(&x, &call.namespaces) &&
	     (path = xml_path_compile(&x, call.path, ERR_INTERNAL_ERROR)) &&
	     (o = xml_path_eval(&x, path));
	if (ok && items)
		ok = list_items(&x, o, items);
	else if (ok)
		*found = o->type != XPATH_NODESET || (o->nodesetval && o->nodesetval->nodeNr > 0);
	xmlXPathFreeObject(o);
	xmlXPathFreeCompExpr(path);
	xml_path_close(&x);
	return ok;
}

static bool
xpath(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	struct array items;

	return evaluate(c, args, nargs, &items, NULL) &&
	       ret_array(c, type_builtin(T_XML), &items, out);
}

static bool
xpath_exists(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	bool found;

	if (!evaluate(c, args, nargs, NULL, &found))
		return false;
	*out = datum_int(found);
	return true;
}

const struct func func_xml_path[] = {
	FUNC("xpath", xpath),
	FUNC("xpath(text,xml)", xpath),
	FUNC("xpath_exists", xpath_exists),
	FUNC("xpath_exists(text,xml)", xpath_exists),
	FUNC("xmlexists", xpath_exists),
	FUNC_END,
};
