#include "translate.h"

#include <stdio.h>

#include "sql/sql.h"
#include "store/store.h"

enum { INPUT_MAX = 16 << 20 };

static bool
read_input(struct buf *b)
{
	char chunk[65536];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), stdin)) > 0 && b->len < INPUT_MAX)
		buf_add(b, chunk, n);
	return b->len < INPUT_MAX;
}

static bool
print_all(struct db *db, const char *sql, struct err *err)
{
	static const char *const path[] = {"pg_catalog", "public", NULL};
	struct snapshot *snap = db_snapshot(db, err);
	struct fenv fenv = {.types = type_env_canonical,
			    .snapshot = snap,
			    .err = err,
			    .user = "postgres",
			    .session_user = "postgres",
			    .database = db_name(db),
			    .search_path = path};
	struct compile_env env = {.snapshot = snap, .search_path = path, .fenv = &fenv, .err = err};
	struct buf out = BUF_INIT;
	bool ok;

	if (!snap)
		return false;
	fenv.types.reg = &catalog_reg_ops;
	fenv.types.reg_arg = &fenv;
	ok = translate_text(&env, sql, &out);
	fwrite(out.data ? out.data : "", 1, out.len, stdout);
	buf_release(&out);
	snapshot_unref(snap);
	return ok;
}

int
translate_file(const char *file)
{
	struct db_options opt = {
		.read_only = true, .page_cache = 1 << 20, .max_idle = 1, .busy_timeout_ms = 1000};
	struct buf sql = BUF_INIT;
	struct err err;
	struct db *db;
	bool ok;

	err_init(&err);
	db = db_open(file, "translate", &opt, false, &err);
	ok = db &&
	     (read_input(&sql) ||
	      err_set(&err, ERR_PROGRAM_LIMIT_EXCEEDED, -1, "the input is too long")) &&
	     print_all(db, buf_str(&sql), &err);
	if (!ok)
		fprintf(stderr, "litephant: %s: %s\n", err.sqlstate ? err.sqlstate : "",
			err.message ? err.message : "");
	if (db)
		db_close(db);
	buf_release(&sql);
	err_release(&err);
	return ok ? 0 : 1;
}
