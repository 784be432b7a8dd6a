-- Inserts in every order of arrival, with splits, into empty and full indexes; transactions; constraints.
CREATE TABLE arrivals (k bigint, v int);
CREATE INDEX arrivals_k ON arrivals USING learned (k);
SELECT learned_index_check('arrivals_k');
INSERT INTO arrivals SELECT i, i FROM generate_series(1, 20000) i;                            -- ascending
SELECT learned_index_check('arrivals_k'), round(fill::numeric, 2) FROM learned_index_stats('arrivals_k');
INSERT INTO arrivals SELECT -i, i FROM generate_series(1, 20000) i;                           -- descending
SELECT learned_index_check('arrivals_k');
INSERT INTO arrivals SELECT i * 48271::bigint % 1000003 * 1000, i FROM generate_series(1, 50000) i; -- random
SELECT learned_index_check('arrivals_k');
INSERT INTO arrivals SELECT i % 8 * 1000000000000::bigint + i, i FROM generate_series(1, 40000) i; -- 8 streams in turn
SELECT learned_index_check('arrivals_k');
INSERT INTO arrivals SELECT 42, i FROM generate_series(1, 5000) i;                            -- one key
INSERT INTO arrivals SELECT NULL, i FROM generate_series(1, 2000) i;
INSERT INTO arrivals VALUES (9223372036854775807, 1), (-9223372036854775808, 2);
SELECT learned_index_check('arrivals_k');
SELECT learned_index_check('arrivals_k') = count(*) FROM arrivals;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM arrivals WHERE k = 42;
SELECT count(*) FROM arrivals WHERE k = 9223372036854775807;
SELECT count(*) FROM arrivals WHERE k <= -20000;
SELECT k, v FROM arrivals WHERE k BETWEEN 3000000009990 AND 3000000010030 ORDER BY k;

-- Eight ascending streams leave full leaves behind.
CREATE TABLE streams (k bigint);
CREATE INDEX streams_k ON streams USING learned (k);
INSERT INTO streams SELECT i % 8 * 1000000000000::bigint + i FROM generate_series(1, 80000) i;
SELECT fill > 0.85 AS full, round(fill::numeric, 2) FROM learned_index_stats('streams_k');

-- Rolled back rows are not seen; savepoints.
BEGIN;
INSERT INTO arrivals VALUES (123456789, 1);
SAVEPOINT a;
INSERT INTO arrivals VALUES (123456789, 2);
ROLLBACK TO a;
SELECT v FROM arrivals WHERE k = 123456789;
ROLLBACK;
SELECT v FROM arrivals WHERE k = 123456789;

-- Updates of the key move the entry; others may be heap-only.
UPDATE arrivals SET k = 123456790 WHERE k = 1;
SELECT count(*) FROM arrivals WHERE k = 123456790;
SELECT count(*) FROM arrivals WHERE k = 1;
UPDATE arrivals SET v = v + 1 WHERE k = 123456790;
SELECT learned_index_check('arrivals_k') >= count(*) FROM arrivals;

-- An exclusion constraint makes it unique (CREATE UNIQUE INDEX is not offered).
CREATE TABLE excluded (k int8, EXCLUDE USING learned (k WITH =));
INSERT INTO excluded VALUES (1), (2);
INSERT INTO excluded VALUES (2);
INSERT INTO excluded VALUES (2), (3) ON CONFLICT DO NOTHING;
SELECT k FROM excluded ORDER BY k;

-- The smallest fillfactor, and the greatest.
CREATE TABLE factors AS SELECT i AS k FROM generate_series(1, 10000) i;
CREATE INDEX factors_50 ON factors USING learned (k) WITH (fillfactor = 50);
CREATE INDEX factors_100 ON factors USING learned (k) WITH (fillfactor = 100);
INSERT INTO factors SELECT i FROM generate_series(1, 10000) i;
SELECT learned_index_check('factors_50'), learned_index_check('factors_100');
