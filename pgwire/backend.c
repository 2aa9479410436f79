/*
 * backend: one function for each backend message (ErrorResponse and NoticeResponse:
 * error_fields.c).
 */
#include "internal.h"

enum { /* the kinds of 'R' */
       AUTH_OK = 0,
       AUTH_KERBEROS_V5 = 2,
       AUTH_CLEARTEXT = 3,
       AUTH_MD5 = 5,
       AUTH_GSS = 7,
       AUTH_GSS_CONTINUE = 8,
       AUTH_SSPI = 9,
       AUTH_SASL = 10,
       AUTH_SASL_CONTINUE = 11,
       AUTH_SASL_FINAL = 12,
};

static void
put_empty(struct pgw_out *o, char type)
{
	pgw_begin(o, type);
	pgw_end(o);
}

static void
put_auth(struct pgw_out *o, uint32_t kind, const void *p, size_t n)
{
	pgw_begin(o, 'R');
	pgw_put_u32(o, kind);
	pgw_put_bytes(o, p, n);
	pgw_end(o);
}

void
pgw_put_auth_ok(struct pgw_out *o)
{
	put_auth(o, AUTH_OK, NULL, 0);
}

void
pgw_put_auth_kerberos_v5(struct pgw_out *o)
{
	put_auth(o, AUTH_KERBEROS_V5, NULL, 0);
}

void
pgw_put_auth_cleartext(struct pgw_out *o)
{
	put_auth(o, AUTH_CLEARTEXT, NULL, 0);
}

void
pgw_put_auth_md5(struct pgw_out *o, const uint8_t salt[4])
{
	put_auth(o, AUTH_MD5, salt, 4);
}

void
pgw_put_auth_gss(struct pgw_out *o)
{
	put_auth(o, AUTH_GSS, NULL, 0);
}

void
pgw_put_auth_gss_continue(struct pgw_out *o, const void *p, size_t n)
{
	put_auth(o, AUTH_GSS_CONTINUE, p, n);
}

void
pgw_put_auth_sspi(struct pgw_out *o)
{
	put_auth(o, AUTH_SSPI, NULL, 0);
}

void
pgw_put_auth_sasl(struct pgw_out *o, bool plus)
{
	pgw_begin(o, 'R');
	pgw_put_u32(o, AUTH_SASL);
	if (plus)
		pgw_put_string(o, PGW_MECH_SCRAM_PLUS);
	pgw_put_string(o, PGW_MECH_SCRAM);
	pgw_put_u8(o, 0);
	pgw_end(o);
}

void
pgw_put_auth_sasl_continue(struct pgw_out *o, const void *p, size_t n)
{
	put_auth(o, AUTH_SASL_CONTINUE, p, n);
}

void
pgw_put_auth_sasl_final(struct pgw_out *o, const void *p, size_t n)
{
	put_auth(o, AUTH_SASL_FINAL, p, n);
}

void
pgw_put_backend_key_data(struct pgw_out *o, uint32_t pid, uint32_t secret)
{
	pgw_begin(o, 'K');
	pgw_put_u32(o, pid);
	pgw_put_u32(o, secret);
	pgw_end(o);
}

void
pgw_put_parameter_status(struct pgw_out *o, const char *name, const char *value)
{
	pgw_begin(o, 'S');
	pgw_put_string(o, name);
	pgw_put_string(o, value);
	pgw_end(o);
}

void
pgw_put_negotiate_protocol(struct pgw_out *o, const struct pgw_startup *su)
{
	const char *name, *value;

	pgw_begin(o, 'v');
	pgw_put_u32(o, PGW_PROTOCOL_LATEST);
	pgw_put_u32(o, su->n_unknown);
	for (size_t pos = 0; pgw_startup_next(su, true, &pos, &name, &value);)
		pgw_put_string(o, name);
	pgw_end(o);
}

void
pgw_put_ready_for_query(struct pgw_out *o, char status)
{
	pgw_begin(o, 'Z');
	pgw_put_u8(o, (uint8_t)status);
	pgw_end(o);
}

void
pgw_put_command_complete(struct pgw_out *o, const char *tag)
{
	pgw_begin(o, 'C');
	pgw_put_string(o, tag);
	pgw_end(o);
}

void
pgw_put_empty_query(struct pgw_out *o)
{
	put_empty(o, 'I');
}

void
pgw_put_parse_complete(struct pgw_out *o)
{
	put_empty(o, '1');
}

void
pgw_put_bind_complete(struct pgw_out *o)
{
	put_empty(o, '2');
}

void
pgw_put_close_complete(struct pgw_out *o)
{
	put_empty(o, '3');
}

void
pgw_put_no_data(struct pgw_out *o)
{
	put_empty(o, 'n');
}

void
pgw_put_portal_suspended(struct pgw_out *o)
{
	put_empty(o, 's');
}

void
pgw_put_copy_done(struct pgw_out *o)
{
	put_empty(o, 'c');
}

void
pgw_begin_row_description(struct pgw_out *o, unsigned n_columns)
{
	pgw_begin(o, 'T');
	pgw_put_u16(o, (uint16_t)n_columns);
}

void
pgw_put_field(struct pgw_out *o, const struct pgw_field *f)
{
	pgw_put_string(o, f->name);
	pgw_put_u32(o, f->table_oid);
	pgw_put_u16(o, (uint16_t)f->attnum);
	pgw_put_u32(o, f->type_oid);
	pgw_put_u16(o, (uint16_t)f->typlen);
	pgw_put_u32(o, (uint32_t)f->typmod);
	pgw_put_u16(o, (uint16_t)f->format);
}

void
pgw_put_parameter_description(struct pgw_out *o, unsigned n, const uint32_t *oids)
{
	pgw_begin(o, 't');
	pgw_put_u16(o, (uint16_t)n);
	for (unsigned i = 0; i < n; i++)
		pgw_put_u32(o, oids[i]);
	pgw_end(o);
}

static void
put_copy(struct pgw_out *o, char type, int8_t format, unsigned n, const int16_t *formats)
{
	pgw_begin(o, type);
	pgw_put_u8(o, (uint8_t)format);
	pgw_put_u16(o, (uint16_t)n);
	for (unsigned i = 0; i < n; i++)
		pgw_put_u16(o, (uint16_t)(formats ? formats[i] : format));
	pgw_end(o);
}

void
pgw_put_copy_in(struct pgw_out *o, int8_t format, unsigned n_columns, const int16_t *formats)
{
	put_copy(o, 'G', format, n_columns, formats);
}

void
pgw_put_copy_out(struct pgw_out *o, int8_t format, unsigned n_columns, const int16_t *formats)
{
	put_copy(o, 'H', format, n_columns, formats);
}

void
pgw_put_copy_both(struct pgw_out *o, int8_t format, unsigned n_columns, const int16_t *formats)
{
	put_copy(o, 'W', format, n_columns, formats);
}

void
pgw_put_copy_data(struct pgw_out *o, const void *p, size_t n)
{
	pgw_begin(o, 'd');
	pgw_put_bytes(o, p, n);
	pgw_end(o);
}

void
pgw_put_notification(struct pgw_out *o, uint32_t pid, const char *channel, const char *payload)
{
	pgw_begin(o, 'A');
	pgw_put_u32(o, pid);
	pgw_put_string(o, channel);
	pgw_put_string(o, payload);
	pgw_end(o);
}

void
pgw_put_function_result(struct pgw_out *o, const void *p, int32_t n)
{
	pgw_begin(o, 'V');
	pgw_put_u32(o, (uint32_t)n);
	if (n > 0)
		pgw_put_bytes(o, p, (size_t)n);
	pgw_end(o);
}
