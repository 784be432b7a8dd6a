// See the header. A trial's function gets no name, so that there is one per place in the table; all of them run the
// same instance of the loop. A process runs the trials of one plugin, one after the other.
#include "harness/worker/c_plugin.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "harness/register.h"

namespace omenbench {
namespace {

constexpr std::size_t kMostIndexes = 64;

static_assert(sizeof(omb_c_entry) == sizeof(Entry) && offsetof(omb_c_entry, payload) == offsetof(Entry, payload));

/// The tables of the loaded plugins' indexes, by place; and the one whose trial runs.
std::array<const omb_c_index*, kMostIndexes> all_indexes;
std::size_t index_count = 0;
const omb_c_index* running = nullptr;

class CIndex {
 public:
  CIndex() = default;
  CIndex(const CIndex&) = delete;
  CIndex& operator=(const CIndex&) = delete;
  ~CIndex() {
    if (self_ != nullptr) calls_->destroy(self_);
  }

  void build(std::span<const Entry> entries) {
    self_ = calls_->build(reinterpret_cast<const omb_c_entry*>(entries.data()), entries.size());
    if (self_ == nullptr) throw std::runtime_error("build() returned NULL");
  }
  bool find(Key key, Payload& payload) const { return calls_->find(self_, key, &payload) != 0; }
  bool lower_bound(Key key, Entry& entry) const {
    return calls_->lower_bound(self_, key, reinterpret_cast<omb_c_entry*>(&entry)) != 0;
  }
  std::size_t scan(Key from, std::span<Entry> out) const {
    return calls_->scan(self_, from, reinterpret_cast<omb_c_entry*>(out.data()), out.size());
  }
  bool update(Key key, Payload payload) { return calls_->update(self_, key, payload) != 0; }
  bool insert(Key key, Payload payload) { return calls_->insert(self_, key, payload) != 0; }
  bool erase(Key key) { return calls_->erase(self_, key) != 0; }
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    static_assert(sizeof(bool) == sizeof(std::uint8_t));
    calls_->find_batch(self_, keys.data(), payloads.data(), reinterpret_cast<std::uint8_t*>(found.data()), keys.size());
  }
  std::uint64_t size_bytes() const { return calls_->size_bytes == nullptr ? 0 : calls_->size_bytes(self_); }

 private:
  const omb_c_index* calls_ = running;
  void* self_ = nullptr;
};

template <std::size_t kPlace>
void run_place(const TrialInput& input, TrialOutput& output) noexcept {
  running = all_indexes[kPlace];
  run_trial<CIndex>(input, output);
}

template <std::size_t... kPlaces>
auto runner(std::size_t place, std::index_sequence<kPlaces...>) {
  static constexpr decltype(IndexInfo::run) kRunners[] = {&run_place<kPlaces>...};
  return kRunners[place];
}

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

IndexInfo info_of(const omb_c_index& index) {
  IndexInfo info;
  info.name = text_of(index.name);
  info.display = text_of(index.display);
  info.family = static_cast<Family>(std::min(index.family, static_cast<std::uint32_t>(Family::kReference)));
  info.citation = text_of(index.citation);
  info.parameters = {{"calls", "one per operation"}};
  info.peak_bytes_per_key = index.peak_bytes_per_key;
  info.capabilities = {.ordered = index.lower_bound != nullptr,
                       .updatable = index.update != nullptr,
                       .insertable = index.insert != nullptr,
                       .erasable = index.erase != nullptr,
                       .batched = index.find_batch != nullptr,
                       .shared_reads = index.shared_reads != 0,
                       .concurrent = false,
                       .oracle = false};
  return info;
}

}  // namespace

std::vector<IndexInfo> indexes_of(const omb_c_plugin_v1& table,
                                  const std::function<void(const std::string& what)>& refuse) {
  std::vector<IndexInfo> infos;
  for (const omb_c_index& index : std::span(table.indexes, table.index_count)) {
    IndexInfo info = info_of(index);
    const std::string who = "offers the index '" + info.name + "', ";
    if (index.build == nullptr || index.destroy == nullptr || index.find == nullptr) {
      refuse(who + "which lacks build, destroy or find");
    }
    if ((index.lower_bound == nullptr) != (index.scan == nullptr)) {
      refuse(who + "which needs both lower_bound and scan, or neither");
    }
    if (index_count == kMostIndexes) refuse("brings the number of C indexes above " + std::to_string(kMostIndexes));
    info.run = runner(index_count, std::make_index_sequence<kMostIndexes>());
    all_indexes[index_count++] = &index;
    infos.push_back(std::move(info));
  }
  return infos;
}

}  // namespace omenbench
