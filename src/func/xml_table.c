/*
 * XMLTABLE's rows. sql/analyze_xmltable.c gives the arguments: the document, the row's path,
 * namespaces (names, URIs), the columns' paths, a letter for each column, the defaults of those
 * that have one as a record, and the columns' shape. All rows are made at once, so that an error in
 * any of them is one of the statement.
 */
#include <libxml/xpathInternals.h>

#include "base/vec.h"
#include "func/array_args.h"
#include "func/record_args.h"
#include "func/tables.h"
#include "func/xml_path.h"

enum {
	ARG_DOCUMENT,
	ARG_ROWS,
	ARG_PREFIXES,
	ARG_URIS,
	ARG_PATHS,
	ARG_KINDS,
	ARG_DEFAULTS,
	ARG_SHAPE,
	NARGS
};

enum { /* bits of a column's letter, from 'A' on */
       COLUMN_ORDINALITY = 1,
       COLUMN_NOT_NULL = 2,
       COLUMN_DEFAULT = 4
};

struct column_of {
	const char *name;
	const struct type *type;
	int32_t typmod;
	int kind;
	xmlXPathCompExprPtr path;
	struct datum fallback;
};

struct rows_of {
	struct fcall *c;
	struct xml_path x;
	struct column_of *cols;
	int ncols;
	struct vec rows; /* struct datum * */
	int at;
};

/* ---- what to look for ---- */

static bool
read_columns(struct rows_of *r, const struct datum *args)
{
	struct fcall *c = r->c;
	struct type_ctx tc = fcall_type_ctx(c);
	struct record shape = {0}, defaults = {0};
	size_t n;
	const char *kinds = arg_text(c, &args[ARG_KINDS], &n);

	if (!record_shape_read(c, &args[ARG_SHAPE], &shape) ||
	    (!arg_null(&args[ARG_DEFAULTS]) &&
	     !record_read(&tc, c->types->args[ARG_DEFAULTS], &args[ARG_DEFAULTS], &defaults)))
		return false;
	r->ncols = shape.n;
	r->cols = ARENA_ARRAY(c->arena, struct column_of, shape.n + 1);
	for (int i = 0, k = 0; i < shape.n; i++) {
		struct column_of *col = &r->cols[i];

		col->name = arena_strndup(c->arena, shape.cols[i].name, shape.cols[i].name_n);
		col->type = record_column_type(&tc, &shape, i);
		col->typmod = shape.cols[i].typmod;
		col->kind = (size_t)i < n ? kinds[i] - 'A' : 0;
		col->fallback = datum_null();
		if (!(col->kind & COLUMN_DEFAULT) || k >= defaults.n)
			continue;
		if (!ret_item(c, col->type, &defaults.items[k++], &col->fallback))
			return false;
	}
	return true;
}

static bool
add_namespaces(struct rows_of *r, const struct datum *args)
{
	struct fcall *c = r->c;
	struct array prefixes, uris;

	if (!arg_texts(c, &args[ARG_PREFIXES], &prefixes) || !arg_texts(c, &args[ARG_URIS], &uris))
		return false;
	for (int i = 0; i < prefixes.n && i < uris.n; i++) {
		const struct array_item *p = &prefixes.items[i], *u = &uris.items[i];

		if (!u->p)
			return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
				       "namespace URI must not be null");
		if (!p->p)
			return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
				       "DEFAULT namespace is not supported");
		if (!xml_path_namespace(&r->x, arena_strndup(c->arena, p->p, p->n),
					arena_strndup(c->arena, u->p, u->n)))
			return xml_fail(&r->x.use, c->err, ERR_DATA_EXCEPTION,
					"could not set XML namespace");
	}
	return true;
}

static xmlXPathCompExprPtr
compile_rows(struct rows_of *r, const struct datum *path)
{
	struct fcall *c = r->c;
	const char *s;
	size_t n;

	if (arg_null(path)) {
		err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
			"row filter expression must not be null");
		return NULL;
	}
	s = xml_text(c, path, &n);
	if (!n) {
		err_set(c->err, ERR_DATA_EXCEPTION, -1, "row path filter must not be empty string");
		return NULL;
	}
	return xml_path_compile(&r->x, s, ERR_SYNTAX_ERROR);
}

/* A column without a path is looked for under its name: analysis has put that in its place. */
static bool
compile_columns(struct rows_of *r, const struct datum *paths)
{
	struct fcall *c = r->c;
	struct array v;

	if (!arg_texts(c, paths, &v))
		return false;
	for (int i = 0; i < r->ncols && i < v.n; i++) {
		struct column_of *col = &r->cols[i];
		const struct array_item *p = &v.items[i];

		if (col->kind & COLUMN_ORDINALITY)
			continue;
		if (!p->p) {
			err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
				"column filter expression must not be null");
			return err_detail(c->err, "Filter for column \"%s\" is null.", col->name);
		}
		if (!p->n)
			return err_set(c->err, ERR_DATA_EXCEPTION, -1,
				       "column path filter must not be empty string");
		col->path = xml_path_compile(&r->x, arena_strndup(c->arena, p->p, p->n),
					     ERR_DATA_EXCEPTION);
		if (!col->path)
			return false;
	}
	return true;
}

/* ---- values ---- */

static void
take_string(xmlChar *s, struct buf *b)
{
	if (s)
		buf_puts(b, (const char *)s);
	xmlFree(s);
}

static bool
nodes_text(struct rows_of *r, const struct column_of *col, xmlNodeSetPtr set, struct buf *b)
{
	if (col->type->oid == T_XML) {
		for (int i = 0; i < set->nodeNr; i++)
			if (!xml_path_node(&r->x, set->nodeTab[i], b))
				return false;
		return true;
	}
	if (set->nodeNr > 1)
		return err_set(r->c->err, ERR_CARDINALITY_VIOLATION, -1,
			       "more than one value returned by column XPath expression");
	take_string(xmlXPathCastNodeSetToString(set), b);
	return true;
}

/* What the type's input is to read. *null: nothing was found. */
static bool
found_text(struct rows_of *r, const struct column_of *col, const xmlXPathObject *o, struct buf *b,
	   bool *null)
{
	switch (o->type) {
	case XPATH_NODESET:
		*null = !o->nodesetval || !o->nodesetval->nodeNr;
		return *null || nodes_text(r, col, o->nodesetval, b);
	case XPATH_STRING:
		if (col->type->oid == T_XML)
			xml_escape((const char *)o->stringval, strlen((const char *)o->stringval),
				   b);
		else
			buf_puts(b, (const char *)o->stringval);
		return true;
	case XPATH_BOOLEAN:
		if (col->type->category == 'N')
			buf_puts(b, o->boolval ? "1" : "0");
		else
			buf_puts(b, o->boolval ? "true" : "false");
		return true;
	case XPATH_NUMBER:
		take_string(xmlXPathCastNumberToString(o->floatval), b);
		return true;
	default:
		return err_set(r->c->err, ERR_INTERNAL_ERROR, -1, "unexpected XPath object type %u",
			       (unsigned)o->type);
	}
}

static bool
found_value(struct rows_of *r, const struct column_of *col, struct datum *out)
{
	struct type_ctx tc = fcall_type_ctx(r->c);
	xmlXPathObjectPtr o = xml_path_eval(&r->x, col->path);
	struct buf b = BUF_INIT;
	bool null = false, ok = o && found_text(r, col, o, &b, &null);

	xmlXPathFreeObject(o);
	*out = datum_null();
	if (ok && !null)
		ok = type_text_in(&tc, col->type, buf_dup(&b, r->c->arena), b.len, col->typmod,
				  out);
	buf_release(&b);
	return ok;
}

static bool
column_value(struct rows_of *r, const struct column_of *col, struct datum *out)
{
	if (col->kind & COLUMN_ORDINALITY) {
		*out = datum_int(r->rows.n + 1);
		return true;
	}
	if (!found_value(r, col, out))
		return false;
	if (arg_null(out))
		*out = col->fallback;
	return !arg_null(out) || !(col->kind & COLUMN_NOT_NULL) ||
	       err_set(r->c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
		       "null is not allowed in column \"%s\"", col->name);
}

static bool
make_row(struct rows_of *r, xmlNodePtr node)
{
	struct datum *row = ARENA_ARRAY(r->c->arena, struct datum, r->ncols + 1);

	r->x.context->node = node;
	for (int i = 0; i < r->ncols; i++)
		if (!column_value(r, &r->cols[i], &row[i]))
			return false;
	vec_push(r->c->arena, &r->rows, row);
	return true;
}

static bool
cancelled(struct fcall *c)
{
	int reason = c->env && c->env->cancel ? c->env->cancel->reason : CANCEL_NONE;

	return reason != CANCEL_NONE && !cancel_error(reason, c->err);
}

static bool
make_rows(struct rows_of *r, xmlXPathCompExprPtr path)
{
	xmlXPathObjectPtr o = xml_path_eval(&r->x, path);
	const xmlNodeSet *set = o && o->type == XPATH_NODESET ? o->nodesetval : NULL;
	bool ok = o != NULL;

	for (int i = 0; ok && set && i < set->nodeNr; i++)
		ok = !cancelled(r->c) && make_row(r, set->nodeTab[i]);
	xmlXPathFreeObject(o);
	return ok;
}

static bool
read_document(struct rows_of *r, const struct datum *args)
{
	struct buf b = BUF_INIT;
	xmlXPathCompExprPtr rows = NULL;
	size_t n;
	const char *s = xml_text(r->c, &args[ARG_DOCUMENT], &n);
	bool ok;

	xml_print(s, n, NULL, &b);
	ok = xml_path_open(&r->x, r->c, b.len ? b.data : "", b.len) && add_namespaces(r, args) &&
	     (rows = compile_rows(r, &args[ARG_ROWS])) && compile_columns(r, &args[ARG_PATHS]) &&
	     make_rows(r, rows);
	xmlXPathFreeCompExpr(rows);
	for (int i = 0; i < r->ncols; i++)
		xmlXPathFreeCompExpr(r->cols[i].path);
	xml_path_close(&r->x);
	buf_release(&b);
	return ok;
}

static bool
open_rows(struct fcall *c, const struct datum *args, int nargs, void **state)
{
	struct rows_of *r = ARENA_NEW(c->arena, struct rows_of);

	r->c = c;
	*state = r;
	if (nargs != NARGS)
		return err_set(c->err, ERR_INTERNAL_ERROR, -1, "XMLTABLE has %d arguments", nargs);
	return arg_null(&args[ARG_DOCUMENT]) || (read_columns(r, args) && read_document(r, args));
}

static int
next_row(struct fcall *c UNUSED, void *state, struct datum *cols)
{
	struct rows_of *r = state;

	if (r->at == r->rows.n)
		return 0;
	memcpy(cols, r->rows.v[r->at++], sizeof(*cols) * (size_t)r->ncols);
	return 1;
}

static const struct srf_ops xmltable_ops = {open_rows, next_row, NULL, 0};

/* xml_not_null(value, column) */
static bool
not_null(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *name;

	*out = args[0];
	if (!arg_null(&args[0]))
		return true;
	name = arg_text(c, &args[1], &n);
	return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
		       "null is not allowed in column \"%.*s\"", (int)n, name);
}

const struct func func_xml_table[] = {
	FUNC_SRF_T("xmltable", &xmltable_ops),
	FUNC("xml_not_null", not_null),
	FUNC_END,
};
