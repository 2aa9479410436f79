-- area: ddl
-- player: psql
-- Foreign keys: every action, both sides, details.
CREATE TABLE p (id int PRIMARY KEY, name text UNIQUE, x int, y int, UNIQUE (x, y));
INSERT INTO p VALUES (1, 'one', 1, 1), (2, 'two', 2, 2), (3, 'three', 3, 3), (4, 'four', 4, 4), (5, 'five', 5, 5);
CREATE TABLE c (id int, pid int REFERENCES p, pname text REFERENCES p (name), x int, y int, FOREIGN KEY (x, y) REFERENCES p (x, y));
\d c
\d p
INSERT INTO c VALUES (1, 1, 'one', 1, 1), (2, NULL, NULL, NULL, NULL), (3, 2, 'two', 9, NULL);
INSERT INTO c VALUES (4, 9, 'one', 1, 1);
INSERT INTO c VALUES (4, 1, 'nine', 1, 1);
INSERT INTO c VALUES (4, 1, 'one', 1, 2);
UPDATE c SET pid = 77 WHERE id = 1;
DELETE FROM p WHERE id = 1;
DELETE FROM p WHERE id = 2;
UPDATE p SET id = 10 WHERE id = 1;
UPDATE p SET x = 10 WHERE id = 1;
UPDATE p SET id = 1 WHERE id = 1;
DELETE FROM p WHERE id = 5;
DROP TABLE p;
DROP TABLE p CASCADE;
\d c
INSERT INTO c VALUES (4, 9, 'one', 1, 2);
DROP TABLE c;
-- actions
CREATE TABLE p (id int PRIMARY KEY);
INSERT INTO p SELECT generate_series(1, 10);
CREATE TABLE c1 (id int REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE c2 (id int REFERENCES p ON DELETE SET NULL ON UPDATE SET NULL);
CREATE TABLE c3 (id int DEFAULT 10 REFERENCES p ON DELETE SET DEFAULT ON UPDATE SET DEFAULT);
CREATE TABLE c4 (id int REFERENCES p ON DELETE RESTRICT ON UPDATE RESTRICT);
CREATE TABLE c5 (id int REFERENCES p ON DELETE NO ACTION ON UPDATE NO ACTION);
\d p
INSERT INTO c1 VALUES (1), (2), (1);
INSERT INTO c2 VALUES (1), (2);
INSERT INTO c3 VALUES (1), (2);
INSERT INTO c4 VALUES (3);
INSERT INTO c5 VALUES (4);
DELETE FROM p WHERE id = 1;
UPDATE p SET id = 20 WHERE id = 2;
DELETE FROM p WHERE id = 3;
UPDATE p SET id = 30 WHERE id = 3;
DELETE FROM p WHERE id = 4;
DELETE FROM p WHERE id = 10;
SELECT 'c1' AS t, id FROM c1 UNION ALL SELECT 'c2', id FROM c2 UNION ALL SELECT 'c3', id FROM c3 ORDER BY 1, 2;
DROP TABLE p, c1, c2, c3, c4, c5;
-- self reference
CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree ON DELETE CASCADE, n text);
\d tree
INSERT INTO tree VALUES (1, NULL, 'r'), (2, 1, 'a'), (3, 2, 'b'), (4, 4, 'self');
INSERT INTO tree VALUES (6, 5, 'x'), (5, NULL, 'y');
INSERT INTO tree VALUES (7, 8, 'x');
DELETE FROM tree WHERE id = 1;
SELECT * FROM tree ORDER BY id;
DROP TABLE tree;
-- deferrable
CREATE TABLE dp (id int PRIMARY KEY);
CREATE TABLE dc (id int REFERENCES dp DEFERRABLE INITIALLY DEFERRED, i2 int REFERENCES dp DEFERRABLE);
\d dc
BEGIN;
INSERT INTO dc (id) VALUES (1);
INSERT INTO dp VALUES (1);
COMMIT;
BEGIN;
INSERT INTO dc (id) VALUES (2);
COMMIT;
INSERT INTO dc (id) VALUES (3);
BEGIN;
INSERT INTO dc (i2) VALUES (4);
ROLLBACK;
SELECT * FROM dc ORDER BY 1, 2;
BEGIN;
DELETE FROM dp WHERE id = 1;
INSERT INTO dp VALUES (1);
COMMIT;
BEGIN;
DELETE FROM dp WHERE id = 1;
COMMIT;
-- composite with cascade, match full
CREATE TABLE cp (a int, b text, PRIMARY KEY (a, b));
CREATE TABLE cc (x int, y text, z int, FOREIGN KEY (x, y) REFERENCES cp ON UPDATE CASCADE ON DELETE CASCADE);
CREATE TABLE cn (x int, y text, CONSTRAINT my_fk FOREIGN KEY (y, x) REFERENCES cp (b, a));
\d cn
INSERT INTO cp VALUES (1, 'a'), (2, 'b');
INSERT INTO cc VALUES (1, 'a', 1), (2, 'b', 2);
INSERT INTO cn VALUES (1, 'b');
INSERT INTO cn VALUES (1, NULL);
UPDATE cp SET b = 'z' WHERE a = 1;
DELETE FROM cp WHERE a = 2;
SELECT * FROM cc;
-- added to tables with data
CREATE TABLE ap (id int PRIMARY KEY);
CREATE TABLE ac (id int, v text);
INSERT INTO ap VALUES (1);
INSERT INTO ac VALUES (1, 'a'), (2, 'b');
ALTER TABLE ac ADD FOREIGN KEY (id) REFERENCES ap;
DELETE FROM ac WHERE id = 2;
ALTER TABLE ac ADD CONSTRAINT ac_fk FOREIGN KEY (id) REFERENCES ap;
INSERT INTO ac VALUES (3, 'c');
ALTER TABLE ac DROP CONSTRAINT ac_fk;
INSERT INTO ac VALUES (3, 'c');
ALTER TABLE ac ADD CONSTRAINT ac_fk FOREIGN KEY (id) REFERENCES ap NOT VALID;
ALTER TABLE ac VALIDATE CONSTRAINT ac_fk;
DELETE FROM ac WHERE id = 3;
ALTER TABLE ac VALIDATE CONSTRAINT ac_fk;
ALTER TABLE ap DROP CONSTRAINT ap_pkey;
ALTER TABLE ap DROP CONSTRAINT ap_pkey CASCADE;
\d ac
-- types that differ
CREATE TABLE tp (a bigint PRIMARY KEY);
CREATE TABLE tc (a int REFERENCES tp, b smallint REFERENCES tp);
INSERT INTO tp VALUES (1);
INSERT INTO tc VALUES (1, 1);
INSERT INTO tc VALUES (2, 1);
CREATE TABLE np (a numeric PRIMARY KEY);
CREATE TABLE nc (a numeric REFERENCES np);
INSERT INTO np VALUES (1.0);
INSERT INTO nc VALUES (1.00);
INSERT INTO nc VALUES (1.01);
DELETE FROM np;
CREATE TABLE vp (a varchar(10) PRIMARY KEY);
CREATE TABLE vc (a text REFERENCES vp);
INSERT INTO vp VALUES ('x');
INSERT INTO vc VALUES ('x');
INSERT INTO vc VALUES ('y');
CREATE TABLE "Par" ("Id" int PRIMARY KEY);
CREATE TABLE "Chi" ("Pid" int REFERENCES "Par");
\d "Chi"
INSERT INTO "Chi" VALUES (1);
TRUNCATE "Par";
TRUNCATE "Par" CASCADE;
TRUNCATE "Par", "Chi";
CREATE VIEW pv AS SELECT 1 AS id;
CREATE TABLE bad (id int REFERENCES pv (id));
SELECT conname, confupdtype, confdeltype, confmatchtype, conkey, confkey FROM pg_constraint WHERE contype = 'f' ORDER BY conname;
SELECT constraint_name, update_rule, delete_rule FROM information_schema.referential_constraints ORDER BY 1;
