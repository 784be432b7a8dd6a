// The floor of reads where payloads are records: the record at a position that was computed beforehand.
#include <algorithm>

#include "harness/register.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

/// As in reference/oracle_gather.cc, with the records in one array in the order of the keys.
class OracleGather {
 public:
  static constexpr const char* kLayout = "one array in the order of the keys";

  void hold_records(std::uint64_t bytes) { bytes_ = bytes; }

  void build(std::span<const Entry> entries) {
    keys_ = PageArray<Key>(entries.size());
    records_ = PageArray<char>(entries.size() * bytes_);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      keys_[i] = entries[i].key;
      write_record(records_.data() + i * bytes_, bytes_, entries[i].payload);
    }
  }

  /// `position` is that of the first entry not below the operation's key.
  std::uint64_t answer(const Operation& operation, std::uint64_t position) const {
    switch (operation.kind) {
      case OpKind::kLowerBound:
        return position == keys_.size() ? kAbsentAnswer : entry_answer(entry(position));
      case OpKind::kScan: {
        const std::uint64_t end = std::min<std::uint64_t>(keys_.size(), position + operation.argument);
        std::uint64_t sum = 0;
        for (std::uint64_t i = position; i < end; ++i) sum += entry_answer(entry(i));
        return sum * kGoldenGamma + (end - position);
      }
      default:
        return position == kNoPosition ? kAbsentAnswer : read(position);
    }
  }

  /// What an index must have; an oracle is never asked.
  bool find(Key, Payload&) const { return false; }

  std::uint64_t size_bytes() const { return keys_.size() * sizeof(Key) + records_.size(); }

 private:
  std::uint64_t read(std::uint64_t position) const {
    return record_answer(records_.data() + position * bytes_, bytes_);
  }
  Entry entry(std::uint64_t position) const { return {keys_[position], read(position)}; }

  std::uint64_t bytes_ = kLeastRecordBytes;
  PageArray<Key> keys_;
  PageArray<char> records_;
};

const bool registered = add_records<OracleGather>("oracle-gather");

}  // namespace
}  // namespace omenbench
