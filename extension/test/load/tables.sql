-- Tables that the loads write: keys at random with few values twice, ascending ids, and times, each with a learned index;
-- and a stream of times, of which some come late, with a sparse one.
CREATE TABLE load_random (k bigint, v bigint) WITH (autovacuum_enabled = off);
CREATE TABLE load_queue (k bigserial, v bigint) WITH (autovacuum_enabled = off);
CREATE TABLE load_times (k timestamptz, v bigint) WITH (autovacuum_enabled = off);
CREATE TABLE load_stream (k timestamptz, v bigint) WITH (autovacuum_enabled = off);
INSERT INTO load_stream SELECT '2024-01-01'::timestamptz + i * interval '1 second', i FROM generate_series(1, 30000) i;
CREATE SEQUENCE load_second START 30001;
INSERT INTO load_random SELECT (random() * 100000)::bigint * 1000, i FROM generate_series(1, 30000) i;
INSERT INTO load_queue (v) SELECT i FROM generate_series(1, 10000) i;
INSERT INTO load_times SELECT '2024-01-01'::timestamptz + i * interval '1 second', i FROM generate_series(1, 10000) i;
CREATE INDEX load_random_k ON load_random USING learned (k);
CREATE INDEX load_queue_k ON load_queue USING learned (k);
CREATE INDEX load_times_k ON load_times USING learned (k);
CREATE INDEX load_stream_k ON load_stream USING learned_sparse (k);

-- Counts and sums a range by the index and by a sequential scan, in one snapshot, and complains if they differ.
CREATE FUNCTION compare_range(tab regclass, low text, high text, type text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  query text := format('SELECT count(*), coalesce(sum(v), 0), coalesce(min(k)::text, '''') FROM %s
                        WHERE k BETWEEN %L::%s AND %L::%s', tab, low, type, high, type);
  by_index record; by_keys record; by_bitmap record; by_scan record;
BEGIN
  SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off;
  EXECUTE query INTO by_index;
  SET LOCAL enable_indexonlyscan = on;
  EXECUTE format('SELECT count(*), (array_agg(k ORDER BY k DESC))[1]::text FROM %s WHERE k BETWEEN %L::%s AND %L::%s',
                 tab, low, type, high, type) INTO by_keys;
  SET LOCAL enable_bitmapscan = on; SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off;
  EXECUTE query INTO by_bitmap;
  SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = off;
  EXECUTE query INTO by_scan;
  IF by_index IS DISTINCT FROM by_scan OR by_bitmap IS DISTINCT FROM by_scan OR by_keys.count <> by_scan.count THEN
    RAISE EXCEPTION '%: index %, bitmap %, keys %, sequential scan %', query, by_index, by_bitmap, by_keys, by_scan;
  END IF;
  RETURN by_scan.count;
END $$;
