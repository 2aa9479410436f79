/*
 * Transaction ids, what became of them, and snapshots of those in progress.
 *
 * active holds the ids in progress, ascending. What became of the last FATES ids is kept, one byte
 * each at id % FATES; what became of older ones nobody knows, as in a PostgreSQL that has frozen
 * them. Lock: guard, a leaf.
 */
#include "base/vec.h"
#include "func/args.h"
#include "func/tables.h"
#include "func/xact_id.h"
#include "types/read.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

enum { FIRST_ID = 1000, FATES = 65536 };

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static uint64_t next_id = FIRST_ID, last_done = FIRST_ID - 1;
static uint64_t *active;
static size_t nactive, room;
static char fates[FATES]; /* 'i'n progress, 'c'ommitted, 'a'borted */

uint64_t
xact_id(struct fenv *env)
{
	if (env->txid)
		return env->txid;
	pthread_mutex_lock(&guard);
	if (nactive == room) {
		room = room ? 2 * room : 16;
		active = xrealloc(active, room * sizeof(*active));
	}
	env->txid = active[nactive++] = next_id++;
	fates[env->txid % FATES] = 'i';
	pthread_mutex_unlock(&guard);
	return env->txid;
}

uint64_t
xact_id_next(const struct fenv *env)
{
	uint64_t next;

	pthread_mutex_lock(&guard);
	next = next_id;
	pthread_mutex_unlock(&guard);
	return env->txid ? env->txid : next;
}

void
xact_id_end(struct fenv *env, bool committed)
{
	if (!env->txid)
		return;
	pthread_mutex_lock(&guard);
	for (size_t i = 0; i < nactive; i++)
		if (active[i] == env->txid) {
			nactive--;
			memmove(&active[i], &active[i + 1], (nactive - i) * sizeof(*active));
			break;
		}
	last_done = MAX(last_done, env->txid);
	fates[env->txid % FATES] = committed ? 'c' : 'a';
	pthread_mutex_unlock(&guard);
	env->txid = 0;
}

static bool
fn_current_xact_id(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		   struct datum *out)
{
	*out = datum_int((int64_t)xact_id(c->env));
	return true;
}

static bool
fn_current_xact_id_if_assigned(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
			       struct datum *out)
{
	if (c->env->txid)
		*out = datum_int((int64_t)c->env->txid);
	return true;
}

/* 0: nobody knows; -1: there has been no such transaction. */
static int
fate(uint64_t id)
{
	int f;

	pthread_mutex_lock(&guard);
	f = id >= next_id ? -1 : id < FIRST_ID || id + FATES < next_id ? 0 : fates[id % FATES];
	for (size_t i = 0; i < nactive; i++)
		if (active[i] == id)
			f = 'i';
	pthread_mutex_unlock(&guard);
	return f;
}

static bool
fn_xact_status(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	uint64_t id;
	int f;

	if (!arg_uint(c, &args[0], &id))
		return false;
	f = id == 1 || id == 2 ? 'c' : fate(id);
	if (f < 0)
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "transaction ID %" PRIu64 " is in the future", id);
	if (f == 0)
		return true;
	return ret_text(c, f == 'c' ? "committed" : f == 'a' ? "aborted" : "in progress", out);
}

static bool
fn_current_snapshot(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
		    struct datum *out)
{
	struct buf b = BUF_INIT;
	const char *comma = "";
	uint64_t xmax;

	pthread_mutex_lock(&guard);
	xmax = last_done + 1;
	buf_printf(&b, "%" PRIu64 ":%" PRIu64 ":", nactive ? MIN(active[0], xmax) : xmax, xmax);
	for (size_t i = 0; i < nactive && active[i] < xmax; i++)
		if (active[i] != c->env->txid) {
			buf_printf(&b, "%s%" PRIu64, comma, active[i]);
			comma = ",";
		}
	pthread_mutex_unlock(&guard);
	return ret_buf(c, &b, out);
}

/* ---- snapshots taken apart: xmin:xmax:id,id… ---- */

static uint64_t
take(const char **p, const char *end)
{
	uint64_t v = 0;

	for (; *p < end && **p >= '0' && **p <= '9'; (*p)++)
		v = v * 10 + (uint64_t)(**p - '0');
	*p += *p < end;
	return v;
}

static bool
fn_snapshot_xmin(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *p = arg_text(c, &args[0], &n);

	*out = datum_uint(c->arena, take(&p, p + n));
	return true;
}

static bool
fn_snapshot_xmax(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *p = arg_text(c, &args[0], &n), *end = p + n;

	take(&p, end);
	*out = datum_uint(c->arena, take(&p, end));
	return true;
}

static bool
fn_visible(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t n;
	const char *p = arg_text(c, &args[1], &n), *end = p + n;
	uint64_t id, xmin = take(&p, end), xmax = take(&p, end);
	bool visible;

	if (!arg_uint(c, &args[0], &id))
		return false;
	visible = id < xmax;
	while (visible && id >= xmin && p < end)
		visible = take(&p, end) != id;
	*out = datum_int(visible);
	return true;
}

struct ids {
	char *text;
	const char *at, *end;
};

static bool
ids_open(struct fcall *c, const struct datum *args, int nargs UNUSED, void **state)
{
	struct ids *s = xcalloc(1, sizeof(*s));
	size_t n;
	const char *p = arg_text(c, &args[0], &n);

	s->text = xcalloc(1, n + 1);
	memcpy(s->text, p, n);
	s->at = s->text;
	s->end = s->text + n;
	take(&s->at, s->end);
	take(&s->at, s->end);
	*state = s;
	return true;
}

static int
ids_next(struct fcall *c, void *state, struct datum *cols)
{
	struct ids *s = state;

	if (s->at >= s->end)
		return 0;
	cols[0] = datum_uint(c->arena, take(&s->at, s->end));
	return 1;
}

static void
ids_close(void *state)
{
	struct ids *s = state;

	free(s->text);
	free(s);
}

static const struct srf_ops snapshot_ids = {ids_open, ids_next, ids_close, 1};

const struct func func_xact_snapshot[] = {
	FUNC_S("pg_current_xact_id", fn_current_xact_id),
	FUNC_S("pg_current_xact_id_if_assigned", fn_current_xact_id_if_assigned),
	FUNC_S("pg_xact_status", fn_xact_status),
	FUNC_S("pg_current_snapshot", fn_current_snapshot),
	FUNC("pg_snapshot_xmin", fn_snapshot_xmin),
	FUNC("pg_snapshot_xmax", fn_snapshot_xmax),
	FUNC("pg_visible_in_snapshot", fn_visible),
	FUNC_SRF("pg_snapshot_xip", &snapshot_ids),
	FUNC_END,
};
