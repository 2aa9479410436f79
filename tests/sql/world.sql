-- area: queries
-- player: psql
-- data: world.sql
-- Countries, cities and languages.
SELECT count(*) FROM city;
SELECT name, population FROM city ORDER BY population DESC LIMIT 10;
SELECT code, name, continent, surfacearea, indepyear, lifeexpectancy, gnp, gnpold FROM country WHERE region = 'Nordic Countries' ORDER BY code;
SELECT continent, count(*), sum(population), avg(lifeexpectancy)::numeric(5,2), sum(gnp) FROM country GROUP BY continent ORDER BY continent;
SELECT c.name, ci.name AS capital FROM country c LEFT JOIN city ci ON ci.id = c.capital WHERE c.continent = 'Antarctica' OR c.continent = 'Oceania' ORDER BY c.name;
SELECT language, count(*) AS countries, sum(c.population * l.percentage / 100)::bigint AS speakers FROM countrylanguage l JOIN country c ON c.code = l.countrycode GROUP BY language ORDER BY speakers DESC LIMIT 10;
SELECT name, gnp - gnpold AS change, round(gnp / nullif(gnpold, 0), 4) AS ratio FROM country WHERE gnpold IS NOT NULL ORDER BY ratio DESC NULLS LAST, name LIMIT 10;
SELECT name FROM country WHERE indepyear IS NULL ORDER BY name LIMIT 10;
SELECT name, population FROM country WHERE population > ALL (SELECT population FROM country WHERE continent = 'Europe') ORDER BY name;
SELECT name FROM country WHERE code = ANY (ARRAY['NLD', 'BEL', 'LUX']) ORDER BY 1;
SELECT ci.name, length(ci.name), octet_length(ci.name) FROM city ci WHERE ci.name ~ '[^ -~]' ORDER BY ci.id LIMIT 10;
SELECT initcap(lower(name)), upper(name) FROM city WHERE id IN (20, 33, 54) ORDER BY id;
SELECT code2 || '-' || code AS codes, code = 'NLD ' AS nl FROM country WHERE code LIKE 'N%' ORDER BY code;
SELECT district, count(*) FROM city WHERE countrycode = 'USA' GROUP BY district HAVING count(*) >= 10 ORDER BY 2 DESC, 1;
SELECT countrycode, name, population, row_number() OVER w, population - lag(population) OVER w AS diff FROM city WHERE countrycode IN ('NLD', 'BEL') WINDOW w AS (PARTITION BY countrycode ORDER BY population DESC) ORDER BY countrycode, population DESC LIMIT 12;
SELECT isofficial, count(*), max(percentage), min(percentage) FROM countrylanguage GROUP BY isofficial ORDER BY isofficial;
SELECT continent, max(name) FILTER (WHERE population > 50000000) AS big FROM country GROUP BY continent ORDER BY 1;
INSERT INTO country (code, name, continent, region, surfacearea, population, localname, governmentform, code2) VALUES ('XXX', 'X', 'Nowhere', 'x', 1, 1, 'x', 'x', 'XX');
INSERT INTO city VALUES (1, 'Twice', 'NLD', 'x', 1);
\d city
\d country
\dt
\di
SELECT pg_typeof(surfacearea), pg_typeof(gnp), pg_typeof(code) FROM country LIMIT 1;
