/*
 * json_agg, json_object_agg and the same for jsonb. The state is the text so far; jsonb is made
 * canonical at the end.
 */
#include "func/json_args.h"
#include "func/tables.h"

struct text_state {
	struct buf b;
	bool any;
};

static bool
list_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct text_state *s = a->state;
	const struct type *t = arg_type(&a->call, 0);

	buf_puts(&s->b, s->any ? ", " : "[");
	if (s->any && !arg_null(&args[0]) && json_on_lines(t))
		buf_puts(&s->b, "\n ");
	s->any = true;
	return json_value(&a->call, t, arg_typmod(&a->call, 0), &args[0], false, &s->b);
}

static bool
object_step(struct agg_call *a, const struct datum *args, int nargs UNUSED)
{
	struct text_state *s = a->state;

	buf_puts(&s->b, s->any ? ", " : "{ ");
	s->any = true;
	if (arg_null(&args[0]))
		return err_set(a->call.err, ERR_INVALID_PARAMETER_VALUE, -1,
			       "field name must not be null");
	if (!json_key(&a->call, arg_type(&a->call, 0), arg_typmod(&a->call, 0), &args[0], &s->b))
		return false;
	buf_puts(&s->b, " : ");
	return json_value(&a->call, arg_type(&a->call, 1), arg_typmod(&a->call, 1), &args[1], false,
			  &s->b);
}

/* The whole text, closed; the state keeps its own. */
static bool
finish(struct agg_call *a, const char *close, bool binary, struct datum *out)
{
	struct text_state *s = a->state;
	struct buf b = BUF_INIT;

	if (!s->any)
		return true;
	buf_add(&b, s->b.data, s->b.len);
	buf_puts(&b, close);
	return binary ? ret_jsonb(&a->call, &b, out) : ret_json(&a->call, &b, out);
}

static bool
list_final(struct agg_call *a, struct datum *out)
{
	return finish(a, "]", false, out);
}

static bool
list_final_b(struct agg_call *a, struct datum *out)
{
	return finish(a, "]", true, out);
}

static bool
object_final(struct agg_call *a, struct datum *out)
{
	return finish(a, " }", false, out);
}

static bool
object_final_b(struct agg_call *a, struct datum *out)
{
	return finish(a, " }", true, out);
}

static void
text_release(void *state)
{
	buf_release(&((struct text_state *)state)->b);
}

#define OPS(name, step_fn, final_fn)                                                               \
	static const struct agg_ops name = {.size = sizeof(struct text_state),                     \
					    .step = step_fn,                                       \
					    .final = final_fn,                                     \
					    .release = text_release}

OPS(json_list, list_step, list_final);
OPS(jsonb_list, list_step, list_final_b);
OPS(json_pairs, object_step, object_final);
OPS(jsonb_pairs, object_step, object_final_b);

const struct func func_json_agg[] = {
	FUNC_AGG_T("json_agg(anyelement)", &json_list),
	FUNC_AGG_T("jsonb_agg(anyelement)", &jsonb_list),
	FUNC_AGG_T("json_object_agg(any,any)", &json_pairs),
	FUNC_AGG_T("jsonb_object_agg(any,any)", &jsonb_pairs),
	FUNC_END,
};
