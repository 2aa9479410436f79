/*
 * portal: one bound, runnable statement: of Bind, of a simple Query, of DECLARE CURSOR.
 * Owner:   the session's worker.
 * Memory:  all in portal->arena; portal_free drops it and the plan's reference.
 * States:  NEW → RUNNING (cursor open) → DONE; any → FAILED when its transaction fails.
 * Mirrors: PostgreSQL's portalmem.c, named and unnamed portals.
 */
#ifndef SESSION_PORTAL_H
#define SESSION_PORTAL_H

#include "sql/sql.h"
#include "store/txn.h"

struct session;
struct encoder;

enum portal_status { PORTAL_NEW, PORTAL_RUNNING, PORTAL_DONE, PORTAL_FAILED };

/* Rows kept in memory: WITH HOLD cursors after their transaction. */
struct held {
	struct datum *cells; /* rows × ncols */
	int64_t n, pos;      /* pos: the next row */
};

struct portal {
	char *name; /* "" is the unnamed one */
	struct arena arena;
	struct plan *plan;  /* NULL: an empty query */
	struct plan *stale; /* what plan was before the schema changed under it; or NULL */
	const char *source;
	struct datum *params; /* plan->nparams given ones; then, once computed, those of the plan */
	int nparams;
	bool computed;
	int16_t *formats; /* one a result column, or NULL: all text */
	int nformats;
	struct encoder *encoders; /* made on the first row */
	enum portal_status status;
	struct cursor *cursor;
	struct held *held;
	int64_t position; /* rows fetched so far */
	int64_t changes;  /* of a plan of several steps: rows that the command itself has changed */
	int level;        /* savepoints around it */
	bool declared;    /* by DECLARE CURSOR */
	bool hold, binary, scroll, no_scroll;
	int64_t created;
};

/* What becomes of a row; false ends the run with s->err set. */
typedef bool portal_sink(struct session *s, struct portal *p, void *arg);

/* In the session's table; 42P03 when there is one of that name (the unnamed one is replaced). NULL:
 * err is set. */
struct portal *portal_create(struct session *s, const char *name);
struct portal *portal_find(struct session *s, const char *name); /* NULL: none */
void portal_close(struct session *s, struct portal *p);

/* Outside the table, for one statement: init, run, release. Takes over plan's reference. */
void portal_init(struct portal *p, struct plan *plan);
void portal_release(struct session *s, struct portal *p);

/* Works out the plan's computed parameters, whose errors come before any row is described;
 * portal_run does it where nobody has. False: s->err is set. */
bool portal_compute(struct session *s, struct portal *p) MUSTCHECK;

/* Runs up to max rows (0: all), each to sink (NULL: nowhere). *rows: how many; DONE when the end
 * was reached. False: s->err is set (57014 when cancelled) and the cursor is closed. */
bool portal_run(struct session *s, struct portal *p, int64_t max, portal_sink *sink, void *arg,
		int64_t *rows) MUSTCHECK;
/* Column i of the current row; valid until the next. */
void portal_column(struct portal *p, int i, struct datum *out);
/* "SELECT 3", "INSERT 0 1" … after a run that gave rows rows. */
const char *portal_tag(struct arena *a, const struct portal *p, int64_t rows);

void portals_fail(struct session *s); /* an error: cursors close, names stay */
/* Commit keeps WITH HOLD cursors (reads the rest of their rows); both drop the others. False:
 * s->err is set. */
bool portals_end_transaction(struct session *s, bool committed);
void portals_rollback_to(struct session *s,
			 int level); /* drops those made in levels from level on */
void portals_close_all(struct session *s);

#endif
