/*
 * money: amounts in whole cents, as the C locale writes them: "-$1,234.56".
 * Stored:  INTEGER, cents.
 */
#ifndef TYPES_MONEY_H
#define TYPES_MONEY_H

#include "types/type.h"

/* Text as cash_in takes it: signs before or after, parentheses, a currency symbol, commas anywhere.
 * False: 22P02, 22003. */
bool money_parse(struct err *e, const char *s, size_t n, int64_t *cents) MUSTCHECK;
/* Any stored value, leniently. */
bool money_read(struct type_ctx *c, const struct datum *d, int64_t *cents) MUSTCHECK;
void money_print(int64_t cents, struct buf *b);

#endif
