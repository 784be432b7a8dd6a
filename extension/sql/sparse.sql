-- learned_sparse: the same answers as a sequential scan, for tables that are in order, nearly, and not at all.
CREATE FUNCTION differs(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE by_index text; by_bitmap text; by_scan text;
BEGIN
  SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexscan = on;
  EXECUTE query INTO by_index;
  SET LOCAL enable_bitmapscan = on; SET LOCAL enable_indexscan = off;
  EXECUTE query INTO by_bitmap;
  SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = off;
  EXECUTE query INTO by_scan;
  IF by_index IS DISTINCT FROM by_scan OR by_bitmap IS DISTINCT FROM by_scan THEN
    RETURN format('%s: index %s, bitmap %s, sequential %s', query, by_index, by_bitmap, by_scan);
  END IF;
  RETURN NULL;
END $$;
-- Points and ranges from rows of the table, and beside them.
CREATE FUNCTION differences(tab regclass) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE key text; other text; condition text; found text;
BEGIN
  FOR i IN 1 .. 8 LOOP
    EXECUTE format('SELECT k FROM %s OFFSET %s LIMIT 1', tab, (i * 7919) % 20000) INTO key;
    EXECUTE format('SELECT k FROM %s OFFSET %s LIMIT 1', tab, (i * 7919 + i * i * 10) % 20000) INTO other;
    FOREACH condition IN ARRAY ARRAY['k = %2$L', 'k < %2$L', 'k <= %2$L', 'k >= %2$L', 'k > %2$L',
                                     'k BETWEEN %2$L AND %3$L', 'k BETWEEN %3$L AND %2$L', 'k > %2$L AND k < %3$L'] LOOP
      found := differs(format('SELECT count(*) || '' '' || coalesce(sum(v), 0) FROM %1$s WHERE ' || condition, tab, key,
                              other));
      IF found IS NOT NULL THEN RETURN NEXT found; END IF;
    END LOOP;
  END LOOP;
  FOREACH condition IN ARRAY ARRAY['k IS NULL', 'k IS NOT NULL', 'k IS NOT NULL AND k IS NULL', 'k = NULL'] LOOP
    found := differs(format('SELECT count(*) || '' '' || coalesce(sum(v), 0) FROM %s WHERE %s', tab, condition));
    IF found IS NOT NULL THEN RETURN NEXT found; END IF;
  END LOOP;
END $$;

-- In order; the same with rows that came late, early, and without a key; in 8 streams at once; backward; at random.
CREATE TABLE ordered AS SELECT '2024-01-01'::timestamptz + i * interval '1 second' AS k, i AS v
  FROM generate_series(1, 60000) i;
CREATE TABLE late AS
  SELECT CASE WHEN i % 500 = 0 THEN i - 30000 WHEN i % 700 = 0 THEN i + 1000000 WHEN i % 900 = 0 THEN NULL ELSE i
         END::bigint AS k, i AS v FROM generate_series(1, 60000) i;
CREATE TABLE in_turn AS
  SELECT (i / 1480 * 1480 + i % 185 * 8 + i % 8)::int AS k, i AS v FROM generate_series(1, 60000) i;
CREATE TABLE backward AS SELECT (60000 - i)::int2 AS k, i AS v FROM generate_series(28000, 60000) i;
CREATE TABLE random AS SELECT (i * 48271::bigint % 60013 - 30000) * 1e15 AS k, i AS v FROM generate_series(1, 60000) i;
ALTER TABLE random ALTER k TYPE float8;
CREATE TABLE everywhere AS SELECT hashint8extended(i, 7) AS k, i AS v FROM generate_series(1, 60000) i;
CREATE TABLE alike AS SELECT DATE '2024-01-01' + i / 20000 AS k, i AS v FROM generate_series(1, 60000) i;
CREATE INDEX ordered_k ON ordered USING learned_sparse (k);
CREATE INDEX late_k ON late USING learned_sparse (k);
CREATE INDEX in_turn_k ON in_turn USING learned_sparse (k);
CREATE INDEX backward_k ON backward USING learned_sparse (k);
CREATE INDEX random_k ON random USING learned_sparse (k);
CREATE INDEX everywhere_k ON everywhere USING learned_sparse (k);
CREATE INDEX alike_k ON alike USING learned_sparse (k);
CREATE TABLE tables AS SELECT unnest('{ordered,late,in_turn,backward,random,everywhere,alike}'::regclass[]) AS tab;
SELECT tab, learned_index_check((tab || '_k')::regclass) > 0 AS has_exceptions, d.* FROM tables
  LEFT JOIN differences(tab) d ON true;
SELECT blocks, segments, exceptions, tail FROM learned_sparse_stats('ordered_k');
SELECT segments < 8 AS few, exceptions FROM learned_sparse_stats('late_k');
SELECT pg_relation_size('ordered_k') AS bytes;

-- What is appended is summarised by inserts, and the rest by VACUUM; what goes elsewhere becomes an exception.
INSERT INTO ordered SELECT '2024-01-01'::timestamptz + i * interval '1 second', i FROM generate_series(60001, 100000) i;
SELECT blocks > 460 AS summarised, exceptions, tail < 60 AS short_tail FROM learned_sparse_stats('ordered_k');
SELECT learned_index_check('ordered_k') AS exceptions, count(d) AS differences FROM differences('ordered') d;
INSERT INTO ordered SELECT '2023-12-01'::timestamptz + i * interval '1 minute', i FROM generate_series(1, 100) i;
INSERT INTO ordered VALUES ('infinity', 1), ('-infinity', 2), (NULL, 3);
SELECT exceptions FROM learned_sparse_stats('ordered_k');
SELECT * FROM differences('ordered');
VACUUM ordered;
SELECT exceptions, tail FROM learned_sparse_stats('ordered_k');
SELECT learned_index_check('ordered_k');
SELECT * FROM differences('ordered');
-- Updates within a page (the key stays) and beyond it; deletes, whose places others take.
UPDATE ordered SET v = v + 1 WHERE v % 10 = 0;
UPDATE ordered SET k = k + interval '1 hour' WHERE v % 1000 = 7;
DELETE FROM ordered WHERE v BETWEEN 20000 AND 40000;
SELECT * FROM differences('ordered');
VACUUM ordered;
INSERT INTO ordered SELECT '2024-03-01'::timestamptz + i * interval '1 second', i FROM generate_series(1, 5000) i;
SELECT exceptions > 4000 AS in_old_places FROM learned_sparse_stats('ordered_k');
SELECT learned_index_check('ordered_k') > 4000 AS has_exceptions, count(d) AS differences FROM differences('ordered') d;
DELETE FROM ordered WHERE v > 50000;
VACUUM ordered; -- cuts the end off
SELECT * FROM differences('ordered');
REINDEX INDEX ordered_k;
SELECT exceptions < 2500 AS fewer FROM learned_sparse_stats('ordered_k');
SELECT * FROM differences('ordered');
-- A chain of updates from before the index, whose rows differ in the key.
CREATE TABLE chain (k bigint, v bigint) WITH (fillfactor = 50);
INSERT INTO chain SELECT i, i FROM generate_series(1, 30000) i;
UPDATE chain SET k = k + 15000 WHERE v % 50 = 0;
BEGIN;
CREATE INDEX chain_k ON chain USING learned_sparse (k);
SELECT * FROM differences('chain');
COMMIT;
SELECT * FROM differences('chain');
REINDEX INDEX CONCURRENTLY chain_k;
SELECT learned_index_check('chain_k') > 0 AS has_exceptions, count(d) AS differences FROM differences('chain') d;
-- Columns that were added or dropped.
ALTER TABLE chain DROP v, ADD v bigint DEFAULT 7, ADD w timestamp DEFAULT '2024-02-29';
CREATE INDEX chain_w ON chain USING learned_sparse (w);
INSERT INTO chain (k, w) SELECT i, '2024-03-01' FROM generate_series(30001, 30100) i;
SET enable_seqscan = off;
SELECT count(*) FROM chain WHERE w = '2024-02-29';
SELECT count(*) FROM chain WHERE w > DATE '2024-02-29';
RESET enable_seqscan;
-- Empty, unlogged and temporary tables, and an index that was there first.
CREATE UNLOGGED TABLE first (k bigint, v bigint);
CREATE INDEX first_k ON first USING learned_sparse (k);
SELECT learned_index_check('first_k') AS exceptions, count(d) AS differences FROM differences('first') d;
INSERT INTO first SELECT i, i FROM generate_series(1, 60000) i;
SELECT learned_index_check('first_k'), blocks > 250 AS summarised FROM learned_sparse_stats('first_k');
SELECT * FROM differences('first');
CREATE TABLE lagging (k bigint, v bigint);
CREATE INDEX lagging_k ON lagging USING learned_sparse (k);
INSERT INTO lagging SELECT CASE WHEN i % 50 = 0 THEN i - 8000 ELSE i END, i FROM generate_series(1, 40000) i;
SELECT learned_index_check('lagging_k') > 0 AS has_exceptions, count(d) AS differences FROM differences('lagging') d;
CREATE TEMP TABLE passing (k date, v int);
CREATE INDEX passing_k ON passing USING learned_sparse (k);
INSERT INTO passing SELECT DATE '2024-01-01' + i / 100, i FROM generate_series(1, 30000) i;
SELECT * FROM differences('passing');

-- The planner takes it for what it is good at.
VACUUM ANALYZE first;
CREATE INDEX first_v ON first (v);
EXPLAIN (COSTS OFF) SELECT * FROM first WHERE k = 7919;
EXPLAIN (COSTS OFF) SELECT sum(v) FROM first WHERE k BETWEEN 1000 AND 3000;
EXPLAIN (COSTS OFF) SELECT sum(v) FROM first WHERE k > 0;
EXPLAIN (COSTS OFF) SELECT * FROM first ORDER BY k LIMIT 1;
SET enable_seqscan = off;
SELECT count(*) FROM first; -- no condition, no column: by the table, whatever that costs
RESET enable_seqscan;
EXPLAIN (COSTS OFF) SELECT * FROM first WHERE k = 7919 AND v = 7919;
VACUUM ANALYZE random;
EXPLAIN (COSTS OFF) SELECT * FROM random WHERE k BETWEEN 0 AND 1e18; -- no order to make use of
-- What it is not.
CREATE UNIQUE INDEX ON first USING learned_sparse (k);
CREATE INDEX ON first USING learned_sparse (k, v);
CREATE INDEX ON first USING learned_sparse (abs(k));
CREATE INDEX ON first USING learned_sparse (k) WHERE v > 5;
CREATE INDEX ON first USING learned_sparse (k DESC);
SELECT learned_sparse_stats('first_v');
