-- VACUUM, reuse of pages, REINDEX, concurrent builds, TRUNCATE, temporary and unlogged tables, small memory.
CREATE TABLE m (k bigint, v int) WITH (autovacuum_enabled = off);
INSERT INTO m SELECT i, i FROM generate_series(1, 50000) i;
CREATE INDEX m_k ON m USING learned (k);
DELETE FROM m WHERE k BETWEEN 10000 AND 40000 OR k % 3 = 0;
VACUUM (INDEX_CLEANUP on) m;
SELECT learned_index_check('m_k') = count(*) FROM m;
SELECT leaves < 55, leaves = listed_leaves FROM learned_index_stats('m_k');

-- Pages come back: a queue that moves on keeps its size.
CREATE FUNCTION pages(index regclass) RETURNS bigint LANGUAGE sql AS 'SELECT pg_relation_size(index) / 8192';
CREATE TABLE q (k bigint) WITH (autovacuum_enabled = off);
CREATE INDEX q_k ON q USING learned (k);
INSERT INTO q SELECT i FROM generate_series(1, 20000) i;
CREATE TABLE sizes AS SELECT pages('q_k') AS least;
CREATE PROCEDURE move_on(step int) LANGUAGE sql AS $$
  DELETE FROM q WHERE k <= step * 10000;
  INSERT INTO q SELECT i FROM generate_series(20001 + (step - 1) * 10000, 20000 + step * 10000) i
$$;
CALL move_on(1);
VACUUM (INDEX_CLEANUP on) q;
CALL move_on(2);
VACUUM (INDEX_CLEANUP on) q;
CALL move_on(3);
VACUUM (INDEX_CLEANUP on) q;
CALL move_on(4);
VACUUM (INDEX_CLEANUP on) q;
CALL move_on(5);
VACUUM (INDEX_CLEANUP on) q;
CALL move_on(6);
SELECT pages('q_k') < least * 2 FROM sizes;
SELECT learned_index_check('q_k') >= count(*) FROM q;

-- Everything goes, everything comes back.
DELETE FROM q;
VACUUM (INDEX_CLEANUP on) q;
SELECT learned_index_check('q_k'), leaves FROM learned_index_stats('q_k');
INSERT INTO q SELECT i * 48271::bigint % 100003 FROM generate_series(1, 30000) i;
SELECT learned_index_check('q_k');
SELECT pages('q_k') < least * 3 FROM sizes;

-- Workers of VACUUM.
SET min_parallel_index_scan_size = 0;
CREATE INDEX q_k2 ON q USING learned (k);
DELETE FROM q WHERE k % 2 = 0;
VACUUM (INDEX_CLEANUP on, PARALLEL 2) q;
SELECT learned_index_check('q_k') = count(*), learned_index_check('q_k2') = count(*) FROM q;

REINDEX INDEX q_k;
SELECT learned_index_check('q_k') = count(*) FROM q;
REINDEX INDEX CONCURRENTLY q_k;
SELECT learned_index_check('q_k') = count(*) FROM q;
DROP INDEX q_k2;
CREATE INDEX CONCURRENTLY q_k2 ON q USING learned (k);
SELECT learned_index_check('q_k2') = count(*) FROM q;
TRUNCATE q;
SELECT learned_index_check('q_k');
INSERT INTO q VALUES (1);
SELECT learned_index_check('q_k');

BEGIN;
TRUNCATE q;
INSERT INTO q SELECT i FROM generate_series(1, 3000) i;
SELECT learned_index_check('q_k');
ROLLBACK;
SELECT learned_index_check('q_k');

-- Rows of a HOT chain, some dead, when the index is built.
UPDATE m SET v = v + 1 WHERE k % 5 = 0;
UPDATE m SET v = v + 1 WHERE k % 7 = 0;
CREATE INDEX m_k2 ON m USING learned (k);
SELECT learned_index_check('m_k2') >= count(*) FROM m;

-- Runs on disk: more entries than fit into the memory for maintenance.
SET maintenance_work_mem = '1MB';
CREATE TABLE big AS SELECT i * 48271::bigint % 300007 AS k FROM generate_series(1, 300000) i;
INSERT INTO big SELECT 7 FROM generate_series(1, 40000) i;
CREATE INDEX big_k ON big USING learned (k);
SELECT learned_index_check('big_k');
SELECT leaves = listed_leaves, segments < 20 FROM learned_index_stats('big_k');

CREATE TEMP TABLE temporary AS SELECT i AS k FROM generate_series(1, 5000) i;
CREATE INDEX temporary_k ON temporary USING learned (k);
INSERT INTO temporary SELECT i FROM generate_series(1, 5000) i;
SELECT learned_index_check('temporary_k');
CREATE UNLOGGED TABLE unlogged AS SELECT i AS k FROM generate_series(1, 5000) i;
CREATE INDEX unlogged_k ON unlogged USING learned (k);
INSERT INTO unlogged SELECT i FROM generate_series(1, 5000) i;
SELECT learned_index_check('unlogged_k');
