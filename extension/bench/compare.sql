-- The measurement of extension/bench/compare: variables are given by it. Sides: b has a B-tree, l a learned index, on
-- tables with the same rows.
\ir rounds.sql
INSERT INTO sides VALUES ('b', 'tb', 'CREATE INDEX tb_k ON tb (k)'),
                         ('l', 'tl', 'CREATE INDEX tl_k ON tl USING learned (k)');
ALTER TABLE keys ADD COLUMN place float8;
UPDATE keys SET place = random();
-- A tenth of the keys arrives later, at random.
CREATE TABLE tb AS SELECT k, k # 5 AS v FROM keys WHERE place < 10 / 11.0 ORDER BY place;
CREATE TABLE tl AS SELECT * FROM tb;
CREATE TABLE later AS
  SELECT k, k # 5 AS v, ntile(:rounds) OVER (ORDER BY place) AS round FROM keys WHERE place >= 10 / 11.0;
VACUUM (FREEZE, ANALYZE) tb;
VACUUM (FREEZE, ANALYZE) tl;

CREATE TABLE probes (k bigint);

\echo building
CALL rounds('build', 'DROP INDEX IF EXISTS $TABLE_k', '$BUILD', :build_rounds, :probes);
SET max_parallel_maintenance_workers = 0;
CALL rounds('build, one process', 'DROP INDEX $TABLE_k', '$BUILD', :build_rounds, :probes);
VACUUM (FREEZE, ANALYZE) tb;
VACUUM (FREEZE, ANALYZE) tl;
INSERT INTO times SELECT 'size, MB', 1, side, bytes, bytes
  FROM (SELECT side, pg_relation_size((tab || '_k')::regclass) / 1e6 AS bytes FROM sides) s;
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_bitmapscan = off;
\set point 'SELECT count(v) FROM probes JOIN $TABLE USING (k)'
\set only 'SELECT count($TABLE.k) FROM probes JOIN $TABLE USING (k)'
\set one 'SELECT v FROM $TABLE WHERE $TABLE.k >= p.k ORDER BY $TABLE.k LIMIT 100'
\set some 'SELECT k FROM probes LIMIT ' :probes ' / 40'
\set scan 'SELECT sum((SELECT sum(v) FROM (' :one ') s)) FROM (' :some ') p'
EXPLAIN (COSTS OFF) SELECT count(v) FROM probes JOIN tb USING (k);
EXPLAIN (COSTS OFF) SELECT count(v) FROM probes JOIN tl USING (k);
CALL rounds('warm up', '', :'point', 2, :probes);
\echo reading
CALL rounds('points', '', :'point', :rounds, :probes);
CALL rounds('points, index only', '', :'only', :rounds, :probes);
CALL rounds('scans of 100', '', :'scan', :rounds, :probes);
\echo inserting
CREATE PROCEDURE insert_rounds(count int) LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
  FOR i IN 1 .. count LOOP
    FOR r IN SELECT * FROM sides WHERE side IN ('b', 'l') ORDER BY hashtext(side || i) LOOP
      CALL measure('inserts', i, r.side, format('INSERT INTO %s SELECT k, v FROM later WHERE round = %s', r.tab, i));
      COMMIT;
    END LOOP;
  END LOOP;
END $$;
CALL insert_rounds(:rounds);
SELECT learned_index_check('tl_k') AS entries, leaves, listed_leaves, segments, round(fill::numeric, 3) AS fill
  FROM learned_index_stats('tl_k');
-- A third side: the same rows with a learned index that was built after all inserts.
CREATE TABLE tf AS SELECT * FROM tl;
INSERT INTO sides VALUES ('f', 'tf', 'CREATE INDEX tf_k ON tf USING learned (k)');
CREATE INDEX tf_k ON tf USING learned (k);
VACUUM (FREEZE, ANALYZE) tb;
VACUUM (FREEZE, ANALYZE) tl;
VACUUM (FREEZE, ANALYZE) tf;
INSERT INTO times SELECT 'size after inserts, MB', 1, side, bytes, bytes
  FROM (SELECT side, pg_relation_size((tab || '_k')::regclass) / 1e6 AS bytes FROM sides) s;
CALL rounds('warm up', '', :'point', 2, :probes);
CALL rounds('points after inserts', '', :'point', :rounds, :probes);

\set QUIET 0
\pset footer off
\pset format aligned
\pset tuples_only off
\echo learned against B-tree: milliseconds of processor time (or MB) of a round, ratio of those, ratio of elapsed times
SELECT measure, rounds, above AS learned, below AS btree, cpu AS ratio, wall AS elapsed FROM ratios('l', 'b');
\echo learned after the inserts against learned built afterwards
SELECT measure, rounds, above AS after, below AS fresh, cpu AS ratio, wall AS elapsed FROM ratios('l', 'f');
