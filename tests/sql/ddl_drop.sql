-- area: ddl
-- player: psql
-- DROP, CASCADE and RESTRICT; TRUNCATE.
CREATE TABLE a (id serial PRIMARY KEY, v int);
CREATE TABLE b (id int REFERENCES a);
CREATE VIEW va AS SELECT * FROM a;
CREATE VIEW vva AS SELECT * FROM va;
DROP TABLE a;
DROP TABLE a RESTRICT;
DROP VIEW va;
DROP TABLE a, b;
DROP TABLE a, va;
DROP VIEW va CASCADE;
DROP TABLE a CASCADE;
\d b
DROP TABLE b;
DROP TABLE b;
DROP TABLE IF EXISTS b;
DROP TABLE IF EXISTS b, nosuch.c;
DROP TABLE nosuch.c;
DROP TABLE pg_class;
CREATE TABLE x (a int);
CREATE TABLE y (a int);
DROP TABLE x, nosuch, y;
\dt
DROP TABLE x, y;
CREATE TABLE x (a int UNIQUE);
DROP INDEX x_a_key;
ALTER TABLE x DROP CONSTRAINT x_a_key;
DROP TABLE x;
-- schemas
CREATE SCHEMA s1;
CREATE SCHEMA s1;
CREATE SCHEMA IF NOT EXISTS s1;
CREATE SCHEMA pg_mine;
CREATE TABLE s1.t (id serial PRIMARY KEY);
CREATE TABLE s1.u (id int REFERENCES s1.t);
CREATE VIEW s1.v AS SELECT * FROM s1.t;
CREATE VIEW pv AS SELECT * FROM s1.t;
CREATE SEQUENCE s1.q;
DROP SCHEMA s1;
DROP SCHEMA s1 CASCADE;
\d pv
\dn
DROP SCHEMA s1;
DROP SCHEMA IF EXISTS s1;
DROP SCHEMA pg_catalog;
CREATE SCHEMA e;
DROP SCHEMA e;
CREATE SCHEMA AUTHORIZATION postgres;
\dn
DROP SCHEMA postgres;
CREATE SCHEMA el CREATE TABLE t (a int PRIMARY KEY) CREATE VIEW v AS SELECT * FROM t CREATE INDEX ON t (a);
\d el.t
DROP SCHEMA el CASCADE;
-- names side by side
CREATE TABLE users (a int);
CREATE TABLE "Users" (a int, "A" text);
CREATE TABLE "USERS" ("select" int, "two words" text, "quo""te" int, "dollar$" int, "ünï" text);
INSERT INTO users VALUES (1);
INSERT INTO "Users" VALUES (2, 'two');
INSERT INTO "USERS" VALUES (3, 'w', 4, 5, 'ü');
SELECT * FROM users, "Users", "USERS";
SELECT a, "A" FROM "Users";
UPDATE "Users" SET "A" = 'A!' WHERE a = 2 RETURNING *;
CREATE INDEX ON "Users" (a);
CREATE INDEX ON users (a);
CREATE INDEX "users_A_idx" ON "Users" ("A");
\d "Users"
\d "USERS"
\d users
\dt
ALTER TABLE "Users" RENAME a TO "a b";
SELECT * FROM "Users";
DROP TABLE users;
SELECT * FROM "Users";
DROP TABLE "Users", "USERS";
-- search_path
CREATE SCHEMA s2;
CREATE SCHEMA "S2";
CREATE TABLE s2.t (a int);
CREATE TABLE "S2".t (b int);
CREATE TABLE t (c int);
SELECT * FROM t;
SET search_path = s2, public;
SELECT * FROM t;
CREATE TABLE made (x int);
SET search_path = "S2";
SELECT * FROM t;
SELECT current_schema, current_schemas(false), current_schemas(true);
\dt
SELECT 's2.t'::regclass, 't'::regclass, 'public.t'::regclass;
SET search_path = nosuch;
SELECT current_schema;
CREATE TABLE nowhere (a int);
SELECT * FROM t;
RESET search_path;
\dt s2.*
\dt *.t
DROP SCHEMA s2, "S2" CASCADE;
DROP TABLE t;
-- TRUNCATE
CREATE TABLE tp (id serial PRIMARY KEY, v text);
CREATE TABLE tc (id int REFERENCES tp);
INSERT INTO tp (v) VALUES ('a'), ('b');
INSERT INTO tc VALUES (1);
TRUNCATE tp;
TRUNCATE tp, tc;
INSERT INTO tp (v) VALUES ('c') RETURNING id;
INSERT INTO tc VALUES (3);
TRUNCATE tp RESTART IDENTITY CASCADE;
SELECT * FROM tc;
INSERT INTO tp (v) VALUES ('c') RETURNING id;
TRUNCATE TABLE ONLY tc CONTINUE IDENTITY RESTRICT;
TRUNCATE nosuch;
CREATE VIEW trv AS SELECT 1;
TRUNCATE trv;
BEGIN;
TRUNCATE tp CASCADE;
SELECT count(*) FROM tp;
ROLLBACK;
SELECT count(*) FROM tp;
-- comments
COMMENT ON TABLE tp IS 'the parents';
COMMENT ON COLUMN tp.v IS 'a value';
COMMENT ON INDEX tp_pkey IS 'the key';
COMMENT ON SEQUENCE tp_id_seq IS 'the seq';
COMMENT ON VIEW trv IS 'a view';
COMMENT ON CONSTRAINT tp_pkey ON tp IS 'the constraint';
COMMENT ON SCHEMA public IS 'mine';
COMMENT ON COLUMN tp.nosuch IS 'x';
COMMENT ON TABLE nosuch IS 'x';
COMMENT ON VIEW tp IS 'x';
\d+ tp
\dn+
SELECT obj_description('tp'::regclass), col_description('tp'::regclass, 2);
COMMENT ON TABLE tp IS NULL;
SELECT obj_description('tp'::regclass);
COMMENT ON DATABASE sqltest_ddl_drop IS 'db';
