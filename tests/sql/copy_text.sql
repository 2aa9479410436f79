-- area: session
-- player: psql
-- COPY.
CREATE TABLE t (a int, b text, c numeric DEFAULT 7, d bool);
COPY t FROM stdin;
1	one	1.50	t
2	\N	\N	f
3		3	\N
4	tab\there\nnewline\\back\b\f\v\101\x41	4	true
\.
SELECT * FROM t ORDER BY a;
COPY t TO stdout;
COPY t (b, a) TO stdout;
COPY (SELECT a, b FROM t WHERE a > 2 ORDER BY a DESC) TO stdout;
COPY t TO stdout WITH (DELIMITER '|', NULL 'nil', HEADER);
COPY t TO stdout (FORMAT csv, HEADER true, QUOTE '''', FORCE_QUOTE (b));
COPY t TO stdout CSV;
COPY t TO stdout WITH CSV HEADER DELIMITER ';' NULL 'NULL';
COPY t (a, b) FROM stdin WITH (DELIMITER ',', NULL '-');
10,ten
11,-
12,a\,b
\.
COPY t (a, b) FROM stdin (FORMAT csv);
20,"quoted, ""text"""
21,
22,""
23,"multi
line"
\.
COPY t (a, b) FROM stdin (FORMAT csv, HEADER, NULL 'x', DELIMITER E'\t');
ignored	header
30	x
31	"x"
\.
SELECT a, b, c, b IS NULL AS null FROM t WHERE a >= 10 ORDER BY a;
-- errors
COPY t FROM stdin;
x	one	1	t
\.
COPY t FROM stdin;
1	one	1
\.
COPY t FROM stdin;
1	one	1	t	extra
\.
COPY t FROM stdin;
1	one	abc	t
\.
COPY t (a) FROM stdin;
99999999999
\.
COPY t (a, b) FROM stdin (FORMAT csv);
1,"unterminated
\.
COPY t (a, b) FROM stdin (HEADER match);
a	c
\.
CREATE TABLE k (id int PRIMARY KEY, n text NOT NULL CHECK (n <> 'bad'), g int GENERATED ALWAYS AS (id + 1) STORED);
COPY k FROM stdin;
1	a
2	b
1	c
\.
COPY k FROM stdin;
3	\N
\.
COPY k FROM stdin;
3	bad
\.
SELECT * FROM k;
COPY k FROM stdin;
1	a
2	b
\.
SELECT * FROM k ORDER BY id;
COPY k TO stdout;
COPY k (id, g) TO stdout;
COPY t TO stdout (FORCE_NULL (a));
COPY t TO stdout (HEADER match);
COPY t TO stdout (ENCODING 'nonsense');
CREATE VIEW v AS SELECT 1 AS a;
COPY v TO stdout;
COPY (SELECT * FROM v) TO stdout;
COPY (INSERT INTO k (id, n) VALUES (50, 'r') RETURNING id, n) TO stdout;
COPY (SELECT 1/0) TO stdout;
COPY t FROM '/nonexistent/file';
-- types out and in
CREATE TABLE ty (a int[], b jsonb, c bytea, d timestamptz, e date, f float8, g uuid, h interval, i char(3), j varchar(3));
COPY ty FROM stdin;
{1,NULL,3}	{"a": "b\\\\c"}	\\x0102	2020-01-01 00:00:00+02	2020-02-03	1e100	00000000-0000-0000-0000-000000000001	1 day 02:00:00	a	abc
\.
COPY ty TO stdout;
COPY ty (j) FROM stdin;
abcd
\.
COPY ty TO stdout (FORMAT csv);
SELECT * FROM ty;
BEGIN;
COPY t (a) FROM stdin;
500
\.
ROLLBACK;
SELECT count(*) FROM t WHERE a = 500;
BEGIN;
SAVEPOINT s;
COPY t (a) FROM stdin;
bad
\.
ROLLBACK TO s;
COPY t (a) FROM stdin;
501
\.
COMMIT;
SELECT count(*) FROM t WHERE a = 501;
CREATE TABLE ids (id int GENERATED ALWAYS AS IDENTITY, s serial, v text);
COPY ids (v) FROM stdin;
a
b
\.
COPY ids (id, v) FROM stdin;
10	c
\.
SELECT * FROM ids ORDER BY id;
COPY ids TO stdout;
\copy ids to stdout
\copy (select 1, 'x') to stdout csv
CREATE TABLE pa (id int PRIMARY KEY);
CREATE TABLE ch (id int REFERENCES pa);
COPY ch FROM stdin;
1
\.
COPY pa FROM stdin;
1
2
\.
COPY ch FROM stdin;
1
3
\.
