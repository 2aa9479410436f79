/*
 * pgwire: PostgreSQL's frontend/backend protocol, version 3, seen from the server, as a library
 * without I/O.
 *
 * Bytes in, messages out; messages in, bytes out. The library never reads a socket, starts a
 * thread, looks at a clock or logs. It needs libc and libcrypto only.
 *
 * Owner:   every object belongs to one caller at a time; different objects may be used from
 *          different threads.
 * Memory:  decoding allocates nothing: results are views into the caller's bytes and live as long
 *          as those. struct pgw_out and struct pgw_scram allocate with malloc; running out is
 *          reported, never fatal.
 * Errors:  enum pgw_rc, or bool with struct pgw_error filled when false. SQLSTATEs and texts are
 *          PostgreSQL 15's.
 * Strings: protocol strings are NUL-terminated on the wire, so views of them are C strings. Their
 *          encoding is the client's and is not checked here.
 *
 * A session in short: pgw_startup_decode() until kind PGW_STARTUP, authenticate with
 * pgw_frame_next(PGW_PHASE_*) and pgw_scram_*, then pgw_frame_next(PGW_PHASE_READY) and
 * pgw_decode_*(); answer with pgw_put_*() into a struct pgw_out.
 */
#ifndef PGW_PGWIRE_H
#define PGW_PGWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PGW_MUSTCHECK __attribute__((warn_unused_result))

#define PGW_PROTOCOL(major, minor) (((uint32_t)(major) << 16) | (uint32_t)(minor))
#define PGW_PROTOCOL_LATEST PGW_PROTOCOL(3, 0) /* what this library speaks */

#define PGW_STARTUP_MAX 10000     /* a startup packet's body, as PostgreSQL limits it */
#define PGW_SMALL_MAX 10000u      /* length word of messages that carry no user data */
#define PGW_LARGE_MAX 1073741822u /* length word of messages that do */
#define PGW_AUTH_MAX 65535u       /* length word of 'p' messages */
#define PGW_MECH_SCRAM "SCRAM-SHA-256"
#define PGW_MECH_SCRAM_PLUS "SCRAM-SHA-256-PLUS"

enum pgw_rc {
	PGW_OK = 0,
	PGW_NEED_MORE = 1, /* not enough bytes yet; nothing was consumed */
	PGW_CONTINUE = 2,  /* authentication: send what was written, feed the next message */
	PGW_DENIED = 3,    /* authentication: well-formed but wrong. Caller answers 28P01. */
	PGW_TOO_BIG = 4,   /* framing: above the caller's cap; skip frame.total bytes to go on */
	PGW_BAD = -1,      /* malformed; the struct pgw_error is filled */
	PGW_NOMEM = -2,    /* out of memory, or libcrypto failed; the struct pgw_error says which */
};

/* What PostgreSQL does with the error. */
enum pgw_severity {
	PGW_COMMERROR, /* log it (LOG), send nothing, close */
	PGW_FATAL,     /* send it, close */
	PGW_ERROR,     /* send it, abort the command */
};

/*
 * One failure. Owner: caller, usually on its stack. Strings are NUL-terminated; detail may be
 * empty.
 */
struct pgw_error {
	enum pgw_severity severity;
	char sqlstate[6];
	char message[232];
	char detail[232];
};

/* ---------------------------------------------------------------- startup (startup.c) */

enum pgw_startup_kind {
	PGW_STARTUP,        /* major, minor, parameters */
	PGW_SSL_REQUEST,    /* answer one byte, S or N, then TLS or the next startup packet */
	PGW_GSSENC_REQUEST, /* answer one byte, G or N */
	PGW_CANCEL_REQUEST, /* pid, secret; no answer, close */
};

/* A decoded startup packet. Memory: views into the caller's bytes. */
struct pgw_startup {
	enum pgw_startup_kind kind;
	size_t size;             /* of the packet: consume this; PGW_NEED_MORE: needed in all */
	uint16_t major, minor;   /* asked for (every kind sets it); minor may be above ours */
	uint32_t pid, secret;    /* PGW_CANCEL_REQUEST */
	unsigned n_params;       /* parameters that are not protocol options */
	unsigned n_unknown;      /* options named _pq_.…: this library knows none */
	const char *pairs, *end; /* private: use pgw_startup_next() */
};

/*
 * Looks at the first n bytes of a connection (or of what follows an SSLRequest). PGW_NEED_MORE sets
 * only su->size.
 * PGW_BAD: COMMERROR 08P01 "invalid length of startup packet"; FATAL 0A000 for another major
 *          version (su->major and minor are set); FATAL 08P01 for a bad layout. A missing user is
 *          not checked here (28000 is the caller's).
 */
enum pgw_rc pgw_startup_decode(const void *bytes, size_t n, struct pgw_startup *su,
			       struct pgw_error *e) PGW_MUSTCHECK;

/*
 * Walks the parameters in order of arrival: *pos starts at 0. unknown picks the _pq_. options
 * (true) or all others (false). False at the end. A name may come twice: as in PostgreSQL the last
 * one counts.
 */
bool pgw_startup_next(const struct pgw_startup *su, bool unknown, size_t *pos, const char **name,
		      const char **value);

/* The value of an ordinary parameter, or NULL. */
const char *pgw_startup_get(const struct pgw_startup *su, const char *name);

/*
 * True if NegotiateProtocolVersion must precede the authentication request: see
 * pgw_put_negotiate_protocol().
 */
bool pgw_startup_must_negotiate(const struct pgw_startup *su);

/*
 * Fills e with FATAL 0A000 "unsupported frontend protocol …" for what su asked: for a second
 * SSLRequest or GSSENCRequest, which PostgreSQL takes for a version number.
 */
void pgw_startup_reject(const struct pgw_startup *su, struct pgw_error *e);

/* ---------------------------------------------------------------- framing (frame.c) */

/* Which messages may come, and the words for one that may not. */
enum pgw_phase {
	PGW_PHASE_READY,    /* any but 'p'; else FATAL "invalid frontend message type %d" */
	PGW_PHASE_COPY_IN,  /* d c f H S; else ERROR "unexpected message type 0x…" */
	PGW_PHASE_PASSWORD, /* p; else FATAL "expected password response, got message type %d" */
	PGW_PHASE_SASL,     /* p; else FATAL "expected SASL response, got message type %d" */
	PGW_PHASE_GSS,      /* p; else FATAL "expected GSS response, got message type %d" */
};

/* One whole message. Memory: body is a view. Invariant: total == 5 + len. */
struct pgw_frame {
	uint8_t type;
	const uint8_t *body;
	size_t len;   /* of the body */
	size_t total; /* consume this; PGW_NEED_MORE: needed in all (5 until known) */
};

/*
 * Is there a whole message at p? Type and length are judged as soon as their bytes are there,
 * before the caller has spent memory on the body. cap bounds the length word below PostgreSQL's own
 * limit for the type (0: no further bound).
 *   PGW_OK         f is whole
 *   PGW_NEED_MORE  f->total bytes are needed (at least n + 1)
 *   PGW_TOO_BIG    above cap but legal: e is ERROR 54000; f->type and f->total are set, f->body is
 *                  NULL
 *   PGW_BAD        wrong type for the phase (08P01, texts above), or COMMERROR 08P01 "invalid
 *                  message length". The stream cannot be followed any further: close (after
 *                  COPY_IN's ERROR PostgreSQL adds FATAL 08P01 "terminating connection because
 *                  protocol synchronization was lost").
 */
enum pgw_rc pgw_frame_next(const void *p, size_t n, enum pgw_phase phase, uint32_t cap,
			   struct pgw_frame *f, struct pgw_error *e) PGW_MUSTCHECK;

/*
 * PostgreSQL's largest length word for a frontend message type; 0 for a type that does not exist.
 */
uint32_t pgw_frame_limit(uint8_t type);

/* "Query", "Parse", …; NULL for a type that does not exist. 'p' is "PasswordMessage". */
const char *pgw_frontend_name(uint8_t type);

/* ---------------------------------------------------------------- payload reader (reader.c) */

/*
 * A message body, consumed front to back. Never reads past end. The first failure sticks: from then
 * on every get returns 0, "" or NULL without moving, so a decoder may check once at its end with
 * pgw_get_end().
 */
struct pgw_reader {
	const uint8_t *p, *end; /* invariant: p <= end */
	const char *bad;        /* PostgreSQL's text for the first failure, or NULL */
};

static inline void
pgw_reader_init(struct pgw_reader *r, const void *p, size_t n)
{
	r->p = n ? (const uint8_t *)p : (const uint8_t *)"";
	r->end = r->p + n;
	r->bad = NULL;
}

static inline size_t
pgw_reader_left(const struct pgw_reader *r)
{
	return (size_t)(r->end - r->p);
}

uint8_t pgw_get_u8(struct pgw_reader *r);   /* "no data left in message" */
uint16_t pgw_get_u16(struct pgw_reader *r); /* these: "insufficient data left in message" */
uint32_t pgw_get_u32(struct pgw_reader *r);
uint64_t pgw_get_u64(struct pgw_reader *r);
const uint8_t *pgw_get_bytes(struct pgw_reader *r, size_t n);
/*
 * A NUL-terminated string; len (may be NULL) gets its length. "invalid string in message". "" on
 * failure.
 */
const char *pgw_get_string(struct pgw_reader *r, size_t *len);
/*
 * True if nothing failed and nothing is left ("invalid message format"). Else fills e: ERROR 08P01
 * with the text.
 */
bool pgw_get_end(struct pgw_reader *r, struct pgw_error *e) PGW_MUSTCHECK;
/* True if nothing failed so far, whatever is left. */
bool pgw_get_ok(const struct pgw_reader *r, struct pgw_error *e) PGW_MUSTCHECK;

/*
 * ---------------------------------------------------------------- frontend messages (frontend.c,
 * bind.c)
 */
/*
 * Each takes a frame of its type and fills the struct with views into it. False: ERROR 08P01 and e
 * is filled; the stream stays in step, so the session can go on. (Password and SASL failures end
 * the connection all the same.)
 */

/* A protocol string. Invariant: p[n] == 0. */
struct pgw_str {
	const char *p;
	size_t n;
};

/*
 * A parameter or argument. NULL is n == -1 (p is NULL then). format is as sent: 0 text, 1 binary,
 * others not checked.
 */
struct pgw_value {
	const uint8_t *p;
	int32_t n;
	int16_t format;
};

struct pgw_query {
	struct pgw_str sql;
};

struct pgw_parse {
	struct pgw_str name, sql;
	unsigned n_types;        /* 0 … 65,535 */
	const uint8_t *types_be; /* private: pgw_parse_type() */
};

/*
 * The whole message has been checked when this is filled: walking it cannot fail. Format rule for
 * parameters and results: no codes: all text; one: for all; else one each.
 */
struct pgw_bind {
	struct pgw_str portal, statement;
	unsigned n_formats, n_params,
		n_results; /* 0 … 65,535 each; n_formats is 0, 1 or n_params */
	const uint8_t *formats_be, *params, *results_be; /* private */
};

struct pgw_describe { /* and Close */
	char kind;    /* 'S' or 'P' */
	struct pgw_str name;
};

struct pgw_execute {
	struct pgw_str portal;
	int32_t max_rows; /* <= 0: all */
};

struct pgw_function_call {
	uint32_t oid;
	unsigned n_formats, n_args;
	int16_t result_format;
	const uint8_t *formats_be, *args; /* private */
};

struct pgw_sasl_initial {
	struct pgw_str mechanism;
	const uint8_t *data; /* NULL: the client sent no initial response (len is 0 then too) */
	size_t len;
};

bool pgw_decode_query(const struct pgw_frame *f, struct pgw_query *m,
		      struct pgw_error *e) PGW_MUSTCHECK;
bool pgw_decode_parse(const struct pgw_frame *f, struct pgw_parse *m,
		      struct pgw_error *e) PGW_MUSTCHECK;
/* Also 08P01 "bind message has %d parameter formats but %d parameters". */
bool pgw_decode_bind(const struct pgw_frame *f, struct pgw_bind *m,
		     struct pgw_error *e) PGW_MUSTCHECK;
/* Also 08P01 "invalid DESCRIBE message subtype %d" / "invalid CLOSE message subtype %d". */
bool pgw_decode_describe(const struct pgw_frame *f, struct pgw_describe *m,
			 struct pgw_error *e) PGW_MUSTCHECK;
bool pgw_decode_close(const struct pgw_frame *f, struct pgw_describe *m,
		      struct pgw_error *e) PGW_MUSTCHECK;
bool pgw_decode_execute(const struct pgw_frame *f, struct pgw_execute *m,
			struct pgw_error *e) PGW_MUSTCHECK;
/* Sync, Flush: must be empty. (Terminate and CopyDone are not looked at, as in PostgreSQL.) */
bool pgw_decode_empty(const struct pgw_frame *f, struct pgw_error *e) PGW_MUSTCHECK;
/* CopyFail's message. CopyData needs no decoder: its data is the frame's body. */
bool pgw_decode_copy_fail(const struct pgw_frame *f, struct pgw_str *message,
			  struct pgw_error *e) PGW_MUSTCHECK;
/*
 * Also 08P01 "invalid argument size %d in function call message" and the formats/arguments
 * mismatch.
 */
bool pgw_decode_function_call(const struct pgw_frame *f, struct pgw_function_call *m,
			      struct pgw_error *e) PGW_MUSTCHECK;
/* 08P01 "invalid password packet size"; 28P01 "empty password returned by client". Both FATAL. */
bool pgw_decode_password(const struct pgw_frame *f, struct pgw_str *password,
			 struct pgw_error *e) PGW_MUSTCHECK;
/*
 * FATAL on failure. SASLResponse and GSSResponse need no decoder: their data is the frame's body.
 */
bool pgw_decode_sasl_initial(const struct pgw_frame *f, struct pgw_sasl_initial *m,
			     struct pgw_error *e) PGW_MUSTCHECK;

/* The type OID asked for parameter i < n_types (0: unspecified). */
uint32_t pgw_parse_type(const struct pgw_parse *m, unsigned i);

/* A walk over parameters or arguments: init from a decoded message, then next until false. */
struct pgw_values {
	const uint8_t *p, *formats_be; /* private */
	unsigned i, n, n_formats;
};

void pgw_bind_values(const struct pgw_bind *m, struct pgw_values *w);
void pgw_function_values(const struct pgw_function_call *m, struct pgw_values *w);
bool pgw_values_next(struct pgw_values *w, struct pgw_value *v);

/* Fills an array of n_params values. */
void pgw_bind_params(const struct pgw_bind *m, struct pgw_value *out);
/* The format code of result column i by the rule above; text for columns beyond the codes. */
int16_t pgw_bind_result_format(const struct pgw_bind *m, unsigned i);
/* False: 08P01 "bind message has %d result formats but query has %d columns". */
bool pgw_bind_check_results(const struct pgw_bind *m, unsigned n_columns,
			    struct pgw_error *e) PGW_MUSTCHECK;
/* False: 08P01 "bind message supplies %d parameters, but prepared statement \"%s\" requires %d". */
bool pgw_bind_check_params(const struct pgw_bind *m, unsigned n_required,
			   struct pgw_error *e) PGW_MUSTCHECK;
/* False: 22023 "unsupported format code: %d". */
bool pgw_check_format(int16_t format, struct pgw_error *e) PGW_MUSTCHECK;

/* ---------------------------------------------------------------- output (out.c) */

/*
 * A growable buffer of backend messages, filled at the end and drained at the front.
 * Invariant: done <= len <= cap; bytes [done, len) wait to be written; msg is where the open
 *            message starts, or SIZE_MAX. Out of memory, or a message over PGW_LARGE_MAX, sets oom:
 *            every later put is then a no-op (the open message is unusable; pgw_out_abort() drops
 *            it and clears oom, whole messages before it stay good). Only whole messages should be
 *            written to a client: [done, pgw_out_ready()).
 */
struct pgw_out {
	uint8_t *data;
	size_t done, len, cap;
	size_t msg;
	bool oom;
};

void pgw_out_init(struct pgw_out *o);
void pgw_out_release(struct pgw_out *o); /* frees; the object may be used again as after init */
void pgw_out_clear(struct pgw_out *o);   /* empties, keeps the memory */
/* If empty: gives back what is above keep bytes. */
void pgw_out_shrink(struct pgw_out *o, size_t keep);
/*
 * Room for n more bytes, to be filled at data + len and claimed by adding to len. False (oom set):
 * no room.
 */
bool pgw_out_grow(struct pgw_out *o, size_t n);

static inline size_t /* how many bytes may be written out: whole messages only */
pgw_out_ready(const struct pgw_out *o)
{
	return (o->msg == SIZE_MAX ? o->len : o->msg) - o->done;
}

static inline const uint8_t *
pgw_out_head(const struct pgw_out *o)
{
	return o->data ? o->data + o->done : NULL;
}

/* n <= pgw_out_ready(): these have been written. */
void pgw_out_consume(struct pgw_out *o, size_t n);

static inline bool
pgw_out_reserve(struct pgw_out *o, size_t n)
{
	return (!o->oom && o->cap - o->len >= n) || pgw_out_grow(o, n);
}

/* Unaligned big-endian stores. */
static inline void
pgw_store16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
pgw_store32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* Raw puts, big-endian. Usable inside an open message (and outside, for SSLRequest's one byte). */
static inline void
pgw_put_u8(struct pgw_out *o, uint8_t v)
{
	if (pgw_out_reserve(o, 1))
		o->data[o->len++] = v;
}

static inline void
pgw_put_u16(struct pgw_out *o, uint16_t v)
{
	if (pgw_out_reserve(o, 2)) {
		pgw_store16(o->data + o->len, v);
		o->len += 2;
	}
}

static inline void
pgw_put_u32(struct pgw_out *o, uint32_t v)
{
	if (pgw_out_reserve(o, 4)) {
		pgw_store32(o->data + o->len, v);
		o->len += 4;
	}
}

static inline void
pgw_put_u64(struct pgw_out *o, uint64_t v)
{
	if (pgw_out_reserve(o, 8)) {
		pgw_store32(o->data + o->len, (uint32_t)(v >> 32));
		pgw_store32(o->data + o->len + 4, (uint32_t)v);
		o->len += 8;
	}
}

static inline void
pgw_put_bytes(struct pgw_out *o, const void *p, size_t n)
{
	if (n && pgw_out_reserve(o, n)) {
		memcpy(o->data + o->len, p, n);
		o->len += n;
	}
}

void pgw_put_string(struct pgw_out *o, const char *s); /* with its NUL; NULL counts as "" */

void pgw_begin(struct pgw_out *o, char type); /* messages do not nest */
void pgw_end(struct pgw_out *o);              /* patches the length */
void pgw_out_abort(struct pgw_out *o);        /* drops the open message, if any; clears oom */

/*
 * ---------------------------------------------------------------- backend messages (backend.c,
 * error_fields.c)
 */

/* RowDescription: begin, n_columns times field, pgw_end(). */
struct pgw_field {
	const char *name;
	uint32_t table_oid;
	int16_t attnum;
	uint32_t type_oid;
	int16_t typlen;
	int32_t typmod;
	int16_t format;
};
void pgw_begin_row_description(struct pgw_out *o, unsigned n_columns);
void pgw_put_field(struct pgw_out *o, const struct pgw_field *f);

/*
 * DataRow: begin, one of null / column / column_begin…column_end for each, pgw_end(). Between
 *          column_begin and column_end the value's bytes are put straight into the buffer.
 */
static inline void
pgw_begin_data_row(struct pgw_out *o, unsigned n_columns)
{
	pgw_begin(o, 'D');
	pgw_put_u16(o, (uint16_t)n_columns);
}

static inline void
pgw_put_null(struct pgw_out *o)
{
	pgw_put_u32(o, UINT32_MAX);
}

static inline void
pgw_put_column(struct pgw_out *o, const void *p, size_t n)
{
	pgw_put_u32(o, (uint32_t)n);
	pgw_put_bytes(o, p, n);
}

static inline size_t /* the mark to hand to column_end */
pgw_column_begin(struct pgw_out *o)
{
	size_t mark = o->len;
	pgw_put_u32(o, 0);
	return mark;
}

static inline void
pgw_column_end(struct pgw_out *o, size_t mark)
{
	if (!o->oom)
		pgw_store32(o->data + mark, (uint32_t)(o->len - mark - 4));
}

/* Takes back what column_begin and later puts wrote, and says NULL instead. */
static inline void
pgw_column_null(struct pgw_out *o, size_t mark)
{
	if (!o->oom)
		o->len = mark;
	pgw_put_null(o);
}

void pgw_put_auth_ok(struct pgw_out *o);
void pgw_put_auth_kerberos_v5(struct pgw_out *o);
void pgw_put_auth_cleartext(struct pgw_out *o);
void pgw_put_auth_md5(struct pgw_out *o, const uint8_t salt[4]);
void pgw_put_auth_gss(struct pgw_out *o);
void pgw_put_auth_gss_continue(struct pgw_out *o, const void *p, size_t n);
void pgw_put_auth_sspi(struct pgw_out *o);
/* plus: also offer SCRAM-SHA-256-PLUS (TLS with a certificate). */
void pgw_put_auth_sasl(struct pgw_out *o, bool plus);
void pgw_put_auth_sasl_continue(struct pgw_out *o, const void *p, size_t n);
void pgw_put_auth_sasl_final(struct pgw_out *o, const void *p, size_t n);

void pgw_put_backend_key_data(struct pgw_out *o, uint32_t pid, uint32_t secret);
void pgw_put_parameter_status(struct pgw_out *o, const char *name, const char *value);
/* Names this library's version and every unknown option of the startup packet. */
void pgw_put_negotiate_protocol(struct pgw_out *o, const struct pgw_startup *su);
void pgw_put_ready_for_query(struct pgw_out *o, char status); /* I, T, E */
void pgw_put_command_complete(struct pgw_out *o, const char *tag);
void pgw_put_empty_query(struct pgw_out *o);
void pgw_put_parse_complete(struct pgw_out *o);
void pgw_put_bind_complete(struct pgw_out *o);
void pgw_put_close_complete(struct pgw_out *o);
void pgw_put_no_data(struct pgw_out *o);
void pgw_put_portal_suspended(struct pgw_out *o);
void pgw_put_parameter_description(struct pgw_out *o, unsigned n, const uint32_t *oids);
/* format is the overall one; formats gives one code a column, or NULL: all like the overall one. */
void pgw_put_copy_in(struct pgw_out *o, int8_t format, unsigned n_columns, const int16_t *formats);
void pgw_put_copy_out(struct pgw_out *o, int8_t format, unsigned n_columns, const int16_t *formats);
void pgw_put_copy_both(struct pgw_out *o, int8_t format, unsigned n_columns,
		       const int16_t *formats);
/* Or pgw_begin(o, 'd'), puts, pgw_end(o). */
void pgw_put_copy_data(struct pgw_out *o, const void *p, size_t n);
void pgw_put_copy_done(struct pgw_out *o);
void pgw_put_notification(struct pgw_out *o, uint32_t pid, const char *channel,
			  const char *payload);
void pgw_put_function_result(struct pgw_out *o, const void *p, int32_t n); /* n == -1: NULL */

/*
 * ErrorResponse and NoticeResponse. NULL and 0 leave a field out, but for message ("missing error
 * text").
 */
struct pgw_fields {
	const char *severity; /* S and V: not translated */
	const char *sqlstate, *message, *detail, *hint, *where;
	const char *schema, *table, *column, *datatype, *constraint;
	int position, internal_position; /* counted from 1, in characters */
	const char *internal_query;
	const char *file, *routine;
	int line;
};
void pgw_put_error(struct pgw_out *o, const struct pgw_fields *f);
void pgw_put_notice(struct pgw_out *o, const struct pgw_fields *f);
/*
 * A struct pgw_error as ErrorResponse ("FATAL" or "ERROR"); a COMMERROR is not sent: puts nothing.
 */
void pgw_put_pgw_error(struct pgw_out *o, const struct pgw_error *e);

/*
 * ---------------------------------------------------------------- passwords (verifier.c, md5.c,
 * saslprep.c)
 */

enum pgw_verifier_kind { PGW_VERIFIER_MD5, PGW_VERIFIER_SCRAM };

/*
 * What the server stores instead of a password. Memory: salt is a view into the text it was parsed
 * from, or into nothing for MD5.
 */
struct pgw_verifier {
	enum pgw_verifier_kind kind;
	char md5[36]; /* "md5" and 32 lower-case hex digits, NUL-terminated */
	int iterations;
	const char *salt; /* base64, salt_len bytes, not NUL-terminated */
	size_t salt_len;
	uint8_t stored_key[32], server_key[32];
};

#define PGW_MD5_SECRET_SIZE 36
#define PGW_SCRAM_SECRET_SIZE 256
#define PGW_SCRAM_ITERATIONS 4096
#define PGW_SCRAM_SALT 16

/*
 * "md5…" or "SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey". False: neither (so a password in
 * the clear).
 */
bool pgw_verifier_parse(const char *text, struct pgw_verifier *v) PGW_MUSTCHECK;

/* Makes the text to store. PGW_OK or PGW_NOMEM. */
enum pgw_rc pgw_md5_secret(const char *password, const char *user,
			   char out[PGW_MD5_SECRET_SIZE]) PGW_MUSTCHECK;
/* salt: n bytes (n <= 64), or NULL for 16 random ones. iterations: 0 for the default. */
enum pgw_rc pgw_scram_secret(const char *password, const uint8_t *salt, size_t n, int iterations,
			     char out[PGW_SCRAM_SECRET_SIZE]) PGW_MUSTCHECK;

/* A password in the clear against either kind. PGW_OK, PGW_DENIED, PGW_NOMEM. */
enum pgw_rc pgw_verify_password(const struct pgw_verifier *v, const char *user,
				const char *password) PGW_MUSTCHECK;
/*
 * The answer to AuthenticationMD5Password, compared in constant time. PGW_OK, PGW_DENIED,
 * PGW_NOMEM. A SCRAM verifier is always denied: the caller must have asked for SASL then, as
 * PostgreSQL does.
 */
enum pgw_rc pgw_verify_md5(const struct pgw_verifier *v, const uint8_t salt[4],
			   const char *response) PGW_MUSTCHECK;
/*
 * The answer a client gives, "md5" + 32 hex digits. secret is the md5 verifier's text. For tests
 * and clients.
 */
enum pgw_rc pgw_md5_response(const char *secret, const uint8_t salt[4],
			     char out[PGW_MD5_SECRET_SIZE]) PGW_MUSTCHECK;

/*
 * SASLprep (RFC 4013) as PostgreSQL applies it: *out is malloc'd, or NULL with PGW_BAD when the
 * text is not UTF-8 or holds what SASLprep prohibits; PostgreSQL then uses the bytes as they are.
 * PGW_OK, PGW_BAD, PGW_NOMEM.
 */
enum pgw_rc pgw_saslprep(const char *text, char **out) PGW_MUSTCHECK;

/*
 * ---------------------------------------------------------------- SCRAM-SHA-256 (scram.c,
 * scram_message.c)
 */

struct pgw_scram_config {
	const char
		*user; /* salts the mock verifier; the SCRAM message's own user name is ignored */
	const struct pgw_verifier
		*verifier; /* NULL or not SCRAM: go through the motions, then deny. Copied. */
	const uint8_t *mock_secret; /* 32 bytes, secret, one per cluster, never changing */
	const uint8_t
		*cert_hash;   /* tls-server-end-point data; NULL: no TLS, so no -PLUS. Copied. */
	size_t cert_hash_len; /* <= 64 */
	const char *nonce;    /* for tests: printable, <= 64; NULL: 18 random bytes in base64 */
};

/*
 * The server's end of one exchange.
 * Owner:  the connection's; freed by pgw_scram_free(), which wipes it.
 * States: NEW → BEGUN → CHALLENGED → DONE, and DONE after any failure; fed when DONE: PGW_BAD.
 */
struct pgw_scram;

struct pgw_scram *
pgw_scram_new(const struct pgw_scram_config *c) PGW_MUSTCHECK; /* NULL: out of memory */
void pgw_scram_free(struct pgw_scram *s);                      /* NULL is allowed */

/*
 * Feeds one 'p' message, first SASLInitialResponse, then SASLResponse, and puts
 * AuthenticationSASLContinue or -Final.
 *   PGW_CONTINUE  send o; feed the next
 *   PGW_OK        the client has proven itself; o holds AuthenticationSASLFinal; AuthenticationOk
 *                 comes next
 *   PGW_DENIED    FATAL 28P01 "password authentication failed for user …" is the caller's to send
 *   PGW_BAD       FATAL in e (08P01, 28000 or 0A000 with PostgreSQL's texts) PGW_NOMEM
 */
enum pgw_rc pgw_scram_feed(struct pgw_scram *s, const struct pgw_frame *f, struct pgw_out *o,
			   struct pgw_error *e) PGW_MUSTCHECK;

/*
 * The same without frames: name the mechanism, then step. out is a view into s until the next call.
 */
enum pgw_rc pgw_scram_begin(struct pgw_scram *s, const char *mechanism,
			    struct pgw_error *e) PGW_MUSTCHECK;
enum pgw_rc pgw_scram_step(struct pgw_scram *s, const void *in, size_t n, const char **out,
			   size_t *out_len, struct pgw_error *e) PGW_MUSTCHECK;

/*
 * tls-server-end-point (RFC 5929) of a DER certificate: its hash by the certificate's signature
 * algorithm, SHA-256 for MD5 and SHA-1. out has room for 64 bytes. False: no such hash (no -PLUS
 * may be offered).
 */
bool pgw_cert_hash(const void *der, size_t n, uint8_t out[64], size_t *out_len) PGW_MUSTCHECK;

/*
 * The client's end (scram_client.c), for tests and for clients. gs2: 'n', 'y' or 'p'. nonce as in
 * the server's config.
 */
struct pgw_scram_client;
struct pgw_scram_client *pgw_scram_client_new(const char *user, const char *password, char gs2,
					      const uint8_t *cert_hash, size_t cert_hash_len,
					      const char *nonce) PGW_MUSTCHECK;
void pgw_scram_client_free(struct pgw_scram_client *c);
/*
 * in: NULL at first, then the server's data. PGW_CONTINUE: send out. PGW_OK: the server has proven
 * itself.
 */
enum pgw_rc pgw_scram_client_step(struct pgw_scram_client *c, const void *in, size_t n,
				  const char **out, size_t *out_len) PGW_MUSTCHECK;

#ifdef __cplusplus
}
#endif

#endif
