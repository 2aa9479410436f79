/*
 * xml: documents and fragments, checked by libxml2.
 * Owner:   libxml2 is set up once for the process (xml_library); everything else is per call.
 * Memory:  what is made lives in the arena given; libxml2's own objects never outlive a call.
 * Mirrors: PostgreSQL's xml.c: what is accepted, declarations, the words of errors.
 *
 * A value is stored as it was given, its declaration included; printing it leaves the encoding out.
 * No external entity is ever loaded: every one of them is empty.
 */
#ifndef TYPES_XML_H
#define TYPES_XML_H

#include <libxml/xmlerror.h>

#include "types/type.h"

enum { XML_VALUE_MAX = 64 << 20 /* bytes: a tree takes a multiple of its text */ };

/* Sets libxml2 up; once, before there are threads. Later calls do nothing. */
void xml_library(void);

/* One use of libxml2: what it complains of on this thread between xml_begin and xml_end. Uses
 * nest. */
struct xml_use {
	const struct type_env *env; /* warnings go to its notice */
	bool all;                   /* namespaces and XPath count too, not only well-formedness */
	bool failed;
	struct buf text;
	xmlStructuredErrorFunc outer;
	void *outer_arg;
	xmlGenericErrorFunc outer_print;
	void *outer_print_arg;
};

void xml_begin(struct xml_use *u, const struct type_env *env, bool all);
void xml_end(struct xml_use *u);
/* Always false. The detail is what was complained of. */
bool xml_fail(struct xml_use *u, struct err *err, const char *sqlstate, const char *message);

/* <?xml version="1.0" encoding="…" standalone="yes"?>. Texts point into the value. */
struct xml_decl {
	const char *version, *encoding; /* NULL: none */
	size_t version_n, encoding_n;
	int standalone; /* -1: not said */
	size_t len;     /* of the whole declaration; 0: there is none */
};

/* s is terminated. Returns 0 or libxml2's code of the error; then *out says nothing but len 0. */
int xml_decl_read(const char *s, struct xml_decl *out);
/* Appends a declaration if version (NULL: 1.0) or standalone make one necessary; was it? */
bool xml_decl_print(const char *version, size_t n, const char *encoding, int standalone,
		    struct buf *b);

/* Is it a document, or else content? False: 2200M, 2200N, 54000. s is terminated. */
bool xml_check(struct err *err, const struct type_env *env, const char *s, size_t n,
	       bool document) MUSTCHECK;

/* The value as xml_out prints it; encoding: its name, NULL for UTF8. s is terminated. */
void xml_print(const char *s, size_t n, const char *encoding, struct buf *b);

#endif
