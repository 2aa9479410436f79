/*
 * The table: catalog/'s rows of pg_settings, and the parameters that pg_settings hides or that are
 * ours. Sorted by name, any case. Values of the base are read by sessions while a reload writes
 * them, under base_lock; old values are never freed, so a reader may keep its pointer.
 */
#include "session/settings.h"

#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

#include "base/map.h"
#include "base/log.h"
#include "session/server.h"

enum { MAX_SETTINGS = 512 };

static struct setting table[MAX_SETTINGS];
static int ntable;

static struct {
	const char *value;
	bool command_line;
} base[MAX_SETTINGS];
static pthread_mutex_t base_lock = PTHREAD_MUTEX_INITIALIZER;

#define HIDDEN(name_, boot, context_, type_, desc)                                                 \
	{                                                                                          \
		.name = name_, .boot_val = boot, .category = "Preset Options", .short_desc = desc, \
		.context = context_, .vartype = type_, .flags = "NO_SHOW_ALL"                      \
	}

static const struct setting_row own_rows[] = {
	HIDDEN("is_superuser", "off", "internal", "bool",
	       "Shows whether the current user is a superuser."),
	HIDDEN("role", "none", "user", "string", "Sets the current role."),
	HIDDEN("session_authorization", "", "user", "string", "Sets the session user name."),
	{.name = "seed",
	 .boot_val = "0",
	 .category = "Client Connection Defaults",
	 .context = "user",
	 .vartype = "real",
	 .short_desc = "Sets the seed for random-number generation.",
	 .min_val = "-1",
	 .max_val = "1",
	 .flags = "NO_SHOW_ALL"},
	HIDDEN("default_with_oids", "off", "user", "bool",
	       "WITH OIDS is no longer supported; this can only be false."),
	{.name = "auth_method",
	 .boot_val = "",
	 .category = "Connections and Authentication / Authentication",
	 .short_desc = "Sets how clients prove who they are (Litephant).",
	 .context = "postmaster",
	 .vartype = "enum",
	 .enumvals = "{trust,password,md5,scram-sha-256}"},
	{.name = "page_cache",
	 .boot_val = "8192",
	 .unit = "kB",
	 .category = "Resource Usage / Memory",
	 .short_desc = "Sets how much of a file each SQLite connection may cache (Litephant).",
	 .context = "postmaster",
	 .vartype = "integer",
	 .min_val = "64",
	 .max_val = "4194304"},
	{.name = "mmap_size",
	 .boot_val = "268435456",
	 .unit = "B",
	 .category = "Resource Usage / Memory",
	 .short_desc = "Sets how much of a file is mapped into memory (Litephant).",
	 .context = "postmaster",
	 .vartype = "integer",
	 .min_val = "0",
	 .max_val = "2147418112"},
	{.name = "busy_timeout",
	 .boot_val = "5000",
	 .unit = "ms",
	 .category = "Lock Management",
	 .short_desc =
		 "Sets how long a lock of another process on the file is waited for (Litephant).",
	 .context = "postmaster",
	 .vartype = "integer",
	 .min_val = "0",
	 .max_val = "2147483647"},
};

/* What differs from PostgreSQL's own defaults here. */
static const struct {
	const char *name, *value;
} own_defaults[] = {
	{"server_version", SERVER_VERSION},
	{"server_version_num", SERVER_VERSION_NUM},
	{"server_encoding", "UTF8"},
	{"client_encoding", "UTF8"},
	{"lc_collate", "C"},
	{"lc_ctype", "C.UTF-8"},
	{"TimeZone", "UTC"},
	{"log_timezone", "UTC"},
	{"max_stack_depth", "2048"},
	{"unix_socket_directories", ""},
	{"jit", "off"},
	{"autovacuum", "off"},
	{"timezone_abbreviations", "Default"},
	{"data_directory", ""},
	{"config_file", ""},
	{"hba_file", ""},
	{"ident_file", ""},
	{"external_pid_file", ""},
};

static enum setting_type
type_of(const char *vartype)
{
	switch (vartype[0]) {
	case 'b':
		return SETTING_BOOL;
	case 'i':
		return SETTING_INT;
	case 'r':
		return SETTING_REAL;
	case 'e':
		return SETTING_ENUM;
	default:
		return SETTING_STRING;
	}
}

static enum setting_context
context_of(const char *c)
{
	static const struct {
		const char *name;
		enum setting_context context;
	} all[] = {
		{"internal", SETTING_INTERNAL}, {"postmaster", SETTING_POSTMASTER},
		{"sighup", SETTING_SIGHUP},     {"superuser-backend", SETTING_SUPERUSER_BACKEND},
		{"backend", SETTING_BACKEND},   {"superuser", SETTING_SUPERUSER},
	};

	for (size_t i = 0; i < COUNTOF(all); i++)
		if (strcmp(all[i].name, c) == 0)
			return all[i].context;
	return SETTING_USER;
}

static void
add(const struct setting_row *row)
{
	struct setting *s = &table[ntable];

	if (ntable == MAX_SETTINGS)
		abort();
	s->row = row;
	s->type = type_of(row->vartype);
	s->context = context_of(row->context);
	s->hook = settings_hook(row->name);
	ntable++;
}

static int
by_name(const void *a, const void *b)
{
	return strcasecmp(((const struct setting *)a)->row->name,
			  ((const struct setting *)b)->row->name);
}

static const char *
default_of(const struct setting_row *row)
{
	for (size_t i = 0; i < COUNTOF(own_defaults); i++)
		if (strcmp(own_defaults[i].name, row->name) == 0)
			return own_defaults[i].value;
	return row->boot_val ? row->boot_val : "";
}

void
settings_table_init(void)
{
	const struct setting_row *row;

	if (ntable)
		return;
	for (int i = 0; (row = setting_at(i)) != NULL; i++)
		add(row);
	for (size_t i = 0; i < COUNTOF(own_rows); i++)
		add(&own_rows[i]);
	qsort(table, (size_t)ntable, sizeof(table[0]), by_name);
	for (int i = 0; i < ntable; i++) {
		table[i].index = i;
		base[i].value = default_of(table[i].row);
	}
}

const struct setting *
settings_find(const char *name)
{
	int lo = 0, hi = ntable;

	while (lo < hi) {
		int mid = (lo + hi) / 2, c = strcasecmp(table[mid].row->name, name);
		if (c == 0)
			return &table[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct setting *
settings_at(int i)
{
	return i >= 0 && i < ntable ? &table[i] : NULL;
}

static const char *
base_get(const struct setting *def)
{
	const char *v;

	pthread_mutex_lock(&base_lock);
	v = base[def->index].value;
	pthread_mutex_unlock(&base_lock);
	return v;
}

const char *
settings_base(const char *name)
{
	const struct setting *def = settings_find(name);

	return def ? base_get(def) : "";
}

int64_t
settings_base_int(const char *name)
{
	return strtoll(settings_base(name), NULL, 10);
}

bool
settings_base_bool(const char *name)
{
	return strcmp(settings_base(name), "on") == 0;
}

/* Readers hold a value without the lock: each distinct one is kept once, for good. base_lock is
 * held. */
static const char *
interned(const char *value)
{
	static struct map values = MAP_INIT;
	char *copy = map_gets(&values, value);

	if (!copy) {
		copy = xstrdup(value);
		map_puts(&values, copy, copy);
	}
	return copy;
}

static void
base_put(const struct setting *def, const char *value)
{
	const char *copy;

	pthread_mutex_lock(&base_lock);
	copy = interned(value);
	base[def->index].value = copy;
	pthread_mutex_unlock(&base_lock);
	if (strcmp(def->row->name, "log_min_messages") == 0)
		log_set_min((enum log_level)log_level_by_name(copy));
}

bool
settings_base_set(const char *name, const char *value, bool reload, struct err *err)
{
	const struct setting *def = settings_find(name);
	struct arena a = ARENA_INIT;
	const char *canonical;

	if (!def)
		return err_set(err, ERR_UNDEFINED_OBJECT, -1,
			       "unrecognized configuration parameter \"%s\"", name);
	if (def->context == SETTING_INTERNAL)
		return err_set(err, ERR_CANT_CHANGE_RUNTIME_PARAM, -1,
			       "parameter \"%s\" cannot be changed", def->row->name);
	canonical = setting_parse(def, name, NULL, &a, value, err);
	if (canonical && strcmp(canonical, base_get(def)) != 0 && !base[def->index].command_line) {
		if (reload && def->context == SETTING_POSTMASTER)
			log_line(LOG_LOG, 0,
				 "parameter \"%s\" cannot be changed without restarting the server",
				 def->row->name);
		else
			base_put(def, canonical);
	}
	arena_release(&a);
	return canonical != NULL;
}

void
settings_base_begin_reload(void)
{
	for (int i = 0; i < ntable; i++)
		if (!base[i].command_line && table[i].context != SETTING_POSTMASTER &&
		    table[i].context != SETTING_INTERNAL)
			base_put(&table[i], default_of(table[i].row));
}

void
settings_base_lock_command_line(void)
{
	for (int i = 0; i < ntable; i++)
		base[i].command_line = strcmp(base[i].value, default_of(table[i].row)) != 0;
}
