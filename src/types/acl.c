#include "types/acl.h"

#include <ctype.h>

#include "types/families.h"
#include "types/read.h"

static bool
bad(struct err *e, const char *message)
{
	return err_set(e, ERR_INVALID_TEXT_REPRESENTATION, -1, "%s", message);
}

/* A name at *p, quoted where it has to be, and the space around it. */
static bool
take_name(struct arena *a, struct err *e, const char **p, const char **name)
{
	char *to = arena_alloc(a, strlen(*p) + 1);
	bool quoted = false;

	*name = to;
	while (isspace((unsigned char)**p))
		(*p)++;
	for (; **p && (isalnum((unsigned char)**p) || **p == '_' || **p == '"' || quoted); (*p)++) {
		if (**p == '"' && (*p)[1] != '"') {
			quoted = !quoted;
			continue;
		}
		*p += **p == '"';
		*to++ = **p;
	}
	*to = '\0';
	while (isspace((unsigned char)**p))
		(*p)++;
	if (to - *name < 64)
		return true;
	err_set(e, ERR_NAME_TOO_LONG, -1, "identifier too long");
	return err_detail(e, "Identifier must be less than 64 characters.");
}

static bool
take_grantee(struct arena *a, struct err *e, const char **p, struct acl_item *out)
{
	if (!take_name(a, e, p, &out->grantee))
		return false;
	if (**p == '=')
		return true;
	if (strcmp(out->grantee, "group") && strcmp(out->grantee, "user")) {
		err_set(e, ERR_INVALID_TEXT_REPRESENTATION, -1, "unrecognized key word: \"%s\"",
			out->grantee);
		return err_hint(e, "ACL key word must be \"group\" or \"user\".");
	}
	if (!take_name(a, e, p, &out->grantee))
		return false;
	if (!*out->grantee) {
		bad(e, "missing name");
		return err_hint(e, "A name must follow the \"group\" or \"user\" key word.");
	}
	return **p == '=' || bad(e, "missing \"=\" sign");
}

static bool
take_privileges(struct err *e, const char **p, struct acl_item *out)
{
	uint16_t last = 0;

	for ((*p)++; isalpha((unsigned char)**p) || **p == '*'; (*p)++) {
		const char *at = strchr(ACL_LETTERS, **p);

		if (**p == '*') {
			out->options |= last;
			continue;
		}
		if (!at)
			return bad(e, "invalid mode character: must be one of \"" ACL_LETTERS "\"");
		last = (uint16_t)(1 << (at - ACL_LETTERS));
		out->privileges |= last;
	}
	return true;
}

bool
acl_parse(struct arena *a, struct err *e, const char *s, size_t n, struct acl_item *out)
{
	const char *p = arena_strndup(a, s, n);

	*out = (struct acl_item){.grantor = NULL};
	if (!take_grantee(a, e, &p, out) || !take_privileges(e, &p, out))
		return false;
	if (*p == '/') {
		p++;
		if (!take_name(a, e, &p, &out->grantor))
			return false;
		if (!*out->grantor)
			return bad(e, "a name must follow the \"/\" sign");
	}
	while (isspace((unsigned char)*p))
		p++;
	return !*p || bad(e, "extra garbage at the end of the ACL specification");
}

static void
put_name(struct buf *b, const char *name)
{
	bool safe = true;

	for (const char *p = name; *p; p++)
		safe = safe && (isalnum((unsigned char)*p) || *p == '_');
	if (!safe)
		buf_putc(b, '"');
	for (; *name; name++) {
		if (*name == '"')
			buf_putc(b, '"');
		buf_putc(b, *name);
	}
	if (!safe)
		buf_putc(b, '"');
}

void
acl_print(const struct acl_item *item, struct buf *b)
{
	put_name(b, item->grantee);
	buf_putc(b, '=');
	for (int i = 0; ACL_LETTERS[i]; i++) {
		if (item->privileges >> i & 1)
			buf_putc(b, ACL_LETTERS[i]);
		if (item->options >> i & 1)
			buf_putc(b, '*');
	}
	buf_putc(b, '/');
	put_name(b, item->grantor);
}

/* Is there such a role? A name may need quotes to be looked up. */
static bool
check_role(struct type_ctx *c, const char *name)
{
	struct buf b = BUF_INIT;
	oid_t oid;
	bool ok = true;

	buf_putc(&b, '"');
	for (const char *p = name; *p; p++) {
		if (*p == '"')
			buf_putc(&b, '"');
		buf_putc(&b, *p);
	}
	buf_putc(&b, '"');
	if (c->env->reg && *name)
		ok = c->env->reg->lookup(c->env->reg_arg, T_REGROLE, b.data, b.len, &oid, c->err);
	buf_release(&b);
	return ok;
}

/* Without a grantor it is the owner of everything. */
static const char *
default_grantor(struct type_ctx *c)
{
	struct buf b = BUF_INIT;
	const char *name = "postgres";

	if (c->env->reg) {
		c->env->reg->name(c->env->reg_arg, T_REGROLE, 10, &b);
		name = arena_strndup(c->arena, b.data, b.len);
	}
	buf_release(&b);
	return name;
}

static bool
acl_in(struct type_ctx *c, const struct type *t UNUSED, const char *s, size_t n,
       int32_t typmod UNUSED, struct datum *out)
{
	struct acl_item item;
	struct buf b = BUF_INIT;

	if (!acl_parse(c->arena, c->err, s, n, &item) || !check_role(c, item.grantee))
		return false;
	if (!item.grantor)
		item.grantor = default_grantor(c);
	else if (!check_role(c, item.grantor))
		return false;
	acl_print(&item, &b);
	*out = datum_text(arena_memdup(c->arena, b.data, b.len), b.len);
	buf_release(&b);
	return true;
}

static bool
acl_out(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d,
	int32_t typmod UNUSED, struct buf *b)
{
	size_t n;
	const char *s = read_text(c->arena, d, &n);

	buf_add(b, s, n);
	return true;
}

/* PostgreSQL has no binary form for them. */
static bool
acl_recv(struct type_ctx *c, const struct type *t UNUSED, const void *p UNUSED, size_t n UNUSED,
	 int32_t typmod UNUSED, struct datum *out UNUSED)
{
	return err_set(c->err, ERR_UNDEFINED_FUNCTION, -1,
		       "no binary input function available for type aclitem");
}

static bool
acl_send(struct type_ctx *c, const struct type *t UNUSED, const struct datum *d UNUSED,
	 int32_t typmod UNUSED, struct buf *b UNUSED)
{
	return err_set(c->err, ERR_UNDEFINED_FUNCTION, -1,
		       "no binary output function available for type aclitem");
}

const struct type types_acl[] = {
	{.oid = T_ACLITEM,
	 .stored = DATUM_TEXT,
	 .decl = "TEXT",
	 .in = acl_in,
	 .out = acl_out,
	 .recv = acl_recv,
	 .send = acl_send},
	{0},
};
