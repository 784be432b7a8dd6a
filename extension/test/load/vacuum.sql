VACUUM (INDEX_CLEANUP on) load_queue;
VACUUM (INDEX_CLEANUP on) load_random;
VACUUM (INDEX_CLEANUP on) load_times;
VACUUM (INDEX_CLEANUP on) load_stream;
DELETE FROM load_random WHERE k IS NULL;
SELECT count(*) FROM (SELECT k FROM load_random ORDER BY v DESC OFFSET 60000) surplus;
\sleep 50 ms
