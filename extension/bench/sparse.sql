-- The measurement of extension/bench/sparse: variables are given by it. Sides: b has a B-tree, s a sparse learned index,
-- r a block range index with what PostgreSQL takes by default, 1 the same with a range for each page, on tables with
-- the same rows in order of their times.
\ir rounds.sql
INSERT INTO sides VALUES ('b', 'tb', 'CREATE INDEX tb_k ON tb (k)'),
                         ('s', 'ts', 'CREATE INDEX ts_k ON ts USING learned_sparse (k)'),
                         ('r', 'tr', 'CREATE INDEX tr_k ON tr USING brin (k)'),
                         ('1', 't1', 'CREATE INDEX t1_k ON t1 USING brin (k) WITH (pages_per_range = 1)');
-- Events at random moments, one in a second on average; one in :late comes up to a day late.
CREATE FUNCTION events(start timestamptz, first bigint, last bigint, late bigint)
RETURNS TABLE (k timestamptz, v bigint) LANGUAGE sql AS $$
  SELECT start + make_interval(secs => sum(-ln(1 - random())) OVER (ORDER BY i ROWS UNBOUNDED PRECEDING)
         - CASE WHEN late > 0 AND i % late = 0 THEN random() * 86400 ELSE 0 END), i
  FROM generate_series(first, last) i
$$;
CREATE TABLE tb AS SELECT * FROM events('2024-01-01', 1, :rows, :late);
CREATE TABLE ts AS SELECT * FROM tb;
CREATE TABLE tr AS SELECT * FROM tb;
CREATE TABLE t1 AS SELECT * FROM tb;
VACUUM (FREEZE, ANALYZE) tb;
VACUUM (FREEZE, ANALYZE) ts;
VACUUM (FREEZE, ANALYZE) tr;
VACUUM (FREEZE, ANALYZE) t1;
CREATE TABLE probes (k timestamptz);

\echo building
SET max_parallel_maintenance_workers = 0;
CALL rounds('build, one process', 'DROP INDEX IF EXISTS $TABLE_k', '$BUILD', :build_rounds, 1);
CREATE TABLE sizes (what text, side text, bytes bigint);
INSERT INTO sizes SELECT 'built', side, pg_relation_size((tab || '_k')::regclass) FROM sides;
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_memoize = off; SET enable_material = off;
\set point 'SELECT count(v) FROM probes JOIN $TABLE USING (k)'
\set between 'SELECT sum(v) FROM $TABLE t WHERE t.k >= p.k AND t.k < p.k + make_interval(hours => '
\set day 'SELECT sum((' :between '24))) FROM (SELECT k FROM probes LIMIT 40) p'
\set hour 'SELECT sum((' :between '1))) FROM (SELECT k FROM probes LIMIT 500) p'
EXPLAIN (COSTS OFF) SELECT count(v) FROM probes JOIN tb USING (k);
EXPLAIN (COSTS OFF) SELECT count(v) FROM probes JOIN ts USING (k);
EXPLAIN (COSTS OFF) SELECT sum(v) FROM tb WHERE k BETWEEN '2024-01-02' AND '2024-01-03';
EXPLAIN (COSTS OFF) SELECT sum(v) FROM ts WHERE k BETWEEN '2024-01-02' AND '2024-01-03';
EXPLAIN (COSTS OFF) SELECT sum(v) FROM tr WHERE k BETWEEN '2024-01-02' AND '2024-01-03';
CALL rounds('warm up', '', 'SELECT sum(v) FROM $TABLE', 2, 1);
\echo reading
CREATE TABLE all_sides AS SELECT * FROM sides;
DELETE FROM sides WHERE side IN ('r', '1');
CALL rounds('warm up', '', :'point', 2, :probes);
CALL rounds('points', '', :'point', :rounds, :probes);
INSERT INTO sides SELECT * FROM all_sides WHERE side IN ('r', '1');
CALL rounds('50 points', '', :'point', :rounds, 50);
CALL rounds('ranges of an hour', '', :'hour', :rounds, 500);
CALL rounds('ranges of a day', '', :'day', :rounds, 40);
\echo appending
CREATE PROCEDURE append_rounds(rows bigint, late bigint, count int) LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
  FOR i IN 1 .. count LOOP
    CREATE TEMP TABLE fresh ON COMMIT DROP AS
      SELECT e.* FROM (SELECT max(k) AS last FROM tb) t,
                      events(last, rows + (i - 1) * rows / 100 + 1, rows + i * rows / 100, late) e;
    FOR r IN SELECT * FROM sides ORDER BY hashtext(side || i) LOOP
      CALL measure('appends', i, r.side, format('INSERT INTO %s SELECT * FROM fresh', r.tab));
    END LOOP;
    COMMIT;
  END LOOP;
END $$;
CALL append_rounds(:rows, :late, :build_rounds);
-- Of the newest rows, before any VACUUM.
CREATE PROCEDURE newest_rounds(query text, count int) LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
  FOR i IN 1 .. count LOOP
    TRUNCATE probes;
    INSERT INTO probes SELECT k FROM (SELECT k FROM tb ORDER BY v DESC LIMIT 2000) s ORDER BY random();
    ANALYZE probes;
    FOR r IN SELECT * FROM sides WHERE side IN ('b', 's') ORDER BY hashtext(side || i) LOOP
      CALL measure('points of the newest 2000', i, r.side, replace(query, '$TABLE', r.tab));
      COMMIT;
    END LOOP;
  END LOOP;
END $$;
CALL newest_rounds(:'point', :rounds);
INSERT INTO sizes SELECT 'after appends', side, pg_relation_size((tab || '_k')::regclass) FROM sides;
VACUUM (FREEZE, ANALYZE) tb;
VACUUM (FREEZE, ANALYZE) ts;
DELETE FROM sides WHERE side IN ('r', '1');
CALL rounds('points after VACUUM', '', :'point', :rounds, :probes);
\set QUIET 0
\pset footer off
\pset format aligned
\pset tuples_only off
SELECT learned_index_check('ts_k') AS exceptions, blocks, segments, tail FROM learned_sparse_stats('ts_k');
SELECT what, max(bytes) FILTER (WHERE side = 'b') AS btree, max(bytes) FILTER (WHERE side = 's') AS sparse,
  max(bytes) FILTER (WHERE side = 'r') AS brin, max(bytes) FILTER (WHERE side = '1') AS brin_1,
  round(max(bytes) FILTER (WHERE side = 'b') / max(bytes) FILTER (WHERE side = 's')::numeric) AS btree_by_sparse
  FROM sizes GROUP BY 1 ORDER BY 1 DESC;
\echo sparse against B-tree: milliseconds of processor time of a round, ratio of those, ratio of elapsed times
SELECT measure, rounds, above AS sparse, below AS btree, cpu AS ratio, wall AS elapsed FROM ratios('s', 'b');
\echo sparse against BRIN
SELECT measure, rounds, above AS sparse, below AS brin, cpu AS ratio, wall AS elapsed FROM ratios('s', 'r');
\echo sparse against BRIN with a range for each page
SELECT measure, rounds, above AS sparse, below AS brin_1, cpu AS ratio, wall AS elapsed FROM ratios('s', '1');
