/*
 * litephant: reads its options, opens what it serves, listens, runs, and closes in order.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "base/log.h"
#include "net/config_file.h"
#include "net/net.h"
#include "options.h"
#include "session/databases.h"
#include "session/roles.h"
#include "session/settings.h"
#include "translate.h"
#include "types/xml.h"

extern char **environ;

static char config_path[4096];

static int
fail(const struct err *err)
{
	log_line(LOG_FATAL, 0, "%s", err->message ? err->message : "unknown error");
	if (err->detail)
		log_extra("DETAIL", 0, "%s", err->detail);
	if (err->hint)
		log_extra("HINT", 0, "%s", err->hint);
	return 1;
}

static bool
set_from_file(void *reload, const char *key, const char *value, struct err *err)
{
	return settings_base_set(key, value, *(bool *)reload, err);
}

/* LITEPHANT_LISTEN_ADDRESSES is listen_addresses. Names that are no parameter's belong to someone
 * else. */
static bool
set_from_environment(struct err *err)
{
	static const char prefix[] = "LITEPHANT_";

	for (char **e = environ; *e; e++) {
		char name[64];
		const char *eq = strchr(*e, '=');
		size_t n = eq ? (size_t)(eq - *e) : 0;

		if (n < sizeof(prefix) || n - (sizeof(prefix) - 1) >= sizeof(name) ||
		    strncmp(*e, prefix, sizeof(prefix) - 1))
			continue;
		n -= sizeof(prefix) - 1;
		for (size_t i = 0; i < n; i++)
			name[i] = (char)tolower((unsigned char)(*e)[sizeof(prefix) - 1 + i]);
		name[n] = '\0';
		if (settings_find(name) && !settings_base_set(name, eq + 1, false, err))
			return false;
	}
	return true;
}

static bool
set_from_options(struct options *o, struct err *err)
{
	for (int i = 0; i < o->nset; i++) {
		char *name = arena_strdup(&o->arena, o->set[i]), *eq = strchr(name, '=');

		*eq = '\0';
		if (!settings_base_set(name, eq + 1, false, err))
			return false;
	}
	return true;
}

static bool
configure(struct options *o, struct err *err)
{
	bool reload = false, missing;

	settings_table_init();
	if (!set_from_environment(err) || !set_from_options(o, err))
		return false;
	settings_base_lock_command_line();
	if (!o->dir)
		return true;
	snprintf(config_path, sizeof(config_path), "%s/litephant.conf", o->dir);
	server.config_file = config_path;
	return config_read(config_path, &missing, set_from_file, &reload, err);
}

static void
reload_config(void)
{
	struct err err;
	bool reload = true, missing;

	if (!server.config_file)
		return;
	err_init(&err);
	settings_base_begin_reload();
	if (!config_read(server.config_file, &missing, set_from_file, &reload, &err))
		log_line(LOG_LOG, 0, "%s; the rest of the file was not read", err.message);
	err_release(&err);
	server.configured = server_now();
}

/* Trust is for this machine only. */
static bool
check_reach(struct err *err)
{
	const char *hosts = settings_base("listen_addresses"),
		   *method = settings_base("auth_method");
	bool trust = !*method || !strcmp(method, "trust");

	if (!trust && !roles_have_password())
		err_set(err, ERR_CONFIG_FILE_ERROR, -1,
			"auth_method is \"%s\", but no role has a password", method);
	else if (trust && !net_is_loopback(hosts))
		err_set(err, ERR_CONFIG_FILE_ERROR, -1,
			"listen_addresses \"%s\" can be reached from other machines, and "
			"auth_method \"trust\" would let anyone in",
			hosts);
	else
		return true;
	return err_hint(err, "Set LITEPHANT_PASSWORD and -c auth_method=scram-sha-256.");
}

static bool
start_tls(struct err *err)
{
	if (!settings_base_bool("ssl"))
		return true;
	server.tls = true;
	return tls_init(settings_base("ssl_cert_file"), settings_base("ssl_key_file"), err);
}

static void
raise_file_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

/* Two servers on one directory would each believe that they alone queue its writers. */
static bool
lock_directory(const char *dir, struct err *err)
{
	char path[4096];
	int fd;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return err_set(err, ERR_SYSTEM_ERROR, -1, "could not create directory \"%s\": %s",
			       dir, strerror(errno));
	snprintf(path, sizeof(path), "%s/litephant.pid", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, ERR_SYSTEM_ERROR, -1, "could not create lock file \"%s\": %s",
			       path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		err_set(err, ERR_LOCK_FILE_EXISTS, -1,
			"data directory \"%s\" is in use by another server", dir);
		close(fd);
		return false;
	}
	if (ftruncate(fd, 0) == 0)
		dprintf(fd, "%d\n", (int)getpid());
	return true; /* held until the process ends */
}

static bool
open_all(struct options *o, struct err *err)
{
	struct net_options net = {0};

	server.host = &net_host;
	server.data_dir = o->dir;
	server.file = o->file;
	server.started = server_now();
	if (RAND_bytes(server.mock_secret, sizeof(server.mock_secret)) != 1)
		return err_set(err, ERR_SYSTEM_ERROR, -1, "could not get randomness");
	xml_library();
	if ((o->dir && !lock_directory(o->dir, err)) || !configure(o, err) || !start_tls(err))
		return false;
	net.hosts = settings_base("listen_addresses");
	net.socket_dirs = settings_base("unix_socket_directories");
	net.port = (int)settings_base_int("port");
	/* Sockets before files: a taken port must not have touched anything. */
	return net_listen(&net, err) && roles_open(o->dir, err) && check_reach(err) &&
	       databases_open(o->file, o->dir, err);
}

static int
serve(struct options *o)
{
	struct err err;
	int mode;

	err_init(&err);
	raise_file_limit();
	if (!open_all(o, &err)) {
		int status = fail(&err);
		err_release(&err);
		return status;
	}
	log_line(LOG_LOG, 0, "Litephant %s is ready to accept connections", LITEPHANT_VERSION);
	mode = net_run(reload_config);
	if (mode == SHUTDOWN_IMMEDIATE)
		_exit(2);
	databases_close();
	roles_close();
	log_line(LOG_LOG, 0, "Litephant is shut down");
	err_release(&err);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o = {0};
	struct err err;
	int status;

	err_init(&err);
	if (!options_parse(&o, argc, argv, &err)) {
		fprintf(stderr, "litephant: %s\n", err.message);
		status = 2;
	} else if (o.help) {
		fputs(options_usage, stdout);
		status = 0;
	} else if (o.version) {
		puts("litephant (PostgreSQL 15 compatible) " LITEPHANT_VERSION);
		status = 0;
	} else {
		status = o.translate ? translate_file(o.file) : serve(&o);
	}
	err_release(&err);
	arena_release(&o.arena);
	return status;
}
