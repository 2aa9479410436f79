/*
 * config_file: litephant.conf, in postgresql.conf's syntax.
 */
#ifndef NET_CONFIG_FILE_H
#define NET_CONFIG_FILE_H

#include "base/err.h"

/* Parses n bytes and calls set for each NAME = VALUE (the = is optional; quotes are taken off, ''
 * inside them is one '). include directives are refused (0A000). False: err says which line of the
 * file called name is wrong, or what set said. */
bool config_parse(const char *text, size_t n, const char *name,
		  bool (*set)(void *arg, const char *key, const char *value, struct err *err),
		  void *arg, struct err *err) MUSTCHECK;
/* Reads the file and parses it. *missing: there is no such file (no error). */
bool config_read(const char *path, bool *missing,
		 bool (*set)(void *arg, const char *key, const char *value, struct err *err),
		 void *arg, struct err *err) MUSTCHECK;

#endif
