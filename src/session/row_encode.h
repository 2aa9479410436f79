/*
 * row_encode: result rows as RowDescription and DataRow, the one place where values leave. Written
 * straight into s->out.
 */
#ifndef SESSION_ROW_ENCODE_H
#define SESSION_ROW_ENCODE_H

#include "session/portal.h"

/* formats: n codes or NULL for text. */
void row_describe(struct session *s, const struct plan_column *cols, int n, const int16_t *formats);
/* A portal_sink: the current row as a DataRow. */
bool row_send(struct session *s, struct portal *p, void *unused);
/* One value's text in the session's settings, in UTF-8, appended to b. Not for NULL. */
bool row_value_text(struct session *s, const struct snapshot *snap, const struct type *t,
		    int32_t typmod, const struct datum *d, struct buf *b) MUSTCHECK;
/* A DataRow of n texts (NULL: NULL), for utility commands; the bytes are the same in both formats.
 */
void row_send_texts(struct session *s, const char *const *texts, int n);

#endif
