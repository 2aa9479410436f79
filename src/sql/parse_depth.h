/*
 * parse_depth: how deep the tree of a text may become, before it is parsed.
 */
#ifndef SQL_PARSE_DEPTH_H
#define SQL_PARSE_DEPTH_H

#include <stddef.h>

/* An upper bound of the number of nested constructs in SQL text s, by tokens alone: every level of
 * a tree comes from one operator, keyword or bracket, and what a comma, a semicolon, AND or OR
 * separates is side by side. Linear, no recursion. */
size_t parse_depth(const char *s);

#endif
