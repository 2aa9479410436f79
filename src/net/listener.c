/*
 * Listening sockets: TCP addresses and Unix sockets.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "net/client.h"

enum { MAX_LISTENERS = 64, BACKLOG = 1024 };

struct listening {
	ev_io io;
	int fd;
	bool local;
	char path[sizeof(
		((struct sockaddr_un *)0)->sun_path)]; /* Unix socket: removed in the end */
};

static struct listening listening[MAX_LISTENERS];
static int nlistening;

static void
describe_peer(const struct sockaddr_storage *a, socklen_t len, char *host, size_t n, int *port)
{
	char service[16] = "0";

	host[0] = '\0';
	if (a->ss_family != AF_UNIX)
		getnameinfo((const struct sockaddr *)a, len, host, (socklen_t)n, service,
			    sizeof(service), NI_NUMERICHOST | NI_NUMERICSERV);
	*port = atoi(service);
}

static void
on_connection(struct ev_loop *loop, ev_io *w, int events)
{
	struct listening *l = w->data;

	(void)loop, (void)events;
	for (int i = 0; i < 64; i++) {
		struct sockaddr_storage a;
		socklen_t len = sizeof(a);
		char host[64];
		int port, fd = accept4(l->fd, (struct sockaddr *)&a, &len, SOCK_CLOEXEC);

		if (fd < 0) {
			if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
				log_line(LOG_LOG, 0, "could not accept new connection: %s",
					 strerror(errno));
			return;
		}
		describe_peer(&a, len, host, sizeof(host), &port);
		client_accept(fd, l->local, l->local ? "[local]" : host, port);
	}
}

static bool
add(int fd, bool local, const char *path)
{
	struct listening *l = &listening[nlistening];

	if (nlistening == MAX_LISTENERS || listen(fd, BACKLOG) != 0)
		return false;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	*l = (struct listening){.fd = fd, .local = local};
	snprintf(l->path, sizeof(l->path), "%s", path);
	nlistening++;
	return true;
}

static bool
listen_address(const struct addrinfo *ai, const char *host, int port, struct err *err)
{
	int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, ai->ai_protocol), why;
	char numeric[64] = "";

	if (fd < 0)
		return err_set(err, ERR_SYSTEM_ERROR, -1, "could not make a socket for \"%s\": %s",
			       host, strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
	getnameinfo(ai->ai_addr, ai->ai_addrlen, numeric, sizeof(numeric), NULL, 0, NI_NUMERICHOST);
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && add(fd, false, "")) {
		log_line(LOG_LOG, 0, "listening on %s address \"%s\", port %d",
			 ai->ai_family == AF_INET6 ? "IPv6" : "IPv4", numeric, port);
		return true;
	}
	why = errno;
	close(fd);
	err_set(err, ERR_SYSTEM_ERROR, -1, "could not bind %s address \"%s\", port %d: %s",
		ai->ai_family == AF_INET6 ? "IPv6" : "IPv4", numeric, port, strerror(why));
	if (why == EADDRINUSE)
		err_hint(err, "Port %d is in use by another server. Choose another with -p.", port);
	return false;
}

static int
resolve(const char *host, int port, struct addrinfo **out)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	char service[16];

	snprintf(service, sizeof(service), "%d", port);
	return getaddrinfo(strcmp(host, "*") == 0 ? NULL : host, service, &hints, out);
}

/* A name like localhost has several addresses: those that this machine lacks (no IPv6) are passed
 * over if any works. */
static bool
listen_host(const char *host, int port, struct err *err)
{
	struct addrinfo *list;
	int failed = resolve(host, port, &list), opened = 0;
	bool in_use = false;

	if (failed)
		return err_set(err, ERR_SYSTEM_ERROR, -1,
			       "could not translate host name \"%s\" to address: %s", host,
			       gai_strerror(failed));
	for (struct addrinfo *ai = list; ai && !in_use; ai = ai->ai_next) {
		struct err one;

		err_init(&one);
		if (listen_address(ai, host, port, &one)) {
			opened++;
		} else {
			in_use = one.hint != NULL;
			if (in_use || !ai->ai_next) {
				err_set(err, one.sqlstate, -1, "%s", one.message);
				if (one.hint)
					err_hint(err, "%s", one.hint);
			}
		}
		err_release(&one);
	}
	freeaddrinfo(list);
	if (opened && !in_use) {
		err_clear(err);
		return true;
	}
	return false;
}

/* A socket file that nobody answers on was left by a server that died. */
static bool
is_stale(const struct sockaddr_un *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool refused = fd >= 0 && connect(fd, (const struct sockaddr *)a, sizeof(*a)) != 0 &&
		       errno == ECONNREFUSED;

	if (fd >= 0)
		close(fd);
	return refused;
}

static bool
listen_directory(const char *dir, int port, struct err *err)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int n = snprintf(a.sun_path, sizeof(a.sun_path), "%s/.s.PGSQL.%d", dir, port), fd, why;

	if (n < 0 || (size_t)n >= sizeof(a.sun_path))
		return err_set(err, ERR_SYSTEM_ERROR, -1,
			       "Unix-domain socket path \"%s\" is too long (maximum %zu bytes)",
			       dir, sizeof(a.sun_path) - 1);
	if (is_stale(&a))
		unlink(a.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	    chmod(a.sun_path, 0777) == 0 && add(fd, true, a.sun_path)) {
		log_line(LOG_LOG, 0, "listening on Unix socket \"%s\"", a.sun_path);
		return true;
	}
	why = errno;
	if (fd >= 0)
		close(fd);
	err_set(err, ERR_SYSTEM_ERROR, -1, "could not bind Unix address \"%s\": %s", a.sun_path,
		strerror(why));
	if (why == EADDRINUSE)
		err_hint(err, "Is another server already running on port %d?", port);
	return false;
}

/* Calls fn for every item of a comma-separated list. */
static bool
each_item(const char *list, int port, bool (*fn)(const char *item, int port, struct err *err),
	  struct err *err)
{
	char *copy = xstrdup(list), *save = NULL;
	bool ok = true;

	for (char *item = strtok_r(copy, ", \t", &save); ok && item;
	     item = strtok_r(NULL, ", \t", &save))
		ok = fn(item, port, err);
	free(copy);
	return ok;
}

bool
listeners_open(const struct net_options *opt, struct err *err)
{
	if (each_item(opt->hosts, opt->port, listen_host, err) &&
	    each_item(opt->socket_dirs, opt->port, listen_directory, err)) {
		if (nlistening > 0)
			return true;
		err_set(err, ERR_CONFIG_FILE_ERROR, -1, "no listening address is configured");
	}
	listeners_close();
	return false;
}

void
listeners_start(void)
{
	for (int i = 0; i < nlistening; i++) {
		ev_io_init(&listening[i].io, on_connection, listening[i].fd, EV_READ);
		listening[i].io.data = &listening[i];
		ev_io_start(net.loop, &listening[i].io);
	}
}

void
listeners_close(void)
{
	for (int i = 0; i < nlistening; i++) {
		ev_io_stop(net.loop, &listening[i].io);
		close(listening[i].fd);
		if (listening[i].path[0])
			unlink(listening[i].path);
	}
	nlistening = 0;
}

static bool
loopback_address(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24) == 127;
	if (a->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)a)->sin6_addr);
	return false;
}

static bool
loopback_host(const char *host, int port, struct err *err)
{
	struct addrinfo *list;
	bool ok = true;

	(void)err;
	if (!strcmp(host, "*") || resolve(host, port, &list) != 0)
		return false;
	for (struct addrinfo *ai = list; ai; ai = ai->ai_next)
		ok &= loopback_address(ai->ai_addr);
	freeaddrinfo(list);
	return ok;
}

bool
net_is_loopback(const char *hosts)
{
	return each_item(hosts, 0, loopback_host, NULL);
}
