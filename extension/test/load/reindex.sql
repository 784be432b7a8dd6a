\sleep 3000 ms
REINDEX INDEX CONCURRENTLY load_random_k;
