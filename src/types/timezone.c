/*
 * A zone is a table of transitions (from a TZif file), a POSIX rule (the file's footer, or a TZ
 * string), or both: the rule says what happens after the last transition. Files are outside input:
 * every count is checked against the file's size.
 */
#include "types/timezone.h"

#include <ctype.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/map.h"
#include "types/datetime.h"
#include "types/read.h"
#include "types/timezone_rule.h"

#define ZONEINFO "/usr/share/zoneinfo"
#define NAME_CAP 255
#define FILE_CAP (1 << 20)
#define DEPTH_CAP 10
/* Zones that no file backs are made of a client's text, so their number is bounded. */
#define POSIX_CAP 10000

struct tzone {
	char *name;
	int64_t *at;    /* ntrans, ascending */
	uint8_t *after; /* ntrans: the type that begins there */
	size_t ntrans;
	struct tzperiod types[256];
	size_t ntypes; /* 0: the rule alone */
	char *abbrevs;
	bool leap; /* counts leap seconds: not for us */
	bool has_rule;
	struct tzrule rule;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct map zones;   /* by upper-case name; under lock */
static size_t posix_zones; /* under lock */

static struct tzone utc_zone = {
	.name = "UTC",
	.has_rule = true,
	.rule = {.abbrev = {"UTC", ""}},
};
static struct tzone gmt_zone = {
	.name = "GMT",
	.has_rule = true,
	.rule = {.abbrev = {"GMT", ""}},
};

/* ---- TZif ---- */

struct tzif {
	const uint8_t *p, *end;
	uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

static bool
tzif_header(struct tzif *f)
{
	const uint8_t *p = f->p;

	if (f->end - p < 44 || memcmp(p, "TZif", 4) != 0)
		return false;
	f->isutcnt = be32_get(p + 20);
	f->isstdcnt = be32_get(p + 24);
	f->leapcnt = be32_get(p + 28);
	f->timecnt = be32_get(p + 32);
	f->typecnt = be32_get(p + 36);
	f->charcnt = be32_get(p + 40);
	f->p += 44;
	return f->timecnt <= 100000 && f->leapcnt <= 1000 && f->typecnt >= 1 && f->typecnt <= 256 &&
	       f->charcnt >= 1 && f->charcnt <= 2000 && f->isutcnt <= f->typecnt &&
	       f->isstdcnt <= f->typecnt;
}

static size_t
tzif_body(const struct tzif *f, size_t width)
{
	return f->timecnt * (width + 1) + f->typecnt * 6 + f->charcnt + f->leapcnt * (width + 4) +
	       f->isstdcnt + f->isutcnt;
}

static bool
tzif_types(struct tzone *z, const struct tzif *f, const uint8_t *p)
{
	const uint8_t *chars = p + f->typecnt * 6;

	z->abbrevs = xcalloc(1, f->charcnt + 1);
	memcpy(z->abbrevs, chars, f->charcnt);
	z->ntypes = f->typecnt;
	for (size_t i = 0; i < f->typecnt; i++, p += 6) {
		int32_t offset = (int32_t)be32_get(p);

		if (offset <= -26 * 3600 || offset >= 26 * 3600 || p[4] > 1 || p[5] >= f->charcnt)
			return false;
		z->types[i] = (struct tzperiod){offset, p[4], z->abbrevs + p[5]};
	}
	return true;
}

/* width: bytes of a time, 4 or 8. */
static bool
tzif_load(struct tzone *z, struct tzif *f, size_t width)
{
	const uint8_t *at = f->p, *index = at + f->timecnt * width;

	if ((size_t)(f->end - f->p) < tzif_body(f, width))
		return false;
	z->at = xcalloc(f->timecnt + 1, sizeof(*z->at));
	z->after = xcalloc(f->timecnt + 1, 1);
	z->ntrans = f->timecnt;
	for (size_t i = 0; i < f->timecnt; i++) {
		z->at[i] =
			width == 8 ? (int64_t)be64_get(at + i * 8) : (int32_t)be32_get(at + i * 4);
		z->after[i] = index[i];
		if (index[i] >= f->typecnt || (i > 0 && z->at[i] <= z->at[i - 1]))
			return false;
	}
	z->leap = f->leapcnt > 0;
	if (!tzif_types(z, f, index + f->timecnt))
		return false;
	f->p += tzif_body(f, width);
	return true;
}

/* "\n" TZ-string "\n" */
static bool
tzif_footer(struct tzone *z, const struct tzif *f)
{
	const uint8_t *nl;

	if (f->p == f->end || *f->p != '\n')
		return true;
	nl = memchr(f->p + 1, '\n', (size_t)(f->end - f->p - 1));
	if (!nl || nl == f->p + 1)
		return true;
	z->has_rule = tzrule_parse(&z->rule, (const char *)f->p + 1, (size_t)(nl - f->p - 1));
	return z->has_rule;
}

static bool
tzif_parse(struct tzone *z, const uint8_t *p, size_t n)
{
	struct tzif f = {.p = p, .end = p + n};
	uint8_t version;

	if (!tzif_header(&f))
		return false;
	version = p[4];
	if (version == 0)
		return tzif_load(z, &f, 4);
	if ((size_t)(f.end - f.p) < tzif_body(&f, 4))
		return false;
	f.p += tzif_body(&f, 4);
	return tzif_header(&f) && tzif_load(z, &f, 8) && tzif_footer(z, &f);
}

static void
zone_free(struct tzone *z)
{
	free(z->name);
	free(z->at);
	free(z->after);
	free(z->abbrevs);
	free(z);
}

static struct tzone *
zone_read(const char *path, const char *name)
{
	struct tzone *z = NULL;
	FILE *f = fopen(path, "rbe");
	uint8_t *data;
	size_t n;
	struct stat st;

	if (!f)
		return NULL;
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_CAP) {
		data = xmalloc((size_t)st.st_size + 1);
		n = fread(data, 1, (size_t)st.st_size, f);
		z = xcalloc(1, sizeof(*z));
		z->name = xstrdup(name);
		if (!tzif_parse(z, data, n)) {
			zone_free(z);
			z = NULL;
		}
		free(data);
	}
	fclose(f);
	return z;
}

/* ---- finding ---- */

static const char *
zone_dir(void)
{
	const char *dir = getenv("TZDIR");

	return dir && dir[0] == '/' ? dir : ZONEINFO;
}

static bool
name_safe(const char *s, size_t n)
{
	if (n == 0 || n > NAME_CAP || s[0] == '/' || s[n - 1] == '/')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '\\')
			return false;
		if (s[i] == '.' && (i == 0 || s[i - 1] == '/'))
			return false;
	}
	return true;
}

/* Finds the entry of path that equals part but for case; writes its real spelling over part. */
static bool
fix_case(const char *path, char *part, size_t n)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool found = false;

	if (!d)
		return false;
	while (!found && (e = readdir(d)) != NULL) {
		if (strlen(e->d_name) == n && strncasecmp(e->d_name, part, n) == 0) {
			memcpy(part, e->d_name, n);
			found = true;
		}
	}
	closedir(d);
	return found;
}

static struct tzone *
zone_open(const char *s, size_t n)
{
	char path[4096], name[NAME_CAP + 1];
	struct tzone *z;
	size_t len;

	if (!name_safe(s, n) || strlen(zone_dir()) > sizeof(path) - NAME_CAP - 2)
		return NULL;
	memcpy(name, s, n);
	name[n] = '\0';
	len = (size_t)snprintf(path, sizeof(path), "%s/", zone_dir());
	for (size_t i = 0, end; i < n; i = end + 1) {
		end = i + strcspn(name + i, "/");
		path[len + i] = '\0';
		if (!fix_case(path, name + i, end - i))
			return NULL;
		memcpy(path + len + i, name + i, end - i + 1);
	}
	path[len + n] = '\0';
	z = zone_read(path, name);
	return z;
}

static struct tzone *
zone_posix(const char *upper, size_t n)
{
	struct tzone *z;

	if (posix_zones >= POSIX_CAP)
		return NULL;
	z = xcalloc(1, sizeof(*z));
	if (!tzrule_parse(&z->rule, upper, n)) {
		free(z);
		return NULL;
	}
	z->has_rule = true;
	z->name = xstrdup(upper);
	posix_zones++;
	return z;
}

/* Under lock. upper is terminated, n bytes; s the same in its own case. */
static struct tzone *
zone_get(const char *s, const char *upper, size_t n)
{
	struct tzone *z = map_get(&zones, upper, n);

	if (z)
		return z;
	if (strcmp(upper, "GMT") == 0)
		z = &gmt_zone;
	else
		z = zone_open(s, n);
	if (!z && strcmp(upper, "UTC") == 0)
		z = &utc_zone;
	if (!z && memchr(upper, ':', n) != upper)
		z = zone_posix(upper, n);
	if (z)
		map_put(&zones, xstrdup(upper), n, z);
	return z;
}

static struct tzone *
zone_lookup(const char *s, size_t n)
{
	char upper[NAME_CAP + 1];
	struct tzone *z;

	if (n == 0 || n > NAME_CAP || memchr(s, '\0', n))
		return NULL;
	for (size_t i = 0; i < n; i++)
		upper[i] = (char)toupper((unsigned char)s[i]);
	upper[n] = '\0';
	pthread_mutex_lock(&lock);
	z = zone_get(s, upper, n);
	pthread_mutex_unlock(&lock);
	return z;
}

const struct tzone *
tzone_find(const char *s, size_t n)
{
	static __thread char last_name[NAME_CAP + 1];
	static __thread size_t last_len;
	static __thread const struct tzone *last;
	const struct tzone *z;

	if (last && n == last_len && memcmp(s, last_name, n) == 0)
		return last;
	z = zone_lookup(s, n);
	if (!z || z->leap)
		return NULL;
	memcpy(last_name, s, n);
	last_len = n;
	last = z;
	return z;
}

const struct tzone *
tzone_fixed(int32_t east)
{
	int32_t a = east < 0 ? -east : east;
	char num[32], text[80];
	int len;

	if (a >= 168 * 3600)
		return NULL;
	len = snprintf(num, sizeof(num), "%02d", a / 3600);
	if (a % 3600)
		len += snprintf(num + len, sizeof(num) - (size_t)len, ":%02d", a / 60 % 60);
	if (a % 60)
		snprintf(num + len, sizeof(num) - (size_t)len, ":%02d", a % 60);
	len = snprintf(text, sizeof(text), "<%c%s>%c%s", east >= 0 ? '+' : '-', num,
		       east >= 0 ? '-' : '+', num);
	return tzone_find(text, (size_t)len);
}

const struct tzone *
tzone_utc(void)
{
	return &utc_zone;
}

static const struct tzone *
bad_setting(const char *value, const char *detail, struct err *err)
{
	err_set(err, ERR_INVALID_PARAMETER_VALUE, -1,
		"invalid value for parameter \"TimeZone\": \"%s\"", value);
	if (detail)
		err_detail(err, "%s", detail);
	return NULL;
}

/* interval '…': an offset without months and days. */
static const struct tzone *
interval_setting(const char *value, struct err *err)
{
	struct arena a = ARENA_INIT;
	struct type_ctx c = {&a, err, &type_env_canonical, type_builtin_find, NULL};
	const char *from = value + strlen("interval"), *end;
	const struct tzone *z = NULL;
	struct interval v;

	while (ascii_space(*from))
		from++;
	end = *from == '\'' ? strchr(from + 1, '\'') : NULL;
	if (!end || end[1]) {
		bad_setting(value, NULL, err);
	} else if (!interval_parse(&c, from + 1, (size_t)(end - from - 1), -1, &v)) {
		z = NULL;
	} else if (v.months) {
		bad_setting(value, "Cannot specify months in time zone interval.", err);
	} else if (v.days) {
		bad_setting(value, "Cannot specify days in time zone interval.", err);
	} else {
		z = llabs(v.usec) < 168 * USEC_HOUR ? tzone_fixed((int32_t)(v.usec / USEC_SEC))
						    : NULL;
		if (!z)
			bad_setting(value, "UTC timezone offset is out of range.", err);
	}
	arena_release(&a);
	return z;
}

const struct tzone *
tzone_setting(const char *value, struct err *err)
{
	char *end;
	double hours = strtod(value, &end);
	const struct tzone *z;
	struct tzperiod p;

	if (strncasecmp(value, "interval", strlen("interval")) == 0)
		return interval_setting(value, err);
	if (end != value && *end == '\0') {
		bool fits = hours > -168 && hours < 168;

		z = fits ? tzone_fixed((int32_t)(hours * 3600)) : NULL;
		return z ? z : bad_setting(value, "UTC timezone offset is out of range.", err);
	}
	z = zone_lookup(value, strlen(value));
	if (!z)
		return bad_setting(value, NULL, err);
	/* As PostgreSQL tells it: a full minute of UTC is none there. */
	tzone_at(z, DT_EPOCH_SECS, &p);
	if (z->leap || p.offset % 60 != 0) {
		err_set(err, ERR_INVALID_PARAMETER_VALUE, -1,
			"time zone \"%s\" appears to use leap seconds", value);
		err_detail(err, "PostgreSQL does not support leap seconds.");
		return NULL;
	}
	return z;
}

const char *
tzone_name(const struct tzone *z)
{
	return z ? z->name : utc_zone.name;
}

/* ---- asking ---- */

/* Number of transitions at or before t. */
static size_t
passed(const struct tzone *z, int64_t t)
{
	size_t lo = 0, hi = z->ntrans;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (z->at[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct tzperiod
period(const struct tzone *z, size_t n)
{
	return z->types[n > 0 ? z->after[n - 1] : 0];
}

static int64_t
last_transition(const struct tzone *z)
{
	return z->ntrans > 0 ? z->at[z->ntrans - 1] : INT64_MIN;
}

/* The rule begins with its first change after the table's last. */
static bool
by_rule(const struct tzone *z, size_t n, int64_t utc)
{
	int64_t at;

	if (z->ntypes == 0)
		return true;
	return n == z->ntrans && z->has_rule && tzrule_last(&z->rule, utc, &at) &&
	       at > last_transition(z);
}

void
tzone_at(const struct tzone *z, int64_t utc, struct tzperiod *out)
{
	size_t n;

	if (!z)
		z = &utc_zone;
	n = passed(z, utc);
	if (by_rule(z, n, utc))
		tzrule_at(&z->rule, utc, out);
	else
		*out = period(z, n);
}

/* The first change after t and what holds before and after it; false: none, and *before holds for
 * good. */
static bool
next_change(const struct tzone *z, int64_t t, int64_t *at, struct tzperiod *before,
	    struct tzperiod *after)
{
	size_t n = passed(z, t);

	tzone_at(z, t, before);
	if (n < z->ntrans) {
		*at = z->at[n];
		*after = period(z, n + 1);
		return true;
	}
	return z->has_rule && tzrule_next(&z->rule, MAX(t, last_transition(z)), at, after);
}

int32_t
tzone_local(const struct tzone *z, int64_t local, struct tzperiod *out)
{
	struct tzperiod before, after, *use = &before;
	int64_t at, early, late;

	if (!z)
		z = &utc_zone;
	/* Offsets are below a day and changes at least two days apart, so only one change can
	 * matter. */
	if (next_change(z, local - 86400, &at, &before, &after)) {
		early = local - before.offset;
		late = local - after.offset;
		if (early < at && late < at)
			use = &before;
		else if (early > at && late >= at)
			use = &after;
		else
			use = early > late ? &before : &after;
	}
	if (out)
		*out = *use;
	return use->offset;
}

bool
tzone_is_fixed(const struct tzone *z, int32_t *offset)
{
	if (!z)
		z = &utc_zone;
	*offset = z->ntypes > 0 ? z->types[0].offset : z->rule.offset[0];
	for (size_t i = 1; i < z->ntypes; i++)
		if (z->types[i].offset != *offset)
			return false;
	return !z->has_rule || (z->rule.offset[0] == *offset && !z->rule.has_dst);
}

static bool
same_abbrev(const struct tzperiod *p, const char *abbrev, size_t n)
{
	return strlen(p->abbrev) == n && strncasecmp(p->abbrev, abbrev, n) == 0;
}

bool
tzone_abbrev(const struct tzone *z, const char *abbrev, size_t n, int64_t utc, int32_t *offset,
	     bool *isdst)
{
	struct tzperiod p;
	size_t i, from = passed(z, utc);

	tzone_at(z, utc, &p);
	for (i = from + 1; !same_abbrev(&p, abbrev, n) && i-- > 0 && z->ntypes > 0;)
		p = period(z, i);
	for (i = from + 1; !same_abbrev(&p, abbrev, n) && i <= z->ntrans; i++)
		p = period(z, i);
	if (!same_abbrev(&p, abbrev, n) && !(z->has_rule && tzrule_abbrev(&z->rule, abbrev, n, &p)))
		return false;
	*offset = p.offset;
	*isdst = p.isdst;
	return true;
}

/* ---- listing ---- */

struct zone_list {
	const struct tzone **v;
	size_t n, cap;
};

static void list_dir(struct zone_list *l, const char *sub, int depth);

static void
list_entry(struct zone_list *l, const char *name, int depth)
{
	char path[4096];
	struct stat st;
	const struct tzone *z;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", zone_dir(), name) >= sizeof(path) ||
	    stat(path, &st) != 0)
		return;
	if (S_ISDIR(st.st_mode)) {
		list_dir(l, name, depth + 1);
		return;
	}
	z = S_ISREG(st.st_mode) ? tzone_find(name, strlen(name)) : NULL;
	if (!z || (z->ntypes == 0 && z != &gmt_zone && z != &utc_zone))
		return;
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 512;
		l->v = xrealloc(l->v, l->cap * sizeof(*l->v));
	}
	l->v[l->n++] = z;
}

static void
list_dir(struct zone_list *l, const char *sub, int depth)
{
	char path[4096], name[NAME_CAP + 1];
	DIR *d;
	struct dirent *e;

	if (depth > DEPTH_CAP ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", zone_dir(), sub) >= sizeof(path))
		return;
	d = opendir(path);
	if (!d)
		return;
	while ((e = readdir(d)) != NULL) {
		int len = snprintf(name, sizeof(name), "%s%s%s", sub, *sub ? "/" : "", e->d_name);

		if (e->d_name[0] != '.' && len > 0 && (size_t)len < sizeof(name))
			list_entry(l, name, depth);
	}
	closedir(d);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(const struct tzone *const *)a)->name,
		      (*(const struct tzone *const *)b)->name);
}

const struct tzone **
tzone_list(size_t *n)
{
	struct zone_list l = {0};

	list_dir(&l, "", 0);
	if (l.n > 0)
		qsort(l.v, l.n, sizeof(*l.v), by_name);
	*n = l.n;
	return l.v;
}
