-- Order, directions, duplicates, NULLs, cursors, bitmaps, joins.
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_sort = off;
CREATE TABLE s (k bigint, v int);
INSERT INTO s SELECT (i * 48271 % 30011) / 3, i FROM generate_series(1, 30000) i;
INSERT INTO s SELECT 5000, i FROM generate_series(1, 2000) i; -- duplicates over several pages
INSERT INTO s SELECT NULL, i FROM generate_series(1, 1500) i;
CREATE INDEX s_k ON s USING learned (k);
VACUUM ANALYZE s;
SELECT learned_index_check('s_k');

EXPLAIN (COSTS OFF) SELECT k FROM s ORDER BY k;
EXPLAIN (COSTS OFF) SELECT * FROM s ORDER BY k DESC;
SELECT count(*), sum((k < previous)::int) FROM
  (SELECT k, lag(k) OVER () AS previous FROM (SELECT k FROM s ORDER BY k) a) b;
SELECT count(*), sum((k > previous)::int) FROM
  (SELECT k, lag(k) OVER () AS previous FROM (SELECT * FROM s ORDER BY k DESC) a) b;

SELECT count(*), count(DISTINCT v) FROM s WHERE k = 5000;
SELECT count(*), min(k), max(k) FROM s WHERE k BETWEEN 4999 AND 5001;
SELECT count(*) FROM s WHERE k > 5000 AND k >= 4000 AND k < 6000 AND k <= 5500;
SELECT count(*) FROM s WHERE k > 5 AND k < 5;
SELECT count(*) FROM s WHERE k = NULL;

EXPLAIN (COSTS OFF) SELECT count(*) FROM s WHERE k IS NULL;
SELECT count(*) FROM s WHERE k IS NULL;
SELECT count(*) FROM s WHERE k IS NOT NULL;
SELECT min(k), max(k) FROM s;
SELECT k FROM s ORDER BY k DESC LIMIT 2;
SELECT k FROM s WHERE k IS NOT NULL ORDER BY k DESC LIMIT 2;

-- A cursor turns round within a page and across pages.
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT k FROM s WHERE k BETWEEN 100 AND 2000 ORDER BY k;
FETCH 3 FROM c;
FETCH BACKWARD 2 FROM c;
MOVE 3000 FROM c;
FETCH 2 FROM c;
MOVE BACKWARD 2900 FROM c;
FETCH 1 FROM c;
MOVE BACKWARD ALL FROM c;
FETCH 1 FROM c;
FETCH LAST FROM c;
FETCH 1 FROM c;
FETCH BACKWARD 1 FROM c;
COMMIT;

-- The same again, from a cursor that begins backward and reads the table.
BEGIN;
DECLARE d SCROLL CURSOR FOR SELECT k, v IS NOT NULL FROM s WHERE k <= 1000 ORDER BY k DESC;
FETCH 2 FROM d;
MOVE 1500 FROM d;
FETCH BACKWARD 1 FROM d;
FETCH LAST FROM d;
COMMIT;

SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = on;
EXPLAIN (COSTS OFF) SELECT count(*) FROM s WHERE k BETWEEN 4000 AND 6000;
SELECT count(*), sum(v) FROM s WHERE k BETWEEN 4000 AND 6000;
SELECT count(*), sum(v) FROM s WHERE k IN (5000, 17, 4711, 99999);
SELECT count(*) FROM s WHERE k IS NULL;
SET enable_bitmapscan = off;
SET enable_seqscan = on;
SELECT count(*), sum(v) FROM s WHERE k BETWEEN 4000 AND 6000;
SELECT count(*), sum(v) FROM s WHERE k IN (5000, 17, 4711, 99999);

-- Joins: probes one by one, and a merge of two ordered scans.
RESET enable_indexscan;
RESET enable_indexonlyscan;
CREATE TABLE probes AS SELECT (i * 7919 % 12000)::int AS p FROM generate_series(1, 3000) i;
ANALYZE probes;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT count(*), sum(v) FROM probes JOIN s ON k = p;
SELECT count(*), sum(v) FROM probes JOIN s ON k = p;
SET enable_nestloop = off;
SET enable_mergejoin = on;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT count(*), sum(a.v + b.v) FROM s a JOIN s b USING (k) WHERE a.k <> 5000;
SELECT count(*), sum(a.v::bigint + b.v) FROM s a JOIN s b USING (k) WHERE a.k <> 5000;
RESET enable_hashjoin;
RESET enable_sort;
SET enable_mergejoin = off;
SET enable_hashjoin = on;
SELECT count(*), sum(a.v::bigint + b.v) FROM s a JOIN s b USING (k) WHERE a.k <> 5000;

-- Expressions, partial indexes, domains.
CREATE INDEX s_half ON s USING learned ((k / 2)) WHERE v > 1000;
CREATE DOMAIN small AS int2 CHECK (VALUE > 0);
CREATE TABLE d (k small);
INSERT INTO d SELECT i FROM generate_series(1, 1000) i;
CREATE INDEX d_k ON d USING learned (k);
ANALYZE s;
EXPLAIN (COSTS OFF) SELECT count(*) FROM s WHERE k / 2 = 77 AND v > 1000;
SELECT count(*) FROM s WHERE k / 2 = 77 AND v > 1000;
SELECT count(*) FROM d WHERE k = 77;
SELECT learned_index_check('s_half'), learned_index_check('d_k');
