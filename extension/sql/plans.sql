-- The planner takes the learned index where it is cheaper, and what else it has where that is.
CREATE TABLE p (k bigint, v int, w bigint);
INSERT INTO p SELECT i * 48271::bigint % 200003, i, i FROM generate_series(1, 200000) i;
CREATE INDEX p_btree ON p (k);
CREATE INDEX p_learned ON p USING learned (k);
CREATE INDEX p_ordered ON p USING learned (w);
VACUUM ANALYZE p;
EXPLAIN (COSTS OFF) SELECT * FROM p WHERE k = 7919;               -- an int4 constant
EXPLAIN (COSTS OFF) SELECT * FROM p WHERE k = 7919::int2;
EXPLAIN (COSTS OFF) SELECT k FROM p WHERE k BETWEEN 10 AND 90;
EXPLAIN (COSTS OFF) SELECT k FROM p ORDER BY k LIMIT 10;
EXPLAIN (COSTS OFF) SELECT * FROM p WHERE w BETWEEN 1000 AND 3000; -- rows lie in order
EXPLAIN (COSTS OFF) SELECT count(*) FROM p WHERE k > 0;
EXPLAIN (COSTS OFF) SELECT * FROM p WHERE k IN (1, 2, 3);          -- arrays become bitmaps
EXPLAIN (COSTS OFF) SELECT * FROM p WHERE v > 5;
-- Workers may probe it (it is read by one process at a time itself).
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
DROP INDEX p_btree;
EXPLAIN (COSTS OFF) SELECT count(*), sum(b.v) FROM p a JOIN p b ON b.k = a.v WHERE a.v % 100 = 0;
SELECT count(*), sum(b.v) FROM p a JOIN p b ON b.k = a.v WHERE a.v % 100 = 0;
SET max_parallel_workers_per_gather = 0;
SELECT count(*), sum(b.v) FROM p a JOIN p b ON b.k = a.v WHERE a.v % 100 = 0;

-- What it is not.
CREATE UNIQUE INDEX ON p USING learned (w);
CREATE INDEX ON p USING learned (k, w);
CREATE INDEX ON p USING learned (k DESC);
CREATE INDEX ON p USING learned (k NULLS FIRST);
CREATE INDEX ON p USING learned (k) WITH (fillfactor = 20);
CREATE INDEX ON p USING learned ((v::text));
SELECT learned_index_check('p');
SELECT amname, pg_indexam_has_property(oid, 'can_order') AS can_order, pg_indexam_has_property(oid, 'can_unique')
  AS can_unique, pg_index_has_property('p_learned', 'backward_scan') AS backward,
  pg_index_column_has_property('p_learned', 1, 'returnable') AS returnable FROM pg_am WHERE amname = 'learned';
