/*
 * What happens when a setting changes: one row a setting that means something here. The last part
 * of the table refuses values that would change what statements mean and are not honoured.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/log.h"
#include "session/roles.h"
#include "session/search_path.h"
#include "session/session.h"
#include "session/xact.h"
#include "types/timezone.h"

static void
replace(char **p, const char *v)
{
	free(*p);
	*p = xstrdup(v);
}

/* ---- identity ---- */

static bool
check_application_name(struct setting_check *c)
{
	char *copy = arena_strdup(c->arena, c->value);

	for (char *p = copy; *p; p++)
		if ((unsigned char)*p < 32 || (unsigned char)*p > 126)
			*p = '?';
	copy[MIN(strlen(copy), (size_t)63)] = '\0';
	c->value = copy;
	return true;
}

static void
assign_application_name(struct session *s, const char *v)
{
	pthread_mutex_lock(&s->guard);
	replace(&s->application_name, v);
	pthread_mutex_unlock(&s->guard);
}

/* There are no memberships: a role may become itself, a superuser anyone. The session's user
 * counts, not the current one. */
static bool
may_become(struct arena *a, const struct session *s, const char *name)
{
	struct role r;

	return strcmp(s->session_user, name) == 0 ||
	       (role_find(a, s->session_user, &r) && r.superuser);
}

static bool
check_role(struct setting_check *c)
{
	struct role r;

	if (strcmp(c->value, "none") == 0)
		return true;
	if (!role_find(c->arena, c->value, &r))
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "role \"%s\" does not exist", c->value);
	if (c->session && c->session->login && !may_become(c->arena, c->session, c->value))
		return err_set(c->err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied to set role \"%s\"", c->value);
	return true;
}

static bool
check_session_authorization(struct setting_check *c)
{
	struct role r;

	if (*c->value == '\0')
		return true;
	if (!role_find(c->arena, c->value, &r))
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "role \"%s\" does not exist", c->value);
	if (c->session && c->session->login && !c->session->login_superuser &&
	    strcmp(c->value, c->session->login) != 0)
		return err_set(c->err, ERR_INSUFFICIENT_PRIVILEGE, -1,
			       "permission denied to set session authorization \"%s\"", c->value);
	return true;
}

/* current_user follows SET ROLE, and that follows SET SESSION AUTHORIZATION. */
static void
identity_changed(struct session *s)
{
	struct arena a = ARENA_INIT;
	const char *role = settings_get(&s->settings, settings_find("role"), &a);
	struct role r;

	replace(&s->user, strcmp(role, "none") == 0 ? s->session_user : role);
	if (strcmp(s->user, s->login) == 0)
		s->superuser = s->login_superuser;
	else
		s->superuser = role_find(&a, s->user, &r) && r.superuser;
	s->fenv.user_oid = role_find(&a, s->user, &r) ? r.oid : BOOTSTRAP_SUPERUSER;
	s->fenv.user = s->user;
	s->fenv.session_user = s->session_user;
	s->path_dirty = s->env_dirty = s->report_dirty = true;
	arena_release(&a);
}

static void
assign_role(struct session *s, const char *v)
{
	(void)v;
	if (s->login)
		identity_changed(s);
}

static void
assign_session_authorization(struct session *s, const char *v)
{
	if (!s->login)
		return;
	replace(&s->session_user, *v ? v : s->login);
	identity_changed(s);
}

static const char *
show_session_authorization(struct session *s, struct arena *a)
{
	(void)a;
	return s && s->session_user ? s->session_user : "";
}

static const char *
show_is_superuser(struct session *s, struct arena *a)
{
	(void)a;
	return s && s->superuser ? "on" : "off";
}

/* ---- text forms ---- */

static bool
check_client_encoding(struct setting_check *c)
{
	const struct encoding *e = encoding_find(c->value);

	if (!e || !e->supported)
		return false;
	c->value = e->name;
	return true;
}

static void
assign_client_encoding(struct session *s, const char *v)
{
	s->encoding = encoding_find(v);
	s->fenv.types.client_encoding = s->encoding && s->encoding->iconv ? s->encoding->name : NULL;
}

/* One word of DateStyle. False: not one. seen: bit 1 a style, bit 2 an order; *conflict when it
 * differs from an earlier one. */
static bool
date_word(const char *w, int *style, int *order, int *seen, bool *conflict)
{
	static const struct {
		const char *word;
		int style, order;
	} words[] = {{"ISO", DATESTYLE_ISO, -1},        {"SQL", DATESTYLE_SQL, -1},
		     {"GERMAN", DATESTYLE_GERMAN, -1},  {"YMD", -1, DATEORDER_YMD},
		     {"DMY", -1, DATEORDER_DMY},        {"EURO", -1, DATEORDER_DMY},
		     {"EUROPEAN", -1, DATEORDER_DMY},   {"MDY", -1, DATEORDER_MDY},
		     {"US", -1, DATEORDER_MDY},         {"NONEURO", -1, DATEORDER_MDY},
		     {"NONEUROPEAN", -1, DATEORDER_MDY}};

	if (strncasecmp(w, "POSTGRES", 8) == 0) {
		*conflict |= (*seen & 1) && *style != DATESTYLE_POSTGRES;
		*style = DATESTYLE_POSTGRES;
		*seen |= 1;
		return true;
	}
	for (size_t i = 0; i < COUNTOF(words); i++) {
		if (strcasecmp(words[i].word, w) != 0)
			continue;
		if (words[i].style >= 0) {
			*conflict |= (*seen & 1) && *style != words[i].style;
			*style = words[i].style;
			if (*style == DATESTYLE_GERMAN && !(*seen & 2))
				*order = DATEORDER_DMY;
			*seen |= 1;
		} else {
			*conflict |= (*seen & 2) && *order != words[i].order;
			*order = words[i].order;
			*seen |= 2;
		}
		return true;
	}
	return false;
}

static const char *const style_names[] = {[DATESTYLE_ISO] = "ISO",
					  [DATESTYLE_SQL] = "SQL",
					  [DATESTYLE_POSTGRES] = "Postgres",
					  [DATESTYLE_GERMAN] = "German"};
static const char *const order_names[] = {
	[DATEORDER_MDY] = "MDY", [DATEORDER_DMY] = "DMY", [DATEORDER_YMD] = "YMD"};

static bool
check_date_style(struct setting_check *c)
{
	int style = c->session ? (int)c->session->fenv.types.date_style : DATESTYLE_ISO;
	int order = c->session ? (int)c->session->fenv.types.date_order : DATEORDER_MDY, seen = 0;
	bool conflict = false;
	struct vec words = {0};

	if (!search_path_split(c->arena, c->value, &words)) {
		c->detail = "List syntax is invalid.";
		return false;
	}
	for (int i = 0; i < words.n; i++) {
		const char *w = words.v[i];

		if (strcasecmp(w, "DEFAULT") == 0) {
			style = seen & 1 ? style : DATESTYLE_ISO;
			order = seen & 2 ? order : DATEORDER_MDY;
		} else if (!date_word(w, &style, &order, &seen, &conflict)) {
			c->detail = arena_printf(c->arena, "Unrecognized key word: \"%s\".", w);
			return false;
		}
	}
	if (conflict) {
		c->detail = "Conflicting \"datestyle\" specifications.";
		return false;
	}
	c->value = arena_printf(c->arena, "%s, %s", style_names[style], order_names[order]);
	return true;
}

static void
assign_date_style(struct session *s, const char *v)
{
	int style = DATESTYLE_ISO, order = DATEORDER_MDY, seen = 0;
	bool conflict = false;
	char copy[32], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", v);
	for (char *w = strtok_r(copy, ", ", &save); w; w = strtok_r(NULL, ", ", &save))
		date_word(w, &style, &order, &seen, &conflict);
	s->fenv.types.date_style = (enum date_style)style;
	s->fenv.types.date_order = (enum date_order)order;
	s->env_dirty = true;
}

static void
assign_interval_style(struct session *s, const char *v)
{
	struct type_env *t = &s->fenv.types;

	t->interval_style = strcmp(v, "sql_standard") == 0       ? INTERVALSTYLE_SQL
			    : strcmp(v, "iso_8601") == 0         ? INTERVALSTYLE_ISO
			    : strcmp(v, "postgres_verbose") == 0 ? INTERVALSTYLE_POSTGRES_VERBOSE
								 : INTERVALSTYLE_POSTGRES;
	s->env_dirty = true;
}

static bool
check_time_zone(struct setting_check *c)
{
	const struct tzone *z = tzone_setting(c->value, c->err);

	if (!z)
		return false;
	c->value = tzone_name(z);
	return true;
}

static void
assign_time_zone(struct session *s, const char *v)
{
	struct err ignored;

	err_init(&ignored);
	s->fenv.types.timezone = tzone_setting(v, &ignored);
	err_release(&ignored);
	s->env_dirty = true;
}

static bool
check_abbreviations(struct setting_check *c)
{
	enum tzabbrev_set set;

	return tzabbrev_set_find(c->value, &set);
}

static void
assign_abbreviations(struct session *s, const char *v)
{
	enum tzabbrev_set set;

	if (tzabbrev_set_find(v, &set))
		s->fenv.types.abbrevs = set;
	s->env_dirty = true;
}

static void
assign_extra_float_digits(struct session *s, const char *v)
{
	s->fenv.types.extra_float_digits = atoi(v);
	s->env_dirty = true;
}

static void
assign_bytea_output(struct session *s, const char *v)
{
	s->fenv.types.bytea_escape = strcmp(v, "escape") == 0;
	s->env_dirty = true;
}

static void
assign_xmlbinary(struct session *s, const char *v)
{
	s->fenv.types.xml_hex = strcmp(v, "hex") == 0;
}

static void
assign_xmloption(struct session *s, const char *v)
{
	s->fenv.types.xml_document = strcmp(v, "document") == 0;
}

static bool
check_search_path(struct setting_check *c)
{
	struct vec names = {0};

	if (search_path_split(c->arena, c->value, &names))
		return true;
	c->detail = "List syntax is invalid.";
	return false;
}

static void
assign_search_path(struct session *s, const char *v)
{
	(void)v;
	s->path_dirty = s->env_dirty = true;
}

/* ---- limits and logging ---- */

static void
assign_statement_timeout(struct session *s, const char *v)
{
	s->statement_timeout = atoll(v);
}
static void
assign_lock_timeout(struct session *s, const char *v)
{
	s->lock_timeout = atoll(v);
}
static void
assign_idle_tx_timeout(struct session *s, const char *v)
{
	s->idle_tx_timeout = atoll(v);
}
static void
assign_idle_timeout(struct session *s, const char *v)
{
	s->idle_timeout = atoll(v);
}
static void
assign_log_min_duration(struct session *s, const char *v)
{
	s->log_min_duration = atoll(v);
}
static void
assign_log_duration(struct session *s, const char *v)
{
	s->log_duration = strcmp(v, "on") == 0;
}
static void
assign_log_min_error_statement(struct session *s, const char *v)
{
	s->log_min_error_statement = log_level_by_name(v);
}
static void
assign_log_statement(struct session *s, const char *v)
{
	s->log_statement = v[0];
}
static void
assign_sync_commit(struct session *s, const char *v)
{
	s->sync_commit = strcmp(v, "off") != 0;
}

static void
assign_client_min_messages(struct session *s, const char *v)
{
	/* For clients LOG sorts between debug1 and notice. */
	s->client_min_messages = strcmp(v, "log") == 0 ? (int)LOG_INFO_ : log_level_by_name(v);
}

/* ---- transactions ---- */

static void
assign_default_isolation(struct session *s, const char *v)
{
	s->default_txn.isolation = xact_isolation(v);
}

static void
assign_default_read_only(struct session *s, const char *v)
{
	s->default_txn.read_only = strcmp(v, "on") == 0;
}

static void
assign_default_deferrable(struct session *s, const char *v)
{
	s->default_txn.deferrable = strcmp(v, "on") == 0;
}

static bool
set_isolation(struct session *s, const char *v, bool local, struct err *err)
{
	(void)local;
	return xact_set_option(s, "transaction_isolation", v, err);
}

static bool
set_read_only(struct session *s, const char *v, bool local, struct err *err)
{
	(void)local;
	return xact_set_option(s, "transaction_read_only", v, err);
}

static bool
set_deferrable(struct session *s, const char *v, bool local, struct err *err)
{
	(void)local;
	return xact_set_option(s, "transaction_deferrable", v, err);
}

static const char *
show_isolation(struct session *s, struct arena *a)
{
	(void)a;
	return xact_isolation_name(xact_options(s)->isolation);
}

static const char *
show_read_only(struct session *s, struct arena *a)
{
	(void)a;
	return xact_read_only(s) ? "on" : "off";
}

static const char *
show_deferrable(struct session *s, struct arena *a)
{
	(void)a;
	return xact_options(s)->deferrable ? "on" : "off";
}

static bool
set_seed(struct session *s, const char *v, bool local, struct err *err)
{
	(void)s, (void)v, (void)local;
	return err_unsupported(err, -1, "SET seed (setseed() does the same)");
}

static const char *
show_seed(struct session *s, struct arena *a)
{
	(void)s, (void)a;
	return "unavailable";
}

/* ---- values that would change meanings ---- */

static bool
refuse_value(struct setting_check *c, const char *name)
{
	return err_unsupported(c->err, -1, "setting \"%s\" to \"%s\"", name, c->value);
}

#define ONLY(fn, setting, only)                                                                    \
	static bool fn(struct setting_check *c)                                                    \
	{                                                                                          \
		return strcmp(c->value, only) == 0 || refuse_value(c, setting);                    \
	}

ONLY(only_array_nulls, "array_nulls", "on")
ONLY(only_backslash_quote, "backslash_quote", "safe_encoding")
ONLY(only_conforming, "standard_conforming_strings", "on")
ONLY(only_null_equals, "transform_null_equals", "off")
ONLY(only_replication_role, "session_replication_role", "origin")
ONLY(only_quote_all, "quote_all_identifiers", "off")
ONLY(only_log_destination, "log_destination", "stderr")
ONLY(only_log_prefix, "log_line_prefix", "%m [%p] ")
ONLY(only_collector, "logging_collector", "off")

/* One log, one threshold: a session cannot have its own. */
static bool
check_log_min_messages(struct setting_check *c)
{
	return !c->session || strcmp(c->value, settings_base("log_min_messages")) == 0 ||
	       err_unsupported(c->err, -1, "setting \"log_min_messages\" for one session");
}

static bool
check_tablespace(struct setting_check *c)
{
	if (*c->value == '\0' || strcmp(c->value, "pg_default") == 0)
		return true;
	c->detail = arena_printf(c->arena, "Tablespace \"%s\" does not exist.", c->value);
	return false;
}

static bool
check_access_method(struct setting_check *c)
{
	if (strcmp(c->value, "heap") == 0)
		return true;
	c->detail = arena_printf(c->arena, "Table access method \"%s\" does not exist.", c->value);
	return false;
}

static bool
check_oids(struct setting_check *c)
{
	return strcmp(c->value, "off") == 0 ||
	       err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1,
		       "tables declared WITH OIDS are not supported");
}

static bool
check_locale(struct setting_check *c)
{
	locale_t l;

	if (*c->value == '\0' || strcmp(c->value, "C") == 0 || strcmp(c->value, "POSIX") == 0)
		return true;
	l = newlocale(LC_ALL_MASK, c->value, (locale_t)0);
	if (!l)
		return false;
	freelocale(l);
	return true;
}

static const struct setting_hook hooks[] = {
	{"application_name", check_application_name, assign_application_name, .flags = HOOK_REPORT},
	{"array_nulls", only_array_nulls},
	{"backslash_quote", only_backslash_quote},
	{"bytea_output", NULL, assign_bytea_output},
	{"client_encoding", check_client_encoding, assign_client_encoding, .flags = HOOK_REPORT},
	{"client_min_messages", NULL, assign_client_min_messages},
	{"DateStyle", check_date_style, assign_date_style, .flags = HOOK_REPORT | HOOK_LIST},
	{"default_table_access_method", check_access_method},
	{"default_tablespace", check_tablespace},
	{"default_transaction_deferrable", NULL, assign_default_deferrable},
	{"default_transaction_isolation", NULL, assign_default_isolation},
	{"default_transaction_read_only", NULL, assign_default_read_only, .flags = HOOK_REPORT},
	{"default_with_oids", check_oids, .flags = HOOK_HIDDEN},
	{"extra_float_digits", NULL, assign_extra_float_digits},
	{"idle_in_transaction_session_timeout", NULL, assign_idle_tx_timeout},
	{"idle_session_timeout", NULL, assign_idle_timeout},
	{"in_hot_standby", .flags = HOOK_REPORT},
	{"integer_datetimes", .flags = HOOK_REPORT},
	{"IntervalStyle", NULL, assign_interval_style, .flags = HOOK_REPORT},
	{"is_superuser", .show = show_is_superuser, .flags = HOOK_REPORT | HOOK_HIDDEN},
	{"lc_messages", check_locale},
	{"lc_monetary", check_locale},
	{"lc_numeric", check_locale},
	{"lc_time", check_locale},
	{"lock_timeout", NULL, assign_lock_timeout},
	{"log_destination", only_log_destination},
	{"log_duration", NULL, assign_log_duration},
	{"log_line_prefix", only_log_prefix},
	{"log_min_duration_statement", NULL, assign_log_min_duration},
	{"log_min_error_statement", NULL, assign_log_min_error_statement},
	{"log_min_messages", check_log_min_messages},
	{"log_statement", NULL, assign_log_statement},
	{"logging_collector", only_collector},
	{"quote_all_identifiers", only_quote_all},
	{"role", check_role, assign_role, .flags = HOOK_HIDDEN},
	{"search_path", check_search_path, assign_search_path, .flags = HOOK_LIST},
	{"seed", .set = set_seed, .show = show_seed, .flags = HOOK_HIDDEN},
	{"server_encoding", .flags = HOOK_REPORT},
	{"server_version", .flags = HOOK_REPORT},
	{"session_authorization", check_session_authorization, assign_session_authorization,
	 show_session_authorization, .flags = HOOK_REPORT | HOOK_HIDDEN},
	{"session_replication_role", only_replication_role},
	{"standard_conforming_strings", only_conforming, .flags = HOOK_REPORT},
	{"statement_timeout", NULL, assign_statement_timeout},
	{"synchronous_commit", NULL, assign_sync_commit},
	{"temp_tablespaces", check_tablespace, .flags = HOOK_LIST},
	{"timezone_abbreviations", check_abbreviations, assign_abbreviations},
	{"TimeZone", check_time_zone, assign_time_zone, .flags = HOOK_REPORT},
	{"transaction_deferrable", .show = show_deferrable, .set = set_deferrable},
	{"transaction_isolation", .show = show_isolation, .set = set_isolation},
	{"transaction_read_only", .show = show_read_only, .set = set_read_only},
	{"transform_null_equals", only_null_equals},
	{"xmlbinary", NULL, assign_xmlbinary},
	{"xmloption", NULL, assign_xmloption},
};

const struct setting_hook *
settings_hook(const char *name)
{
	for (size_t i = 0; i < COUNTOF(hooks); i++)
		if (strcmp(hooks[i].name, name) == 0)
			return &hooks[i];
	return NULL;
}
