/*
 * xml_path: documents as trees for XPath. One struct is one call's: nothing of libxml2 outlives it.
 */
#ifndef FUNC_XML_PATH_H
#define FUNC_XML_PATH_H

#include <libxml/xpath.h>

#include "func/xml_args.h"

struct xml_path {
	struct fcall *c;
	struct xml_use use;
	xmlParserCtxtPtr parser;
	xmlDocPtr doc;
	xmlXPathContextPtr context;
};

/* After either answer xml_path_close is due. False: 2200M. */
bool xml_path_open(struct xml_path *x, struct fcall *c, const char *s, size_t n) MUSTCHECK;
void xml_path_close(struct xml_path *x);
/* prefix and uri are terminated; false when libxml2 takes them not, without an error. */
bool xml_path_namespace(struct xml_path *x, const char *prefix, const char *uri) MUSTCHECK;
/* Freed with xmlXPathFreeCompExpr. NULL: the error has this code. */
xmlXPathCompExprPtr xml_path_compile(struct xml_path *x, const char *path, const char *sqlstate);
/* From x->context->node; freed with xmlXPathFreeObject. NULL: XX000. */
xmlXPathObjectPtr xml_path_eval(struct xml_path *x, xmlXPathCompExprPtr path);
/* A node as xml: an element with the namespaces it needs, or a text, escaped. */
bool xml_path_node(struct xml_path *x, xmlNodePtr node, struct buf *b) MUSTCHECK;
/* As xpath() has a number and a truth. */
bool xml_path_scalar(struct xml_path *x, const xmlXPathObject *o, struct buf *b) MUSTCHECK;

#endif
