\set low random(0, 100000)
\set width random(1, 10000)
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT compare_range('load_random', (:low * 1000)::text, ((:low + :width) * 1000)::text, 'bigint');
SELECT compare_range('load_queue', '0', '9000000000', 'bigint');
END;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT compare_range('load_times', '2024-01-01', '2024-06-05', 'timestamptz');
END;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT compare_range('load_stream', ('2024-01-01'::timestamptz + :low * interval '1 second')::text,
                     ('2024-01-01'::timestamptz + (:low + :width) * interval '1 second')::text, 'timestamptz');
SELECT compare_range('load_stream', '-infinity', 'infinity', 'timestamptz');
END;
