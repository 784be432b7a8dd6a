-- The measurement of extension/bench/compare: variables are given by it. Everything is timed inside the server, so that
-- no round trip hides a difference. Sides: b has a B-tree, l a learned index, on tables with the same rows.
\set QUIET 1
SET jit = off;
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE sides (side text, tab text, definition text);
INSERT INTO sides VALUES ('b', 'tb', 'CREATE INDEX tb_k ON tb (k)'),
                         ('l', 'tl', 'CREATE INDEX tl_k ON tl USING learned (k)');
CREATE TABLE times (measure text, round int, side text, ms float8, cpu_ms float8);
-- Milliseconds that this process ran: on a busy machine the clock on the wall measures the neighbours.
CREATE FUNCTION ran_ms() RETURNS float8 LANGUAGE sql AS
  $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 $$;
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

CREATE PROCEDURE measure(measure text, round int, side text, query text) LANGUAGE plpgsql AS $$
DECLARE begun timestamptz; ran float8;
BEGIN
  ran := ran_ms();
  begun := clock_timestamp();
  EXECUTE query;
  INSERT INTO times VALUES (measure, round, side, 1000 * extract(epoch FROM clock_timestamp() - begun), ran_ms() - ran);
END $$;

-- A measure of every side in each round, in an order that changes; $TABLE is the side's.
CREATE PROCEDURE rounds(measure text, first text, query text, count int, probe_count int) LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
  FOR round IN 1 .. count LOOP
    TRUNCATE probes;
    INSERT INTO probes SELECT k FROM tb TABLESAMPLE SYSTEM (25) ORDER BY random() LIMIT probe_count;
    ANALYZE probes;
    FOR r IN SELECT * FROM sides ORDER BY hashtext(side || round || measure) LOOP
      IF first <> '' THEN EXECUTE replace(first, '$TABLE', r.tab); END IF;
      CALL measure(measure, round, r.side, replace(replace(query, '$TABLE', r.tab), '$BUILD', r.definition));
      COMMIT;
    END LOOP;
  END LOOP;
END $$;

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

-- Median of the rounds' ratios and its sign interval: the least and greatest ranks that hold it with 95 %.
CREATE FUNCTION rank_of(n int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE below float8 := 0; term float8 := 0.5 ^ n; k int := 0;
BEGIN
  WHILE below + term <= 0.025 LOOP
    below := below + term; term := term * (n - k) / (k + 1); k := k + 1;
  END LOOP;
  RETURN greatest(k, 1);
END $$;
CREATE FUNCTION show(numbers float8[]) RETURNS text LANGUAGE sql AS $$
  SELECT format('%s [%s, %s]', round((percentile_cont(0.5) WITHIN GROUP (ORDER BY n))::numeric, 2),
    round((array_agg(n ORDER BY n))[rank_of(count(*)::int)]::numeric, 2),
    round((array_agg(n ORDER BY n))[count(*) + 1 - rank_of(count(*)::int)]::numeric, 2)) FROM unnest(numbers) n
$$;
CREATE FUNCTION ratios(over text, under text) RETURNS TABLE (measure text, rounds bigint, above numeric, below numeric,
                                                             cpu text, wall text) LANGUAGE sql AS $$
  SELECT a.measure, count(*), round((percentile_cont(0.5) WITHIN GROUP (ORDER BY a.cpu_ms))::numeric, 1),
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY b.cpu_ms))::numeric, 1),
    show(array_agg(a.cpu_ms / b.cpu_ms)), show(array_agg(a.ms / b.ms))
  FROM times a JOIN times b USING (measure, round) WHERE a.side = over AND b.side = under AND measure <> 'warm up'
  GROUP BY 1 ORDER BY min(a.ctid)
$$;
\set QUIET 0
\pset footer off
\pset format aligned
\pset tuples_only off
\echo learned against B-tree: milliseconds of processor time (or MB) of a round, ratio of those, ratio of elapsed times
SELECT measure, rounds, above AS learned, below AS btree, cpu AS ratio, wall AS elapsed FROM ratios('l', 'b');
\echo learned after the inserts against learned built afterwards
SELECT measure, rounds, above AS after, below AS fresh, cpu AS ratio, wall AS elapsed FROM ratios('l', 'f');
