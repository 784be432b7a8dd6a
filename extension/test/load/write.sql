\set key random(0, 100000)
\set many random(1, 400)
\set age random(1000, 8000)
BEGIN;
INSERT INTO load_random SELECT (:key * 1000 + i * 7919) % 100000000, i FROM generate_series(1, :many) i;
DELETE FROM load_random WHERE k BETWEEN :key * 500 AND :key * 500 + 400000;
UPDATE load_random SET k = k + 1 WHERE k BETWEEN :key * 700 AND :key * 700 + 50000;
INSERT INTO load_random VALUES (NULL, :key);
INSERT INTO load_queue (v) SELECT i FROM generate_series(1, :many) i;
END;
DELETE FROM load_queue WHERE k < (SELECT max(k) FROM load_queue) - :age;
INSERT INTO load_times SELECT '2024-06-01'::timestamptz + (:key * 10 + i) * interval '1 second', i FROM generate_series(1, 20) i;
BEGIN;
INSERT INTO load_stream SELECT '2024-01-01'::timestamptz + nextval('load_second') * interval '1 second', i
  FROM generate_series(1, :many) i;
INSERT INTO load_stream SELECT '2024-01-01'::timestamptz + :key * interval '1 second', :age FROM generate_series(1, 3) i;
INSERT INTO load_stream VALUES (NULL, :key);
UPDATE load_stream SET v = v + 1 WHERE k >= '2024-01-01'::timestamptz + :key * interval '1 second'
  AND k < '2024-01-01'::timestamptz + (:key + 100) * interval '1 second';
END;
DELETE FROM load_stream WHERE k >= '2024-01-01'::timestamptz + :key * interval '1 second'
  AND k < '2024-01-01'::timestamptz + (:key + :many) * interval '1 second';
