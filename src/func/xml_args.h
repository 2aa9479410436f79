/*
 * xml_args: values and names as XML, shared by the bodies that make or read it.
 * Mirrors: PostgreSQL's xml.c: map_sql_value_to_xml_value, escape_xml,
 * map_sql_identifier_to_xml_name.
 */
#ifndef FUNC_XML_ARGS_H
#define FUNC_XML_ARGS_H

#include "func/args.h"
#include "types/xml.h"

/* The value of t, which is not NULL, as the content of an element; escape: strings are escaped
 * (else the caller does that). False: 22008 for infinities, or what its output raises. */
bool xml_value(struct fcall *c, const struct type *t, int32_t typmod, const struct datum *d,
	       bool escape, struct buf *b) MUSTCHECK;

void xml_escape(const char *s, size_t n, struct buf *b);
/* As between the quotes of an attribute. */
void xml_escape_attribute(const char *s, size_t n, struct buf *b);

/* An SQL identifier as an XML name. full: also what could be taken for a prefix or for a reserved
 * name; period: dots too. */
void xml_name(const char *identifier, bool full, bool period, struct buf *b);
/* And back. */
void xml_name_to_identifier(const char *name, struct buf *b);

/* An argument's text, terminated. */
const char *xml_text(struct fcall *c, const struct datum *d, size_t *n);
bool ret_xml(struct fcall *c, struct buf *b, struct datum *out);

#endif
