/*
 * fuzz_bind: Bind and FunctionCall, decoded, walked, written again and compared.
 * Input: one byte, odd for FunctionCall, then the message's body.
 */
#include <stdlib.h>

#include "pgwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
put_values(struct pgw_out *o, struct pgw_values w)
{
	struct pgw_value v;

	pgw_put_u16(o, (uint16_t)w.n);
	while (pgw_values_next(&w, &v)) {
		pgw_put_u32(o, (uint32_t)v.n);
		if (v.n > 0)
			pgw_put_bytes(o, v.p, (size_t)v.n);
	}
}

/* One code a value is what the walk shows; that many are written only if that many came. */
static void
put_formats(struct pgw_out *o, struct pgw_values w, unsigned n_formats, const uint8_t *sent)
{
	struct pgw_value v;

	pgw_put_u16(o, (uint16_t)n_formats);
	if (n_formats != w.n) {
		pgw_put_bytes(o, sent, 2 * (size_t)n_formats);
		return;
	}
	while (pgw_values_next(&w, &v))
		pgw_put_u16(o, (uint16_t)v.format);
}

static bool
again_bind(const struct pgw_frame *f, struct pgw_out *o, struct pgw_error *e)
{
	struct pgw_bind m;
	struct pgw_values w;

	if (!pgw_decode_bind(f, &m, e))
		return false;
	pgw_bind_values(&m, &w);
	pgw_put_string(o, m.portal.p);
	pgw_put_string(o, m.statement.p);
	put_formats(o, w, m.n_formats, m.formats_be);
	put_values(o, w);
	pgw_put_u16(o, (uint16_t)m.n_results);
	for (unsigned i = 0; i < m.n_results; i++)
		pgw_put_u16(o, (uint16_t)pgw_bind_result_format(&m, i));
	return true;
}

static bool
again_function(const struct pgw_frame *f, struct pgw_out *o, struct pgw_error *e)
{
	struct pgw_function_call m;
	struct pgw_values w;

	if (!pgw_decode_function_call(f, &m, e))
		return false;
	pgw_function_values(&m, &w);
	pgw_put_u32(o, m.oid);
	put_formats(o, w, m.n_formats, m.formats_be);
	put_values(o, w);
	pgw_put_u16(o, (uint16_t)m.result_format);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pgw_frame f = {.type = 'B'};
	struct pgw_error e;
	struct pgw_out o;

	if (n == 0)
		return 0;
	f.body = data + 1;
	f.len = n - 1;
	f.total = n + 4;
	pgw_out_init(&o);
	if (data[0] & 1 ? again_function(&f, &o, &e) : again_bind(&f, &o, &e))
		must(!o.oom && o.len == f.len && memcmp(o.data, f.body, o.len) == 0);
	else
		must(strlen(e.sqlstate) == 5 && e.message[0] && e.severity == PGW_ERROR);
	pgw_out_release(&o);
	return 0;
}
