/* A sorted copy of the entries and binary search, in C: the smallest ordered index through omenbench/c_plugin.h.
 *   cc -std=c11 -O3 -march=native -DNDEBUG -fPIC -shared -I PREFIX/include sorted_array.c -o libsorted_array.so
 *   omenbench run --plugin ./libsorted_array.so -d lognormal -n 1M -i binary-search */
#include <omenbench/c_plugin.h>
#include <stdlib.h>
#include <string.h>

typedef struct sorted_array {
  size_t count;
  omb_c_entry* entries;
} sorted_array;

static void destroy(void* index) {
  free(((sorted_array*)index)->entries);
  free(index);
}

static void* build(const omb_c_entry* entries, size_t count) {
  sorted_array* self = malloc(sizeof *self);
  if (self == NULL) return NULL;
  self->count = count;
  self->entries = malloc(count * sizeof *entries + 1);
  if (self->entries == NULL) {
    free(self);
    return NULL;
  }
  if (count > 0) memcpy(self->entries, entries, count * sizeof *entries);
  return self;
}

/* The position of the first key that is not below; as many halvings as the count has bits, without a branch. */
static size_t first_from(const sorted_array* self, uint64_t key) {
  size_t at = 0;
  size_t rest = self->count;
  while (rest > 0) {
    const size_t half = (rest + 1) / 2;
    at += self->entries[at + half - 1].key < key ? half : 0;
    rest -= half;
  }
  return at;
}

static int find(const void* index, uint64_t key, uint64_t* payload) {
  const sorted_array* self = index;
  const size_t at = first_from(self, key);
  if (at == self->count || self->entries[at].key != key) return 0;
  *payload = self->entries[at].payload;
  return 1;
}

static int lower_bound(const void* index, uint64_t key, omb_c_entry* entry) {
  const sorted_array* self = index;
  const size_t at = first_from(self, key);
  if (at == self->count) return 0;
  *entry = self->entries[at];
  return 1;
}

static size_t scan(const void* index, uint64_t key, omb_c_entry* out, size_t count) {
  const sorted_array* self = index;
  const size_t at = first_from(self, key);
  const size_t left = self->count - at;
  const size_t found = left < count ? left : count;
  if (found > 0) memcpy(out, self->entries + at, found * sizeof *out);
  return found;
}

/* One call for many: no call per lookup, and the compiler may overlap their memory accesses. */
static void find_batch(const void* index, const uint64_t* keys, uint64_t* payloads, uint8_t* found, size_t count) {
  for (size_t i = 0; i < count; ++i) found[i] = (uint8_t)find(index, keys[i], &payloads[i]);
}

static uint64_t size_bytes(const void* index) {
  const sorted_array* self = index;
  return sizeof *self + self->count * sizeof *self->entries;
}

static const omb_c_index indexes[] = {{.name = "c-sorted-array",
                                       .display = "sorted array, in C",
                                       .citation = "examples/c_plugin",
                                       .family = OMB_C_ARRAY,
                                       .shared_reads = 1,
                                       .peak_bytes_per_key = 17,
                                       .build = build,
                                       .destroy = destroy,
                                       .find = find,
                                       .lower_bound = lower_bound,
                                       .scan = scan,
                                       .find_batch = find_batch,
                                       .size_bytes = size_bytes}};

static const omb_c_plugin_v1 plugin = {.abi = OMB_C_ABI,
                                       .index_size = sizeof(omb_c_index),
                                       .version = "1",
                                       .compiler = "cc " __VERSION__,
                                       .isa = "native",
                                       .index_count = sizeof indexes / sizeof *indexes,
                                       .indexes = indexes};

const omb_c_plugin_v1* omb_c_plugin(void) { return &plugin; }
