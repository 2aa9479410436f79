/*
 * settings: PostgreSQL's configuration parameters.
 *
 * One table (settings_table.c) has every parameter that PostgreSQL 15 shows, from catalog/, and the
 * few that it hides. What means something here has a hook (settings_hooks.c); the rest are
 * accepted, checked and shown, and docs/compatibility.md says so.
 *
 *     the table's own default < litephant.conf < environment < command line    (base: shared,
 * settings_base_*) < startup packet < SET < SET LOCAL                                       (struct
 * settings: the session's)
 *
 * A value is kept in canonical form: what pg_settings.setting shows, numbers in the parameter's own
 * unit.
 */
#ifndef SESSION_SETTINGS_H
#define SESSION_SETTINGS_H

#include "base/err.h"
#include "catalog/catalog.h"

struct session;
struct settings;

enum setting_type { SETTING_BOOL, SETTING_INT, SETTING_REAL, SETTING_STRING, SETTING_ENUM };
enum setting_context {
	SETTING_INTERNAL,
	SETTING_POSTMASTER,
	SETTING_SIGHUP,
	SETTING_SUPERUSER_BACKEND,
	SETTING_BACKEND,
	SETTING_SUPERUSER,
	SETTING_USER
};

/* A value on its way in. */
struct setting_check {
	struct arena *arena;
	struct session *session;   /* NULL: at start or reload */
	const char *name;          /* as it was given; its own while a hook checks */
	const char *value;         /* replaced by its canonical form */
	const char *detail, *hint; /* explain a refusal */
	struct err *err;           /* or say it whole */
};

struct setting_hook {
	const char *name;
	/* False: refused; unless err is set, as "invalid value for parameter". */
	bool (*check)(struct setting_check *c);
	/* The value has become v for this session. */
	void (*assign)(struct session *s, const char *v);
	/* In place of the stored value. */
	const char *(*show)(struct session *s, struct arena *a);
	/* In place of storing one: the transaction's own characteristics, role … v NULL: the
	 * default. */
	bool (*set)(struct session *s, const char *v, bool local, struct err *err);
	unsigned flags;
};
enum {
	HOOK_REPORT = 1 /* ParameterStatus */,
	HOOK_LIST = 2 /* quoted list: search_path */,
	HOOK_HIDDEN = 4 /* not in SHOW ALL */
};

struct setting {
	const struct setting_row *row;
	const struct setting_hook *hook; /* or NULL */
	enum setting_type type;
	enum setting_context context;
	int index;
};

/* ---- the table and the server's own values ---- */

void settings_table_init(void);
const struct setting *settings_find(const char *name); /* any case; NULL: none */
const struct setting *settings_at(int i);              /* by name; NULL at the end */
/* Before start (reload false) or from a file that is read again (reload true: what needs a restart
 * is left alone, with a log line). False: err is set. */
bool settings_base_set(const char *name, const char *value, bool reload, struct err *err) MUSTCHECK;
const char *settings_base(const char *name); /* canonical; never NULL */
int64_t settings_base_int(const char *name);
bool settings_base_bool(const char *name);
/* Before a reload: values from the file go back to the default, but for those that were given on
 * the command line. */
void settings_base_begin_reload(void);
void settings_base_lock_command_line(void); /* what is set so far was: files do not override it */
const struct setting_hook *settings_hook(const char *name);

/* Canonical form of value for def, which was given as name. NULL: err is set (22023 …). */
const char *setting_parse(const struct setting *def, const char *name, struct session *s,
			  struct arena *a, const char *value, struct err *err);
/* As SHOW prints it: with a unit. */
const char *setting_format(const struct setting *def, struct arena *a, const char *value);

/* ---- a session's ---- */

struct setting_value {
	const struct setting *def; /* NULL: custom */
	char *name;                /* of a custom one */
	char *value;               /* NULL: as the base has it */
	char *reset;               /* what RESET goes back to (startup packet); NULL: the base */
};

struct setting_undo {
	const struct setting *def;
	char *name;  /* custom */
	char *prior; /* value before; NULL: none */
	bool local;
	int level; /* savepoints around it */
};

struct settings {
	struct session *session;
	struct setting_value *v;
	int n, cap;
	struct setting_undo *undo;
	int nundo, cap_undo;
	int level; /* depth of savepoints */
};

enum set_how { SET_STARTUP, SET_SESSION, SET_LOCAL };

void settings_init(struct settings *ss, struct session *s);
void settings_release(struct settings *ss);
/* Assigns every hook's value: at the start of a session, and after a reload. */
void settings_apply_all(struct settings *ss);

/* value NULL: back to the default. Undone with the transaction, but for SET_STARTUP. */
bool settings_set(struct settings *ss, const char *name, const char *value, enum set_how how,
		  struct err *err) MUSTCHECK;
bool settings_reset_all(struct settings *ss, struct err *err) MUSTCHECK;
/* As SHOW and current_setting: in arena a. missing_ok: *out NULL. False: err is set (42704). */
bool settings_show(struct settings *ss, const char *name, bool missing_ok, struct arena *a,
		   const char **out, struct err *err) MUSTCHECK;
/* The canonical value; may come from the base. */
const char *settings_get(struct settings *ss, const struct setting *def, struct arena *a);

void settings_commit(struct settings *ss);
void settings_abort(struct settings *ss);
void settings_savepoint(struct settings *ss);              /* one level deeper */
void settings_release_to(struct settings *ss, int level);  /* keeps what was set */
void settings_rollback_to(struct settings *ss, int level); /* undoes what was set in levels above */

#endif
