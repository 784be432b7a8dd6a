\set key random(0, 100000)
BEGIN;
INSERT INTO load_random SELECT :key * 1000 + i, i FROM generate_series(1, 700) i;
INSERT INTO load_queue (v) SELECT i FROM generate_series(1, 700) i;
INSERT INTO load_stream SELECT '2024-01-01'::timestamptz + (nextval('load_second') - 500) * interval '1 second', i
  FROM generate_series(1, 300) i;
ROLLBACK;
