/*
 * options: the command line.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/err.h"

enum { MAX_ASSIGNMENTS = 64 };

struct options {
	const char *file, *dir; /* one of them */
	bool translate;         /* litephant translate FILE.db < q.sql */
	bool help, version;
	const char *set[MAX_ASSIGNMENTS]; /* NAME=VALUE, in order */
	int nset;
	struct arena arena;
};

bool options_parse(struct options *o, int argc, char **argv, struct err *err) MUSTCHECK;
extern const char options_usage[];

#endif
