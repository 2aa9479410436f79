/*
 * analyze_xml: XMLELEMENT and its kin, IS DOCUMENT, XMLSERIALIZE: transformXmlExpr and
 * transformXmlSerialize. Names become XML's here.
 */
#include "func/xml_args.h"
#include "sql/analyze_expr.h"
#include "types/array_value.h"

static const struct kind_row {
	enum xml_kind op;
	const char *construct;
	oid_t type;        /* of the whole */
	oid_t first, rest; /* of the arguments; 0: any */
} kinds[] = {
	[PG_QUERY__XML_EXPR_OP__IS_XMLCONCAT] = {XML_KIND_CONCAT, "XMLCONCAT", T_XML, T_XML, T_XML},
	[PG_QUERY__XML_EXPR_OP__IS_XMLELEMENT] = {XML_KIND_ELEMENT, "XMLELEMENT", T_XML, 0, 0},
	[PG_QUERY__XML_EXPR_OP__IS_XMLFOREST] = {XML_KIND_FOREST, "XMLFOREST", T_XML, 0, 0},
	[PG_QUERY__XML_EXPR_OP__IS_XMLPARSE] = {XML_KIND_PARSE, "XMLPARSE", T_XML, T_TEXT, T_BOOL},
	[PG_QUERY__XML_EXPR_OP__IS_XMLPI] = {XML_KIND_PI, "XMLPI", T_XML, T_TEXT, T_TEXT},
	[PG_QUERY__XML_EXPR_OP__IS_XMLROOT] = {XML_KIND_ROOT, "XMLROOT", T_XML, T_XML, T_TEXT},
	[PG_QUERY__XML_EXPR_OP__IS_DOCUMENT] = {XML_KIND_IS_DOCUMENT, "IS DOCUMENT", T_BOOL, T_XML,
						T_XML},
};

/* ---- names ---- */

static const char *
name_of(struct analyzer *as, const char *identifier, bool full)
{
	struct buf b = BUF_INIT;
	const char *name;

	xml_name(identifier, full, false, &b);
	name = buf_dup(&b, as->arena);
	buf_release(&b);
	return name;
}

static const char *
value_name(struct analyzer *as, const PgQuery__ResTarget *r, enum xml_kind op)
{
	if (r->name && *r->name)
		return name_of(as, r->name, false);
	if (r->val->node_case == PG_QUERY__NODE__NODE_COLUMN_REF)
		return name_of(as, figure_colname(as, r->val), true);
	err_set(as->env->err, ERR_SYNTAX_ERROR, r->location,
		"unnamed XML %s value must be a column reference",
		op == XML_KIND_ELEMENT ? "attribute" : "element");
	return NULL;
}

/* A value of any type; a literal of unknown type stays one. */
static struct expr *
any_value(struct analyzer *as, const PgQuery__Node *node)
{
	struct expr *e = analyze_expr_inner(as, node);

	return e && e->kind != EX_PARAM && e->kind != EX_CONST ? resolve_unknown(as, e) : e;
}

static bool
named_values(struct analyzer *as, const PgQuery__XmlExpr *x, struct expr *e)
{
	e->xml.named = ARENA_ARRAY(as->arena, struct expr *, x->n_named_args + 1);
	e->xml.names = ARENA_ARRAY(as->arena, const char *, x->n_named_args + 1);
	for (size_t i = 0; i < x->n_named_args; i++) {
		const PgQuery__ResTarget *r = x->named_args[i]->res_target;
		struct expr *value = any_value(as, r->val);
		const char *name = value ? value_name(as, r, e->xml.op) : NULL;

		if (!name)
			return false;
		for (int k = 0; e->xml.op == XML_KIND_ELEMENT && k < e->xml.nnamed; k++)
			if (strcmp(e->xml.names[k], name) == 0)
				return err_set(as->env->err, ERR_SYNTAX_ERROR, r->location,
					       "XML attribute name \"%s\" appears more than once",
					       name);
		e->xml.named[e->xml.nnamed] = value;
		e->xml.names[e->xml.nnamed++] = name;
	}
	return true;
}

/* ---- arguments ---- */

static struct expr *
typed_value(struct analyzer *as, const PgQuery__Node *node, oid_t type, const char *construct)
{
	struct expr *e = analyze_expr_inner(as, node);

	return e ? coerce_to_specific_type(as, e, type, construct) : NULL;
}

static bool
arguments(struct analyzer *as, const PgQuery__XmlExpr *x, const struct kind_row *k, struct expr *e)
{
	e->xml.args = ARENA_ARRAY(as->arena, struct expr *, x->n_args + 1);
	for (size_t i = 0; i < x->n_args; i++) {
		oid_t type = i ? k->rest : k->first;
		struct expr *arg;

		if (k->op == XML_KIND_ROOT && i == 2)
			type = T_INT4;
		arg = type ? typed_value(as, x->args[i], type, k->construct)
			   : any_value(as, x->args[i]);
		if (!arg)
			return false;
		e->xml.args[e->xml.nargs++] = arg;
	}
	return true;
}

static bool
is_true(const PgQuery__Node *n)
{
	while (n->node_case == PG_QUERY__NODE__NODE_TYPE_CAST)
		n = n->type_cast->arg;
	return n->node_case == PG_QUERY__NODE__NODE_A_CONST &&
	       n->a_const->val_case == PG_QUERY__A__CONST__VAL_BOOLVAL &&
	       n->a_const->boolval->boolval;
}

/* What the grammar has put behind the arguments is no expression any more. */
static void
take_options(const PgQuery__XmlExpr *x, struct expr *e)
{
	const struct expr *last = e->xml.nargs ? e->xml.args[e->xml.nargs - 1] : NULL;

	if (e->xml.op == XML_KIND_PARSE && e->xml.nargs == 2) {
		e->xml.preserve = is_true(x->args[1]);
		e->xml.nargs = 1;
	} else if (e->xml.op == XML_KIND_ROOT && e->xml.nargs == 3) {
		e->xml.standalone = last->kind == EX_CONST ? (int)last->con.value.i : 3;
		e->xml.nargs = 2;
	}
}

struct expr *
analyze_xml_expr(struct analyzer *as, const PgQuery__XmlExpr *x)
{
	const struct kind_row *k = (size_t)x->op < COUNTOF(kinds) ? &kinds[x->op] : NULL;
	struct expr *e;

	if (!k || !k->construct) {
		err_unsupported(as->env->err, x->location, "XML expression %d", (int)x->op);
		return NULL;
	}
	e = expr_new(as, EX_XML, k->type, x->location);
	e->xml.op = k->op;
	e->xml.document = x->xmloption == PG_QUERY__XML_OPTION_TYPE__XMLOPTION_DOCUMENT;
	if (k->op == XML_KIND_ELEMENT || k->op == XML_KIND_PI)
		e->xml.name = name_of(as, x->name, false);
	if (!named_values(as, x, e) || !arguments(as, x, k, e))
		return NULL;
	take_options(x, e);
	return e;
}

struct expr *
analyze_xml_serialize(struct analyzer *as, const PgQuery__XmlSerialize *x)
{
	struct expr *arg = typed_value(as, x->expr, T_XML, "XMLSERIALIZE"), *e, *r;
	const struct type *t;
	int32_t typmod;

	if (!arg || !analyze_type_name(as, x->type_name, &t, &typmod))
		return NULL;
	e = expr_new(as, EX_XML, T_TEXT, x->location);
	e->xml.op = XML_KIND_SERIALIZE;
	e->xml.document = x->xmloption == PG_QUERY__XML_OPTION_TYPE__XMLOPTION_DOCUMENT;
	e->xml.args = ARENA_ARRAY(as->arena, struct expr *, 1);
	e->xml.args[0] = arg;
	e->xml.nargs = 1;
	e->xml.as = t->oid;
	e->xml.as_typmod = typmod;
	r = coerce_to_target_type(as, e, t->oid, typmod, COERCE_IMPLICIT, -1);
	if (!r && !err_is_set(as->env->err))
		err_set(as->env->err, ERR_CANNOT_COERCE, x->location,
			"cannot cast XMLSERIALIZE result to %s", type_display(as, t->oid));
	return r;
}

struct expr *
expr_text_array(struct analyzer *as, const char *const *texts, int n)
{
	struct buf b = BUF_INIT;
	struct array v;
	struct expr *e;
	size_t len;

	array_init(&v, as->arena, n);
	for (int i = 0; i < n; i++)
		v.items[i] = (struct array_item){texts[i], texts[i] ? strlen(texts[i]) : 0};
	array_print(&v, ',', &b);
	len = b.len;
	e = expr_const(as, T_TEXTARRAY, -1, datum_text(buf_dup(&b, as->arena), len), -1);
	buf_release(&b);
	return e;
}
