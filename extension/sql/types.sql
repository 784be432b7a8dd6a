-- Every type, every comparison, also with the neighbouring types: the index answers as a sequential scan does, and the
-- plan shows that it was asked.
CREATE EXTENSION omenbench_learned;
SET enable_bitmapscan = off;

-- Whether the plan of a query names the index t_k.
CREATE FUNCTION uses_index(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
    IF line LIKE '%using t_k%' OR line LIKE '%on t_k%' THEN RETURN true; END IF;
  END LOOP;
  RETURN false;
END $$;

-- All comparisons of column k with each constant of an array: how many were wrong, and how many plans missed the index.
CREATE FUNCTION compare(type text, constants text[], OUT wrong int, OUT unindexed int) LANGUAGE plpgsql AS $$
DECLARE constant text; operator text; condition text; by_index text; by_scan text;
BEGIN
  wrong := 0; unindexed := 0;
  FOREACH constant IN ARRAY constants LOOP
    FOREACH operator IN ARRAY ARRAY['<', '<=', '=', '>=', '>'] LOOP
      condition := format('SELECT coalesce(array_agg(id ORDER BY id)::text, ''none'') FROM t WHERE k %s %L::%s',
                          operator, constant, type);
      SET LOCAL enable_indexscan = on; SET LOCAL enable_indexonlyscan = on; SET LOCAL enable_seqscan = off;
      IF NOT uses_index(condition) THEN unindexed := unindexed + 1; END IF;
      EXECUTE condition INTO by_index;
      SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_seqscan = on;
      EXECUTE condition INTO by_scan;
      IF by_index <> by_scan THEN
        wrong := wrong + 1;
        RAISE NOTICE '%: index %, scan %', condition, left(by_index, 60), left(by_scan, 60);
      END IF;
    END LOOP;
  END LOOP;
END $$;

CREATE FUNCTION fill(type text, constants text[]) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  DROP TABLE IF EXISTS t;
  EXECUTE format('CREATE TABLE t (k %s, id serial)', type);
  INSERT INTO t (k) VALUES (NULL), (NULL);
  EXECUTE format('INSERT INTO t (k) SELECT c::%s FROM unnest($1) AS c, generate_series(1, 3)', type) USING constants;
  CREATE INDEX t_k ON t USING learned (k);
  EXECUTE format('INSERT INTO t (k) SELECT c::%s FROM unnest($1) AS c', type) USING constants;
  RETURN learned_index_check('t_k');
END $$;

SELECT fill('int2', '{-32768,-1,0,1,7919,32767}');
SELECT * FROM compare('int2', '{-32768,-1,0,1,2,7919,32767}');
SELECT * FROM compare('int4', '{-2147483648,-32769,-1,0,1,7919,32768,2147483647}');
SELECT * FROM compare('int8', '{-9223372036854775808,-1,0,7919,9223372036854775807}');

SELECT fill('int4', '{-2147483648,-1,0,1,7919,2147483647}');
SELECT * FROM compare('int2', '{-32768,-1,0,1,7919,32767}');
SELECT * FROM compare('int4', '{-2147483648,-1,0,1,2,7919,2147483647}');
SELECT * FROM compare('int8', '{-9223372036854775808,-2147483649,-1,0,7919,2147483648,9223372036854775807}');

SELECT fill('int8', '{-9223372036854775808,-1,0,1,7919,9223372036854775806,9223372036854775807}');
SELECT * FROM compare('int2', '{-32768,-1,0,1,7919,32767}');
SELECT * FROM compare('int4', '{-2147483648,-1,0,1,2,7919,2147483647}');
SELECT * FROM compare('int8', '{-9223372036854775808,-1,0,1,2,7919,9223372036854775806,9223372036854775807}');

SELECT fill('float8', '{-Infinity,-1.5,-1e-300,-0,0,1e-300,1.5,1e300,Infinity,NaN}');
SELECT * FROM compare('float8', '{-Infinity,-1.5,-1,-0,0,1e-300,1.5,1e300,Infinity,NaN}');
SELECT * FROM compare('float4', '{-Infinity,-1.5,0,-0,1.5,Infinity,NaN}');

SELECT fill('date', '{-infinity,4713-01-01 BC,1969-12-31,1970-01-01,2024-02-29,5874897-12-31,infinity}');
SELECT * FROM compare('date', '{-infinity,4713-01-01 BC,1970-01-01,2024-02-29,2024-03-01,5874897-12-31,infinity}');
SELECT * FROM compare('timestamp', '{-infinity,1969-12-31 12:00,1970-01-01,2024-02-29,2024-02-29 00:00:01,infinity}');
SELECT * FROM compare('timestamp', '{1999-12-31 23:59:59,2000-01-01,4713-01-01 00:00:01 BC}');

SELECT fill('timestamp', '{-infinity,4713-01-01 BC,1970-01-01,2024-02-29,2024-02-29 12:00,294276-12-31,infinity}');
SELECT * FROM compare('timestamp', '{-infinity,1970-01-01,2024-02-29,2024-02-29 12:00,294276-12-31,infinity}');
SELECT * FROM compare('date', '{-infinity,4713-01-01 BC,1970-01-01,2024-02-29,2024-03-01,5874897-12-31,infinity}');

SET timezone = 'America/New_York';
SELECT fill('timestamptz',
            '{-infinity,4713-01-01 BC,1970-01-01,2024-03-10 03:00,2024-11-03 01:30,294276-12-31,infinity}');
SELECT * FROM compare('timestamptz', '{-infinity,1970-01-01,2024-03-10 02:30,2024-11-03 01:30,infinity}');
SELECT * FROM compare('timestamp', '{-infinity,1970-01-01,2024-03-10 02:30,2024-11-03 01:30,infinity}');
SELECT * FROM compare('date', '{-infinity,4713-01-01 BC,1970-01-01,2024-03-10,5874897-12-31,infinity}');

-- Index-only scans show what was stored, signs of zero included.
SELECT fill('float8', '{-0,0,NaN,-2.5,1e-310}');
VACUUM t;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT k FROM t ORDER BY k;
SELECT k FROM t ORDER BY k;

SELECT opcname, amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod WHERE amname = 'learned'
  ORDER BY 1;
