/*
 * window_spec: the first argument of "pg_KEY__window", the form of an aggregate or window function
 * that sees a whole partition and finds its frames by itself.
 *
 * The call is  pg_KEY__window(SPEC, [types,] arg1 … argN, [filter,] key1 … keyM, [start,] [end])
 * OVER (… ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), and SPEC reads
 *
 *     MODE START END EXCLUDE FILTER ; start_in_range , end_in_range ; N ; - ; key,key,…
 *
 * MODE is r, o or g (RANGE, ROWS, GROUPS), START and END are digits of enum frame_bound, EXCLUDE is
 * c, g, t or -, FILTER f or -; then the bodies that compare with a RANGE's offsets, or nothing; the
 * rest is as in sorted_spec.h. Keys are left out where no peers are asked for.
 *
 * Example: count(*) OVER (ORDER BY d RANGE '1 day' PRECEDING) is
 * pg_window_count__window('r12--;in_range_date_interval,;0;-;1082+l', d, '1 day') OVER (…)
 */
#ifndef STORE_WINDOW_SPEC_H
#define STORE_WINDOW_SPEC_H

#include "store/sorted_spec.h"

enum { /* sql/node.h's enum frame_bound */
       BOUND_UNBOUNDED_PRECEDING,
       BOUND_OFFSET_PRECEDING,
       BOUND_CURRENT_ROW,
       BOUND_OFFSET_FOLLOWING,
       BOUND_UNBOUNDED_FOLLOWING
};

struct window_spec {
	char mode, exclude;
	int start, end;
	bool filter;
	char start_in_range[64], end_in_range[64];
	struct sorted_spec cells;
};

static inline bool
window_spec_key(const char **p, const char *end, char stop, char *to, size_t size)
{
	const char *e = memchr(*p, stop, (size_t)(end - *p));
	size_t n = e ? (size_t)(e - *p) : size;

	if (n >= size)
		return false;
	memcpy(to, *p, n);
	to[n] = '\0';
	*p = e + 1;
	return true;
}

static inline bool
window_spec_parse(const char *text, size_t n, struct window_spec *s)
{
	const char *p = text + 6, *end = text + n;

	if (n < 8 || text[5] != ';' || text[1] < '0' || text[1] > '4' || text[2] < '0' ||
	    text[2] > '4')
		return false;
	s->mode = text[0];
	s->start = text[1] - '0';
	s->end = text[2] - '0';
	s->exclude = text[3];
	s->filter = text[4] == 'f';
	return window_spec_key(&p, end, ',', s->start_in_range, sizeof(s->start_in_range)) &&
	       window_spec_key(&p, end, ';', s->end_in_range, sizeof(s->end_in_range)) &&
	       sorted_spec_parse(p, (size_t)(end - p), &s->cells);
}

static inline bool
bound_has_offset(int bound)
{
	return bound == BOUND_OFFSET_PRECEDING || bound == BOUND_OFFSET_FOLLOWING;
}

#endif
