/*
 * A session's settings: only what differs from the base is stored. Every change inside a
 * transaction leaves an undo record, oldest first; at commit those of SET LOCAL are taken back, at
 * abort all of them.
 */
#include "session/settings.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "session/session.h"

void
settings_init(struct settings *ss, struct session *s)
{
	*ss = (struct settings){.session = s};
}

static void
free_undo(struct settings *ss, int from)
{
	for (int i = from; i < ss->nundo; i++) {
		free(ss->undo[i].name);
		free(ss->undo[i].prior);
	}
	ss->nundo = from;
	if (from == 0) {
		free(ss->undo);
		ss->undo = NULL;
		ss->cap_undo = 0;
	}
}

void
settings_release(struct settings *ss)
{
	free_undo(ss, 0);
	for (int i = 0; i < ss->n; i++) {
		free(ss->v[i].name);
		free(ss->v[i].value);
		free(ss->v[i].reset);
	}
	free(ss->v);
	settings_init(ss, ss->session);
}

static struct setting_value *
stored(struct settings *ss, const struct setting *def, const char *name)
{
	for (int i = 0; i < ss->n; i++)
		if (def ? ss->v[i].def == def
			: ss->v[i].name && strcasecmp(ss->v[i].name, name) == 0)
			return &ss->v[i];
	return NULL;
}

static struct setting_value *
store(struct settings *ss, const struct setting *def, const char *name)
{
	struct setting_value *v = stored(ss, def, name);

	if (v)
		return v;
	if (ss->n == ss->cap) {
		ss->cap = ss->cap ? ss->cap * 2 : 4;
		ss->v = xrealloc(ss->v, sizeof(*ss->v) * (size_t)ss->cap);
	}
	v = &ss->v[ss->n++];
	*v = (struct setting_value){.def = def, .name = def ? NULL : xstrdup(name)};
	return v;
}

static const char *
base_value(const struct setting *def)
{
	return settings_base(def->row->name);
}

const char *
settings_get(struct settings *ss, const struct setting *def, struct arena *a)
{
	struct setting_value *v;

	if (def->hook && def->hook->show)
		return def->hook->show(ss->session, a);
	v = stored(ss, def, NULL);
	return v && v->value ? v->value : base_value(def);
}

static void
assign(struct settings *ss, const struct setting *def)
{
	struct session *s = ss->session;
	struct setting_value *v;

	if (!def || !def->hook || !s)
		return;
	v = stored(ss, def, NULL);
	if (def->hook->assign)
		def->hook->assign(s, v && v->value ? v->value : base_value(def));
	if (def->hook->flags & HOOK_REPORT)
		s->report_dirty = true;
}

void
settings_apply_all(struct settings *ss)
{
	const struct setting *def;

	for (int i = 0; (def = settings_at(i)) != NULL; i++)
		if (def->hook && def->hook->assign)
			assign(ss, def);
}

/* ---- changing ---- */

/* Custom names are simple identifiers joined by dots. */
static bool
custom_name(const char *name, struct err *err)
{
	bool start = true, dot = false;

	for (const unsigned char *p = (const unsigned char *)name; *p; p++) {
		if (*p == '.' && !start) {
			start = dot = true;
		} else if (isalpha(*p) || *p == '_' || *p >= 0x80 ||
			   (!start && (isdigit(*p) || *p == '$'))) {
			start = false;
		} else {
			dot = false;
			start = true;
			break;
		}
	}
	if (dot && !start)
		return true;
	if (!strchr(name, '.'))
		return err_set(err, ERR_UNDEFINED_OBJECT, -1,
			       "unrecognized configuration parameter \"%s\"", name);
	err_set(err, ERR_INVALID_NAME, -1, "invalid configuration parameter name \"%s\"", name);
	return err_detail(
		err,
		"Custom parameter names must be two or more simple identifiers separated by dots.");
}

static bool
may_change(struct settings *ss, const struct setting *def, enum set_how how, struct err *err)
{
	const char *name = def->row->name;

	switch (def->context) {
	case SETTING_INTERNAL:
		return err_set(err, ERR_CANT_CHANGE_RUNTIME_PARAM, -1,
			       "parameter \"%s\" cannot be changed", name);
	case SETTING_POSTMASTER:
		return err_set(err, ERR_CANT_CHANGE_RUNTIME_PARAM, -1,
			       "parameter \"%s\" cannot be changed without restarting the server",
			       name);
	case SETTING_SIGHUP:
		return err_set(err, ERR_CANT_CHANGE_RUNTIME_PARAM, -1,
			       "parameter \"%s\" cannot be changed now", name);
	case SETTING_BACKEND:
	case SETTING_SUPERUSER_BACKEND:
		if (how != SET_STARTUP)
			return err_set(err, ERR_CANT_CHANGE_RUNTIME_PARAM, -1,
				       "parameter \"%s\" cannot be set after connection start",
				       name);
		break;
	default:
		break;
	}
	if ((def->context == SETTING_SUPERUSER || def->context == SETTING_SUPERUSER_BACKEND) &&
	    ss->session && !ss->session->superuser)
		return err_set(err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied to set parameter \"%s\"", name);
	return true;
}

static void
remember(struct settings *ss, const struct setting_value *v, bool local)
{
	struct setting_undo *u;

	if (ss->nundo == ss->cap_undo) {
		ss->cap_undo = ss->cap_undo ? ss->cap_undo * 2 : 4;
		ss->undo = xrealloc(ss->undo, sizeof(*u) * (size_t)ss->cap_undo);
	}
	u = &ss->undo[ss->nundo++];
	*u = (struct setting_undo){.def = v->def, .local = local, .level = ss->level};
	u->name = v->name ? xstrdup(v->name) : NULL;
	u->prior = v->value ? xstrdup(v->value) : NULL;
}

static void
change(struct settings *ss, struct setting_value *v, const char *value, enum set_how how)
{
	char *copy = value ? xstrdup(value) : NULL;

	if (how == SET_STARTUP) {
		free(v->reset);
		v->reset = copy ? xstrdup(copy) : NULL;
	} else {
		remember(ss, v, how == SET_LOCAL);
	}
	free(v->value);
	v->value = copy;
	assign(ss, v->def);
}

static bool
set_known(struct settings *ss, const struct setting *def, const char *name, const char *value,
	  enum set_how how, struct err *err)
{
	struct arena a = ARENA_INIT;
	const char *canonical = NULL;
	struct setting_value *v;
	bool ok = may_change(ss, def, how, err);

	if (ok && def->hook && def->hook->set) {
		ok = def->hook->set(ss->session, value, how == SET_LOCAL, err);
	} else if (ok) {
		if (value)
			ok = (canonical = setting_parse(def, name, ss->session, &a, value, err)) !=
			     NULL;
		if (ok) {
			v = store(ss, def, NULL);
			change(ss, v, value ? canonical : v->reset, how);
		}
	}
	arena_release(&a);
	return ok;
}

bool
settings_set(struct settings *ss, const char *name, const char *value, enum set_how how,
	     struct err *err)
{
	const struct setting *def = settings_find(name);
	struct setting_value *v;

	if (def)
		return set_known(ss, def, name, value, how, err);
	if (!custom_name(name, err))
		return false;
	v = store(ss, NULL, name);
	change(ss, v, value ? value : v->reset ? v->reset : "", how);
	return true;
}

bool
settings_reset_all(struct settings *ss, struct err *err)
{
	(void)err;
	for (int i = 0; i < ss->n; i++) {
		struct setting_value *v = &ss->v[i];
		if (v->def && v->def->row->flags && strstr(v->def->row->flags, "NO_RESET_ALL"))
			continue;
		if (v->def && v->def->hook && v->def->hook->set)
			continue;
		change(ss, v, v->reset, SET_SESSION);
	}
	return true;
}

bool
settings_show(struct settings *ss, const char *name, bool missing_ok, struct arena *a,
	      const char **out, struct err *err)
{
	const struct setting *def = settings_find(name);
	struct setting_value *v;

	*out = NULL;
	if (def) {
		*out = arena_strdup(a, setting_format(def, a, settings_get(ss, def, a)));
		return true;
	}
	v = stored(ss, NULL, name);
	if (v)
		*out = arena_strdup(a, v->value ? v->value : "");
	if (v || missing_ok)
		return true;
	return err_set(err, ERR_UNDEFINED_OBJECT, -1, "unrecognized configuration parameter \"%s\"",
		       name);
}

/* ---- transactions ---- */

static void
put_back(struct settings *ss, const struct setting_undo *u, const char *value)
{
	struct setting_value *v = stored(ss, u->def, u->name);
	char *copy;

	if (!v)
		return;
	copy = value ? xstrdup(value) : NULL;
	free(v->value);
	v->value = copy;
	assign(ss, v->def);
}

static void
undo_from(struct settings *ss, int from)
{
	for (int i = ss->nundo - 1; i >= from; i--)
		put_back(ss, &ss->undo[i], ss->undo[i].prior);
	free_undo(ss, from);
}

void
settings_abort(struct settings *ss)
{
	undo_from(ss, 0);
	ss->level = 0;
}

static bool
same_setting(const struct setting_undo *a, const struct setting_undo *b)
{
	return a->def ? a->def == b->def : !b->def && strcasecmp(a->name, b->name) == 0;
}

/* What stays of one parameter: the value of its last plain SET, else the one before the
 * transaction. A record's new value is the next record's prior. */
static void
settle(struct settings *ss, int first)
{
	const struct setting_undo *u = &ss->undo[first];
	struct setting_value *v = stored(ss, u->def, u->name);
	const char *keep = u->prior;
	bool any_local = false;
	int last = first;

	for (int i = first; i < ss->nundo; i++)
		if (same_setting(u, &ss->undo[i])) {
			if (i > first && !ss->undo[last].local)
				keep = ss->undo[i].prior;
			last = i;
			any_local |= ss->undo[i].local;
		}
	if (any_local && v && ss->undo[last].local)
		put_back(ss, u, keep);
}

void
settings_commit(struct settings *ss)
{
	ss->level = 0;
	if (ss->nundo == 0)
		return;
	for (int i = 0; i < ss->nundo; i++) {
		bool seen = false;
		for (int k = 0; k < i && !seen; k++)
			seen = same_setting(&ss->undo[k], &ss->undo[i]);
		if (!seen)
			settle(ss, i);
	}
	free_undo(ss, 0);
}

void
settings_savepoint(struct settings *ss)
{
	ss->level++;
}

void
settings_release_to(struct settings *ss, int level)
{
	for (int i = 0; i < ss->nundo; i++)
		ss->undo[i].level = MIN(ss->undo[i].level, level);
	ss->level = level;
}

void
settings_rollback_to(struct settings *ss, int level)
{
	int from = ss->nundo;

	while (from > 0 && ss->undo[from - 1].level > level)
		from--;
	undo_from(ss, from);
	ss->level = level;
}
