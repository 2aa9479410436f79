#include "options.h"

const char options_usage[] =
	"Litephant: PostgreSQL on the outside, one SQLite file on the inside.\n"
	"\n"
	"  litephant FILE.db [options]       serve one SQLite file as one database\n"
	"  litephant -D DIR [options]        serve a directory: every NAME.db in it is a database\n"
	"  litephant translate FILE.db       print what becomes of the SQL on standard input\n"
	"\n"
	"  -p PORT          port (default 5432)\n"
	"  -h HOST[,HOST]   addresses to listen on (default localhost)\n"
	"  -k DIR           make a Unix socket in DIR\n"
	"  -c NAME=VALUE    set a parameter, by PostgreSQL's names\n"
	"  --version, --help\n"
	"\n"
	"Parameters also come from litephant.conf in DIR (postgresql.conf's syntax) and from "
	"LITEPHANT_NAME in the environment.\n"
	"LITEPHANT_USER and LITEPHANT_PASSWORD name the first role and its password.\n";

static bool
add_setting(struct options *o, const char *assignment, struct err *err)
{
	if (!strchr(assignment, '='))
		return err_set(err, ERR_SYNTAX_ERROR, -1, "-c %s requires a value", assignment);
	if (o->nset == MAX_ASSIGNMENTS)
		return err_set(err, ERR_PROGRAM_LIMIT_EXCEEDED, -1,
			       "more than %d parameters on the command line", MAX_ASSIGNMENTS);
	o->set[o->nset++] = assignment;
	return true;
}

static bool
take_value(struct options *o, char option, const char *value, struct err *err)
{
	switch (option) {
	case 'D':
		o->dir = value;
		return true;
	case 'p':
		return add_setting(o, arena_printf(&o->arena, "port=%s", value), err);
	case 'h':
		return add_setting(o, arena_printf(&o->arena, "listen_addresses=%s", value), err);
	case 'k':
		return add_setting(o, arena_printf(&o->arena, "unix_socket_directories=%s", value),
				   err);
	default:
		return add_setting(o, value, err);
	}
}

static bool
take_long(struct options *o, const char *arg, struct err *err)
{
	char *name;

	if (!strcmp(arg, "--help")) {
		o->help = true;
		return true;
	}
	if (!strcmp(arg, "--version")) {
		o->version = true;
		return true;
	}
	if (!strchr(arg, '='))
		return err_set(err, ERR_SYNTAX_ERROR, -1, "unrecognized option \"%s\"", arg);
	/* --some-name=value is -c some_name=value, as for postgres. */
	name = arena_strdup(&o->arena, arg + 2);
	for (char *p = name; *p != '='; p++)
		if (*p == '-')
			*p = '_';
	return add_setting(o, name, err);
}

bool
options_parse(struct options *o, int argc, char **argv, struct err *err)
{
	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i], *value;

		if (!strncmp(arg, "--", 2)) {
			if (!take_long(o, arg, err))
				return false;
		} else if (arg[0] == '-' && arg[1]) {
			if (!strchr("Dphkc", arg[1]))
				return err_set(err, ERR_SYNTAX_ERROR, -1,
					       "unrecognized option \"%s\"", arg);
			value = arg[2] ? arg + 2 : i + 1 < argc ? argv[++i] : NULL;
			if (!value)
				return err_set(err, ERR_SYNTAX_ERROR, -1,
					       "option -%c needs a value", arg[1]);
			if (!take_value(o, arg[1], value, err))
				return false;
		} else if (!o->translate && !o->file && !strcmp(arg, "translate")) {
			o->translate = true;
		} else if (!o->file) {
			o->file = arg;
		} else {
			return err_set(err, ERR_SYNTAX_ERROR, -1,
				       "one database file at a time: \"%s\" is too many", arg);
		}
	}
	if (o->help || o->version)
		return true;
	if (o->file && o->dir)
		return err_set(err, ERR_SYNTAX_ERROR, -1, "give a FILE.db or -D DIR, not both");
	if (!o->file && !o->dir)
		return err_set(err, ERR_SYNTAX_ERROR, -1,
			       "what is to be served? Give a FILE.db or -D DIR (--help says more)");
	return true;
}
