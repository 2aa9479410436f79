select current_setting('a'), set_config('a','b',true), version(), pg_backend_pid(), txid_current(), pg_typeof(1), pg_typeof(null), pg_column_size(1);
select quote_literal(1), quote_literal('a'), quote_nullable(null), quote_ident('a'), md5('a'), encode('a','hex'), decode('a','hex'), convert_to('a','utf8');
select to_json(1), to_jsonb('a'::text), row_to_json(c), json_build_object('a', 1, 'b', c.relname), jsonb_build_array(1,'a',null), json_object('{a,b}'), array_to_json(array[1]), jsonb_set('{}','{a}','1'), jsonb_path_query('{}','$') from pg_class c;
select to_jsonb('a');
select array_length(array[1],1), cardinality(array[1]), array_to_string(array[1],','), string_to_array('a','b'), array_position(array[1],1), array_remove(array[1],1), array_cat(array[1],array[2]), array_append(array[1],2), array_append('{}',2), array_fill(0, array[1]), array_append(array[1], 2.5), array_position(array[1,2], 1.5);
select unnest(array[1],array[2]);
select width_bucket(1,2,3,4), width_bucket(1.5, array[1,2]), random(), setseed(0.5), pi(), ceil(1.5), floor(1), sign(-1), gcd(1,2), div(5,2);
select int4range(1,2), '[1,2)'::int4range @> 1, lower(int4range(1,2)), range_merge(int4range(1,2), int4range(3,4)), int4range(1,2) * int4range(1,3), isempty('empty'::int4range), upper(numrange(1,2));
select tableoid, ctid, xmin, cmin from pg_class;
select oid, tableoid::regclass from pg_class;
select pg_class.ctid from pg_class;
select x.ctid from (select 1) x
