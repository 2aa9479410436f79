-- area: ddl
-- player: psql
-- Names, errors and details of table and column constraints.
CREATE TABLE a (id int PRIMARY KEY, b text UNIQUE, c int CHECK (c > 0), d int NOT NULL DEFAULT 4, CHECK (c < d), UNIQUE (c, d));
\d a
INSERT INTO a VALUES (1, 'x', 1, 2);
INSERT INTO a VALUES (1, 'y', 1, 3);
INSERT INTO a VALUES (2, 'x', 1, 3);
INSERT INTO a VALUES (2, 'y', 0, 3);
INSERT INTO a VALUES (2, 'y', 3, 2);
INSERT INTO a VALUES (2, 'y', 1, 2);
INSERT INTO a VALUES (2, 'y', 1, NULL);
INSERT INTO a VALUES (NULL, 'y', 1, 3);
INSERT INTO a (id) VALUES (3) RETURNING *;
INSERT INTO a (id, b) VALUES (4, NULL), (5, NULL) RETURNING *;
UPDATE a SET id = 1 WHERE id = 3;
UPDATE a SET d = NULL WHERE id = 3;
UPDATE a SET c = -1 WHERE id = 3;
SELECT conname, contype, conkey, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'a'::regclass ORDER BY conname;
-- names chosen
CREATE TABLE names (x int CHECK (x > 0) CHECK (x < 10), y int UNIQUE, z int, UNIQUE (z), UNIQUE (y, z), CHECK (y > z), CHECK (1 = 1),
	CONSTRAINT named CHECK (z <> 5), CONSTRAINT "Mixed Name" UNIQUE (x));
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'names'::regclass ORDER BY conname;
INSERT INTO names VALUES (0, 1, 0);
INSERT INTO names VALUES (10, 1, 0);
INSERT INTO names VALUES (1, 6, 5);
INSERT INTO names VALUES (1, 6, 4), (1, 7, 3);
CREATE TABLE a_very_long_table_name_that_goes_on_and_on_for_quite_a_while (a_very_long_column_name_that_goes_on_too int UNIQUE, short_one int CHECK (short_one > 0));
SELECT conname FROM pg_constraint WHERE conrelid = 'a_very_long_table_name_that_goes_on_and_on_for_quite_a_while'::regclass ORDER BY 1;
-- errors in definitions
CREATE TABLE bad (a int PRIMARY KEY, b int PRIMARY KEY);
CREATE TABLE bad (a int, a text);
CREATE TABLE bad (a int, PRIMARY KEY (b));
CREATE TABLE bad (a int, UNIQUE (a, a));
CREATE TABLE bad (a int, CHECK (b > 0));
CREATE TABLE bad (a int CHECK (a > 'x'));
CREATE TABLE bad (a int CHECK (a));
CREATE TABLE bad (a int CHECK (sum(a) > 0));
CREATE TABLE bad (a int CHECK ((SELECT true)));
CREATE TABLE bad (a int DEFAULT b);
CREATE TABLE bad (a int, b int DEFAULT a);
CREATE TABLE bad (a int DEFAULT 'x');
CREATE TABLE bad (a int DEFAULT 1 DEFAULT 2);
CREATE TABLE bad (a int DEFAULT (SELECT 1));
CREATE TABLE bad (a int DEFAULT sum(1));
CREATE TABLE bad (a int NULL NOT NULL);
CREATE TABLE bad (a int NOT NULL NULL);
CREATE TABLE bad (a nosuchtype);
CREATE TABLE bad (a int, CONSTRAINT c CHECK (a > 0), CONSTRAINT c CHECK (a < 9));
CREATE TABLE bad (a date DEFAULT 1);
CREATE TABLE bad (xmin int);
CREATE TABLE bad (ctid int);
CREATE TABLE bad (a varchar(0));
CREATE TABLE bad (a numeric(2000));
CREATE TABLE bad (a setof int);
CREATE TABLE bad (a unknown);
CREATE TABLE bad (a record);
CREATE TABLE bad (a int REFERENCES nosuch);
CREATE TABLE bad (a int REFERENCES a (nosuch));
CREATE TABLE bad (a int REFERENCES a (d));
CREATE TABLE bad (a text REFERENCES a);
CREATE TABLE bad (a int, b int, FOREIGN KEY (a, b) REFERENCES a);
CREATE TABLE bad (a int, FOREIGN KEY (z) REFERENCES a);
CREATE TABLE bad (a int UNIQUE DEFERRABLE INITIALLY DEFERRED NOT DEFERRABLE);
CREATE TABLE a (id int);
CREATE TABLE IF NOT EXISTS a (id int);
CREATE TABLE nosuch.a (id int);
CREATE TABLE pg_catalog.a (id int);
CREATE TABLE a_pkey (id int);
-- CHECK with functions
CREATE TABLE chk (email text CHECK (email LIKE '%@%' AND length(email) < 20), t text CHECK (t IN ('a', 'b')), u text CHECK (lower(u) = u),
	n numeric(5,2) CHECK (n BETWEEN 0 AND 100), d1 date, d2 date, CHECK (d1 IS NULL OR d1 <= d2), m text CHECK (m ~ '^[a-z]+$'));
\d chk
INSERT INTO chk (email) VALUES ('a@b');
INSERT INTO chk (email) VALUES ('ab');
INSERT INTO chk (t) VALUES ('c');
INSERT INTO chk (u) VALUES ('A');
INSERT INTO chk (n) VALUES (100.01);
INSERT INTO chk (n) VALUES (1000);
INSERT INTO chk (n) VALUES (99.999);
INSERT INTO chk (d1, d2) VALUES ('2020-01-02', '2020-01-01');
INSERT INTO chk (m) VALUES ('a1');
SELECT * FROM chk;
-- keys over types
CREATE TABLE k_num (n numeric PRIMARY KEY);
INSERT INTO k_num VALUES (1.0);
INSERT INTO k_num VALUES (1.00);
INSERT INTO k_num VALUES (1.001), ('NaN'), ('Infinity');
INSERT INTO k_num VALUES ('nan');
SELECT * FROM k_num ORDER BY 1;
CREATE TABLE k_char (c char(5) PRIMARY KEY);
INSERT INTO k_char VALUES ('ab');
INSERT INTO k_char VALUES ('ab   ');
INSERT INTO k_char VALUES ('abcdef');
INSERT INTO k_char VALUES ('AB');
CREATE TABLE k_text (c text PRIMARY KEY);
INSERT INTO k_text VALUES ('ab'), ('AB'), ('ab ');
INSERT INTO k_text VALUES ('ab');
CREATE TABLE k_many (a int, b text, c date, d timestamptz, e uuid, f bool, g bytea, h float8, PRIMARY KEY (a, b, c, d, e, f, g, h));
INSERT INTO k_many VALUES (1, 'it''s', '2020-01-01', '2020-01-01 00:00:00+00', '00000000-0000-0000-0000-000000000001', true, '\xdead', 1.5);
INSERT INTO k_many VALUES (1, 'it''s', '2020-01-01', '2020-01-01 02:00:00+02', '00000000-0000-0000-0000-000000000001', true, '\xdead', 1.50);
CREATE TABLE k_arr (a int[] UNIQUE, j jsonb UNIQUE, i interval UNIQUE);
INSERT INTO k_arr VALUES ('{1,2}', '{"a":1}', '1 day');
INSERT INTO k_arr VALUES ('{1,2}', '{"a":2}', '2 days');
INSERT INTO k_arr VALUES ('{1,3}', '{ "a" : 1 }', '2 days');
INSERT INTO k_arr VALUES ('{1,3}', '{"a":2}', '24 hours');
CREATE TABLE k_float (f float8 UNIQUE);
INSERT INTO k_float VALUES (0), ('NaN');
INSERT INTO k_float VALUES ('-0');
INSERT INTO k_float VALUES ('NaN');
CREATE TABLE nnd (a int UNIQUE NULLS NOT DISTINCT);
INSERT INTO nnd VALUES (NULL);
INSERT INTO nnd VALUES (NULL);
CREATE TABLE empty ();
\d empty
SELECT * FROM empty;
INSERT INTO empty DEFAULT VALUES;
SELECT count(*) FROM empty;
CREATE UNLOGGED TABLE ul (a int);
\d ul
CREATE TABLE opts (a int) WITH (fillfactor = 70);
CREATE TABLE opts2 (a int) WITH (nonsense = 70);
