// Ways of answering wrongly that a checksum could miss: each is a right index with one mistake, small and late enough
// to look like work. A trial must come out as `wrong_result` for every one of them, and the conformance check must find
// it.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "core/trial_io.h"
#include "core/types.h"
#include "harness/register.h"
#include "tests/workloads/map_index.h"

namespace omenbench {
namespace {

/// What the mistakes are made in.
struct Right : MapIndex {
  bool holds(Key key) const {
    Payload payload;
    return find(key, payload);
  }
  /// The entry behind `key`; false: there is none.
  bool after(Key key, Entry& entry) const { return key != ~Key{0} && MapIndex::lower_bound(key + 1, entry); }
};

/// Says that it has updated, and has not.
struct UpdatesNothing : Right {
  bool update(Key key, Payload) { return holds(key); }
};

/// Every payload but the first: the version that a key holds is one too old.
struct UpdatesTooLate : Right {
  bool update(Key key, Payload payload) {
    if (late_) MapIndex::update(late_->key, late_->payload);
    late_ = Entry{key, payload};
    return holds(key);
  }

 private:
  std::optional<Entry> late_;
};

/// Writes to the key after the one that was meant.
struct UpdatesTheNeighbour : Right {
  bool update(Key key, Payload payload) {
    Entry next;
    if (holds(key) && after(key, next)) return MapIndex::update(next.key, payload);
    return holds(key);
  }
};

/// Takes an insert and drops it.
struct InsertsNothing : Right {
  bool insert(Key key, Payload) { return !holds(key); }
};

/// Inserts with the payload of the key's neighbour.
struct InsertsTheNeighboursPayload : Right {
  bool insert(Key key, Payload payload) {
    Entry next;
    return MapIndex::insert(key, lower_bound(key, next) ? next.payload : payload);
  }
};

struct ErasesNothing : Right {
  bool erase(Key key) { return holds(key); }
};

struct ErasesTheNeighbour : Right {
  bool erase(Key key) {
    Entry next;
    return holds(key) && MapIndex::erase(after(key, next) ? next.key : key);
  }
};

/// Leaves the last entry out when the keys reach no further.
struct ScansOneShort : Right {
  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::size_t count = MapIndex::scan(from, out);
    return count > 0 && count < out.size() ? count - 1 : count;
  }
};

/// Gives the last entry twice when the keys reach no further.
struct ScansOneLong : Right {
  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::size_t count = MapIndex::scan(from, out);
    if (count == 0 || count == out.size()) return count;
    out[count] = out[count - 1];
    return count + 1;
  }
};

/// Begins behind the key that it was asked for.
struct ScansFromTheNext : Right {
  std::size_t scan(Key from, std::span<Entry> out) const {
    return MapIndex::scan(from == ~Key{0} ? from : from + 1, out);
  }
};

/// The right entries from the largest down.
struct ScansBackwards : Right {
  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::size_t count = MapIndex::scan(from, out);
    std::ranges::reverse(out.first(count));
    return count;
  }
};

/// Two entries in the middle changed places, as after a merge of two runs.
struct ScansInDisorder : Right {
  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::size_t count = MapIndex::scan(from, out);
    if (count >= 4) std::swap(out[count / 2 - 1], out[count / 2]);
    return count;
  }
};

/// The right keys and the right payloads, but not together: what is right is only their sum.
struct ScansOthersPayloads : Right {
  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::size_t count = MapIndex::scan(from, out);
    if (count >= 2) std::swap(out[0].payload, out[1].payload);
    return count;
  }
};

/// One entry too far.
struct BoundsTheNext : Right {
  bool lower_bound(Key key, Entry& entry) const {
    Entry next;
    if (!MapIndex::lower_bound(key, entry)) return false;
    if (after(entry.key, next)) entry = next;
    return true;
  }
};

/// An entry too early where the key itself is absent.
struct BoundsThePrevious : Right {
  bool lower_bound(Key key, Entry& entry) const {
    const std::scoped_lock lock(mutex_);
    auto at = map_.lower_bound(key);
    if (at != map_.begin() && (at == map_.end() || at->first != key)) --at;
    if (at == map_.end()) return false;
    entry = {at->first, at->second};
    return true;
  }
};

/// Finds nothing where only the last entry is left.
struct BoundsWithoutTheEnd : Right {
  bool lower_bound(Key key, Entry& entry) const {
    return MapIndex::lower_bound(key, entry) && map_.upper_bound(entry.key) != map_.end();
  }
};

/// Lookups of a pair of neighbours get each other's payload.
struct SwapsNeighbours : Right {
  void build(std::span<const Entry> entries) {
    MapIndex::build(entries);
    if (entries.size() < 2) return;
    const std::size_t at = entries.size() / 2;
    MapIndex::update(entries[at - 1].key, entries[at].payload);
    MapIndex::update(entries[at].key, entries[at - 1].payload);
  }
};

/// Answers batches one by one, rightly; to be spoiled.
struct BatchIndex : Right {
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = find(keys[i], payloads[i]);
  }
};

/// The answers are right, in another order than the questions.
struct BatchesInDisorder : BatchIndex {
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    BatchIndex::find_batch(keys, payloads, found);
    if (keys.size() < 2) return;
    std::swap(payloads[0], payloads[1]);
    std::swap(found[0], found[1]);
  }
};

/// Leaves out the end of a batch that is not full.
struct BatchesWithoutTheEnd : BatchIndex {
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    BatchIndex::find_batch(keys, payloads, found);
    if (keys.size() != kBatchSize) found.back() = false;
  }
};

template <class I>
bool add(const char* name) {
  return add_index<I>({.name = name,
                       .display = "a map with a mistake",
                       .family = Family::kTree,
                       .citation = "for tests",
                       .peak_bytes_per_key = 100});
}

const bool registered[] = {
    add<UpdatesNothing>("test-updates-nothing"),
    add<UpdatesTooLate>("test-updates-too-late"),
    add<UpdatesTheNeighbour>("test-updates-the-neighbour"),
    add<InsertsNothing>("test-inserts-nothing"),
    add<InsertsTheNeighboursPayload>("test-inserts-the-neighbours-payload"),
    add<ErasesNothing>("test-erases-nothing"),
    add<ErasesTheNeighbour>("test-erases-the-neighbour"),
    add<ScansOneShort>("test-scans-one-short"),
    add<ScansOneLong>("test-scans-one-long"),
    add<ScansFromTheNext>("test-scans-from-the-next"),
    add<ScansBackwards>("test-scans-backwards"),
    add<ScansInDisorder>("test-scans-in-disorder"),
    add<ScansOthersPayloads>("test-scans-others-payloads"),
    add<BoundsTheNext>("test-bounds-the-next"),
    add<BoundsThePrevious>("test-bounds-the-previous"),
    add<BoundsWithoutTheEnd>("test-bounds-without-the-end"),
    add<SwapsNeighbours>("test-swaps-neighbours"),
    add<BatchesInDisorder>("test-batches-in-disorder"),
    add<BatchesWithoutTheEnd>("test-batches-without-the-end"),
};

}  // namespace
}  // namespace omenbench
