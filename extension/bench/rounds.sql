-- What the measurements of this folder share: sides that take turns in rounds, and medians of the rounds' ratios.
-- Everything is timed inside the server, so that no round trip hides a difference.
\set QUIET 1
SET jit = off;
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE sides (side text, tab text, definition text);
CREATE TABLE times (measure text, round int, side text, ms float8, cpu_ms float8);
-- Milliseconds that this process ran: on a busy machine the clock on the wall measures the neighbours.
CREATE FUNCTION ran_ms() RETURNS float8 LANGUAGE sql AS
  $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 $$;
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
    show(array_agg(a.cpu_ms / nullif(b.cpu_ms, 0))), show(array_agg(a.ms / b.ms))
  FROM times a JOIN times b USING (measure, round) WHERE a.side = over AND b.side = under AND measure <> 'warm up'
  GROUP BY 1 ORDER BY min(a.ctid)
$$;
