/*
 * aclitem: made, compared, and looked for in a list.
 */
#include "types/acl.h"
#include "catalog/roles.h"
#include "func/array_args.h"
#include "func/catalog_fn.h"
#include "func/hash.h"
#include "func/tables.h"

#include <strings.h>

static bool
read_item(struct fcall *c, const char *s, size_t n, struct acl_item *item)
{
	return acl_parse(c->arena, c->err, s, n, item);
}

static bool
arg_item_text(struct fcall *c, const struct datum *d, struct acl_item *item)
{
	size_t n;
	const char *s = arg_text(c, d, &n);

	return read_item(c, s, n, item);
}

static bool
fn_insert(struct fcall *c, const struct datum *args UNUSED, int nargs UNUSED,
	  struct datum *out UNUSED)
{
	return err_set(c->err, ERR_FEATURE_NOT_SUPPORTED, -1, "%s is no longer supported",
		       c->proc ? c->proc->name : "aclinsert");
}

static bool
fn_eq(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	size_t an, bn;
	const char *a = arg_text(c, &args[0], &an), *b = arg_text(c, &args[1], &bn);

	*out = datum_int(an == bn && !memcmp(a, b, an));
	return true;
}

static bool
fn_contains(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	struct acl_item want, have;
	struct array v;

	if (!array_read(c->arena, c->err, type_builtin(T_ACLITEMARRAY), &args[0], &v) ||
	    !arg_item_text(c, &args[1], &want))
		return false;
	*out = datum_int(0);
	for (int i = 0; i < v.n; i++) {
		if (!v.items[i].p)
			return err_set(c->err, ERR_NULL_VALUE_NOT_ALLOWED, -1,
				       "ACL arrays must not contain null values");
		if (!read_item(c, v.items[i].p, v.items[i].n, &have))
			return false;
		if (!strcmp(have.grantee, want.grantee) && !strcmp(have.grantor, want.grantor) &&
		    !(want.privileges & ~have.privileges) && !(want.options & ~have.options))
			out->i = 1;
	}
	return true;
}

static int
privilege_bit(const char *word)
{
	static const struct {
		const char *word;
		char letter;
	} words[] = {
		{"SELECT", 'r'},   {"INSERT", 'a'},     {"UPDATE", 'w'},       {"DELETE", 'd'},
		{"TRUNCATE", 'D'}, {"REFERENCES", 'x'}, {"TRIGGER", 't'},      {"EXECUTE", 'X'},
		{"USAGE", 'U'},    {"CREATE", 'C'},     {"TEMP", 'T'},         {"TEMPORARY", 'T'},
		{"CONNECT", 'c'},  {"SET", 's'},        {"ALTER SYSTEM", 'A'},
	};

	for (size_t i = 0; i < COUNTOF(words); i++)
		if (!strcasecmp(words[i].word, word))
			return 1 << (strchr(ACL_LETTERS, words[i].letter) - ACL_LETTERS);
	return 0;
}

static const char *
role_name(struct fcall *c, oid_t oid)
{
	struct role_info role = {0};

	if (!oid)
		return "";
	return catalog_role_by_oid(c->env, oid, c->arena, &role)
		       ? role.name
		       : arena_printf(c->arena, "%u", oid);
}

static bool
fn_make(struct fcall *c, const struct datum *args, int nargs UNUSED, struct datum *out)
{
	const char *word = catalog_text(c, &args[2]);
	struct acl_item item = {role_name(c, catalog_oid(&args[0])),
				role_name(c, catalog_oid(&args[1])), (uint16_t)privilege_bit(word),
				0};
	struct buf b = BUF_INIT;

	if (!item.privileges && strcasecmp(word, "RULE"))
		return err_set(c->err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "unrecognized privilege type: \"%s\"", word);
	if (args[3].i)
		item.options = item.privileges;
	acl_print(&item, &b);
	return ret_buf(c, &b, out);
}

static oid_t
role_oid(struct fcall *c, const char *name)
{
	struct role_info role = {0};

	return *name && catalog_role_by_name(c->env, name, c->arena, &role) ? role.oid : 0;
}

static bool
item_sum(struct fcall *c, const struct datum *d, uint32_t *sum)
{
	struct acl_item item;

	if (!arg_item_text(c, d, &item))
		return false;
	*sum = ((uint32_t)item.options << 16 | item.privileges) + role_oid(c, item.grantee) +
	       role_oid(c, item.grantor);
	return true;
}

static bool
fn_hash(struct fcall *c, const struct datum *args, int nargs, struct datum *out)
{
	uint64_t seed = nargs > 1 ? (uint64_t)args[1].i : 0;
	uint32_t sum;

	if (!item_sum(c, &args[0], &sum))
		return false;
	*out = datum_int(nargs > 1 ? (int64_t)(seed ? hash_word(sum, seed) : sum)
				   : (int64_t)(int32_t)sum);
	return true;
}

const struct func func_acl[] = {
	FUNC("aclinsert", fn_insert),
	FUNC("aclremove", fn_insert),
	FUNC("aclitem_eq", fn_eq),
	FUNC("aclcontains", fn_contains),
	FUNC_S("makeaclitem", fn_make),
	FUNC_S("hash_aclitem", fn_hash),
	FUNC_S("hash_aclitem_extended", fn_hash),
	FUNC_END,
};
