/*
 * Per column one decision is made ahead: how its usual storage class is written. A value of another
 * class (adopted files hold anything) takes the type's own output function.
 */
#include "session/row_encode.h"

#include "session/session.h"
#include "types/domain.h"

enum encoder_kind {
	ENC_TEXT_OUT,   /* type_text_out */
	ENC_BINARY_OUT, /* type_binary_out */
	ENC_BYTES,      /* stored text is what both formats send */
	ENC_INT_TEXT,
	ENC_INT2,
	ENC_INT4,
	ENC_INT8, /* binary */
	ENC_BOOL_TEXT,
};

struct encoder {
	enum encoder_kind kind;
	bool is_text; /* the client's encoding applies */
	const struct type *type;
	int32_t typmod;
};

static enum encoder_kind
kind_of(oid_t type, bool binary)
{
	switch (type) {
	case T_TEXT:
	case T_VARCHAR:
	case T_JSON:
	case T_UNKNOWN:
		return ENC_BYTES;
	case T_INT2:
		return binary ? ENC_INT2 : ENC_INT_TEXT;
	case T_INT4:
		return binary ? ENC_INT4 : ENC_INT_TEXT;
	case T_INT8:
		return binary ? ENC_INT8 : ENC_INT_TEXT;
	case T_BOOL:
		return binary ? ENC_BINARY_OUT : ENC_BOOL_TEXT;
	default:
		return binary ? ENC_BINARY_OUT : ENC_TEXT_OUT;
	}
}

/* A domain's column is one of its base type. */
static const struct type *
shown_type(const struct plan_column *col, int32_t *typmod)
{
	if (col->type->typtype == 'd')
		return domain_base(col->type, typmod);
	*typmod = col->typmod;
	return col->type;
}

static void
make_encoders(struct portal *p)
{
	const struct plan *plan = p->plan;

	p->encoders = ARENA_ARRAY(&p->arena, struct encoder, plan->ncols + 1);
	for (int i = 0; i < plan->ncols; i++) {
		bool binary = p->formats && p->formats[i] == 1;
		struct encoder *e = &p->encoders[i];
		e->type = shown_type(&plan->cols[i], &e->typmod);
		e->kind = kind_of(e->type->oid, binary);
		e->is_text = !binary || e->type->category == 'S' || e->kind == ENC_BYTES ||
			     e->type->oid == T_XML;
	}
}

void
row_describe(struct session *s, const struct plan_column *cols, int n, const int16_t *formats)
{
	pgw_begin_row_description(&s->out, (unsigned)n);
	for (int i = 0; i < n; i++) {
		int32_t typmod;
		const struct type *t = shown_type(&cols[i], &typmod);
		struct pgw_field f = {
			.name = session_text_for_message(s,
							 cols[i].name ? cols[i].name : "?column?"),
			.table_oid = cols[i].table_oid,
			.attnum = cols[i].attnum,
			.type_oid = t->oid,
			.typlen = t->len,
			.typmod = typmod,
			.format = formats ? formats[i] : 0,
		};
		pgw_put_field(&s->out, &f);
	}
	pgw_end(&s->out);
}

static void
put_int(struct pgw_out *o, int64_t v)
{
	char digits[24];
	char *p = digits + sizeof(digits);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--p = '-';
	pgw_put_column(o, p, (size_t)(digits + sizeof(digits) - p));
}

static bool
put_bytes(struct session *s, const struct encoder *e, const char *p, size_t n)
{
	if (e->is_text && !session_text_out(s, &s->row, p, n, &p, &n))
		return false;
	pgw_put_column(&s->out, p, n);
	return true;
}

static bool
put_general(struct session *s, const struct portal *portal, const struct encoder *e,
	    const struct datum *d)
{
	struct type_ctx c = {.arena = &s->row,
			     .err = &s->err,
			     .env = &s->fenv.types,
			     .find = snapshot_type_find,
			     .find_arg = (void *)(uintptr_t)portal->plan->snapshot};
	bool binary = e->kind == ENC_BINARY_OUT || e->kind == ENC_INT2 || e->kind == ENC_INT4 ||
		      e->kind == ENC_INT8;

	buf_clear(&s->scratch);
	if (binary ? !type_binary_out(&c, e->type, d, e->typmod, &s->scratch)
		   : !type_text_out(&c, e->type, d, e->typmod, &s->scratch))
		return false;
	return put_bytes(s, e, s->scratch.data ? s->scratch.data : "", s->scratch.len);
}

static bool
put_value(struct session *s, const struct portal *portal, const struct encoder *e,
	  const struct datum *d)
{
	struct pgw_out *o = &s->out;

	if (d->class == DATUM_NULL) {
		pgw_put_null(o);
		return true;
	}
	switch (e->kind) {
	case ENC_BYTES:
		if (d->class == DATUM_TEXT)
			return put_bytes(s, e, d->p, d->n);
		break;
	case ENC_INT_TEXT:
		if (d->class == DATUM_INT) {
			put_int(o, d->i);
			return true;
		}
		break;
	case ENC_BOOL_TEXT:
		if (d->class == DATUM_INT && (uint64_t)d->i <= 1) {
			pgw_put_column(o, d->i ? "t" : "f", 1);
			return true;
		}
		break;
	case ENC_INT2:
		if (d->class == DATUM_INT && d->i == (int16_t)d->i) {
			pgw_put_u32(o, 2);
			pgw_put_u16(o, (uint16_t)d->i);
			return true;
		}
		break;
	case ENC_INT4:
		if (d->class == DATUM_INT && d->i == (int32_t)d->i) {
			pgw_put_u32(o, 4);
			pgw_put_u32(o, (uint32_t)d->i);
			return true;
		}
		break;
	case ENC_INT8:
		if (d->class == DATUM_INT) {
			pgw_put_u32(o, 8);
			pgw_put_u64(o, (uint64_t)d->i);
			return true;
		}
		break;
	default:
		break;
	}
	return put_general(s, portal, e, d);
}

bool
row_send(struct session *s, struct portal *p, void *unused)
{
	bool ok = true;

	(void)unused;
	if (!p->encoders)
		make_encoders(p);
	pgw_begin_data_row(&s->out, (unsigned)p->plan->ncols);
	for (int i = 0; ok && i < p->plan->ncols; i++) {
		struct datum d;
		portal_column(p, i, &d);
		ok = put_value(s, p, &p->encoders[i], &d);
	}
	if (s->row.head)
		arena_clear(&s->row);
	if (ok && s->out.oom)
		ok = err_set(&s->err, ERR_OUT_OF_MEMORY, -1, "out of memory");
	if (!ok) {
		pgw_out_abort(&s->out);
		return false;
	}
	pgw_end(&s->out);
	wire_flush_if_full(s);
	return !s->broken ||
	       err_set(&s->err, ERR_CONNECTION_FAILURE, -1, "connection to client lost");
}

bool
row_value_text(struct session *s, const struct snapshot *snap, const struct type *t, int32_t typmod,
	       const struct datum *d, struct buf *b)
{
	struct type_ctx c = {.arena = &s->row,
			     .err = &s->err,
			     .env = &s->fenv.types,
			     .find = snapshot_type_find,
			     .find_arg = (void *)(uintptr_t)snap};
	bool ok = type_text_out(&c, t, d, typmod, b);

	if (s->row.head)
		arena_clear(&s->row);
	return ok;
}

void
row_send_texts(struct session *s, const char *const *texts, int n)
{
	pgw_begin_data_row(&s->out, (unsigned)n);
	for (int i = 0; i < n; i++) {
		const char *t = texts[i] ? session_text_for_message(s, texts[i]) : NULL;
		if (t)
			pgw_put_column(&s->out, t, strlen(t));
		else
			pgw_put_null(&s->out);
	}
	pgw_end(&s->out);
	wire_flush_if_full(s);
}
