// A recursive model index of two layers as a model of PagedArray: a root picks one of many linear leaves, the leaf says
// where a key lies (Kraska et al., "The case for learned index structures", SIGMOD 2018, section 3.2; over
// pages, section 2, it has to name the page only). The kind of root is tuned as CDFShop does (Marcus, Zhang and Kraska,
// "CDFShop: exploring and optimizing learned index structures", SIGMOD 2020 demo): every kind is trained, and the one
// stays with which the keys of the file take the fewest reads.
//
// Deviations: those of rmi_roots.h and rmi_leaves.h; the number of leaves follows from the number of keys and is not
// tuned; a leaf's window is not searched to its ends, PagedArray gallops from its middle.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/index.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/leaf_page.h"
#include "indexes/disk/page_file.h"
#include "indexes/learned/rmi_layers.h"
#include "indexes/learned/rmi_leaves.h"
#include "indexes/learned/rmi_piecewise.h"
#include "indexes/learned/rmi_roots.h"

namespace omenbench::disk {

template <std::uint64_t kKeysPerLeaf>
class RmiModel {
 public:
  static std::vector<std::uint64_t> fit(PageFile&, std::span<const Key> keys) {
    const RootSample sample(keys.data(), keys.size());
    std::vector<std::uint64_t> best;
    std::uint64_t fewest = ~std::uint64_t{0};
    const auto consider = [&]<std::size_t... kKinds>(std::index_sequence<kKinds...>) {
      (keep_better<kKinds>(sample, keys, best, fewest), ...);
    };
    consider(std::make_index_sequence<std::variant_size_v<Root>>());
    return best;
  }

  RmiModel(BufferPool&, std::span<const std::uint64_t> words) : words_(words.begin(), words.end()) {
    const std::span<const std::uint64_t> root = words.subspan(kHeadWords, words[2]);
    const auto take = [&]<std::size_t... kKinds>(std::index_sequence<kKinds...>) {
      ((words[1] == kKinds ? take_root(root_.template emplace<kKinds>(), root) : void()), ...);
    };
    take(std::make_index_sequence<std::variant_size_v<Root>>());
    for (std::size_t at = kHeadWords + root.size(); at < words.size(); at += 2) {
      leaves_.push_back(std::bit_cast<RmiLeaf>(std::array{words[at], words[at + 1]}));
    }
  }

  std::uint64_t position(Key key) {
    const std::uint64_t leaf = std::visit([&](const auto& root) { return root.leaf(key); }, root_);
    return middle(leaves_[leaf], key, words_[0]);
  }

  const std::vector<std::uint64_t>& words() const { return words_; }
  std::uint64_t model_bytes() const { return words_.size() * sizeof(std::uint64_t); }
  std::uint64_t inner_bytes() const { return 0; }
  std::vector<Counter> counters() const { return {{"leaf_models", leaves_.size()}, {"kind_of_root", words_[1]}}; }

 private:
  using Root =
      std::variant<LinearSplineRoot, LinearRoot, CubicRoot, RadixRoot, PiecewiseRoot, LayeredRoot<PiecewiseRoot>>;
  static constexpr std::size_t kHeadWords = 3;  ///< keys, kind of root, words of the root; then root and leaves
  static_assert(sizeof(RmiLeaf) == 16);

  template <class R>
  static void store_root(const R& root, std::vector<std::uint64_t>& words) {
    if constexpr (std::is_trivially_copyable_v<R>) {
      words.resize(words.size() + (sizeof root + 7) / 8);
      std::memcpy(&words[kHeadWords], &root, sizeof root);
    } else {
      root.store(words);
    }
  }
  template <class R>
  static void take_root(R& root, std::span<const std::uint64_t> words) {
    if constexpr (std::is_trivially_copyable_v<R>) {
      std::memcpy(static_cast<void*>(&root), words.data(), sizeof root);
    } else {
      root.take(words);
    }
  }

  struct KeyColumn {
    std::span<const Key> all;
    const Key* keys() const { return all.data(); }
    std::size_t size() const { return all.size(); }
  };

  static std::uint64_t middle(const RmiLeaf& leaf, Key key, std::uint64_t size) {
    const LeafWindow window = leaf.window(key, size);
    return window.length == RmiLeaf::kUnbounded ? window.begin : window.begin + window.length / 2;
  }

  /// About what PagedArray reads for a key whose page is so many pages from the predicted one.
  static std::uint64_t reads_at(std::uint64_t distance) {
    return distance == 0 ? 1 : 2 * static_cast<std::uint64_t>(std::bit_width(distance));
  }

  template <std::size_t kKind>
  static void keep_better(const RootSample& sample, std::span<const Key> keys, std::vector<std::uint64_t>& best,
                          std::uint64_t& fewest) {
    std::variant_alternative_t<kKind, Root> root{};
    root.train(sample, keys.data(), keys.size(), std::max<std::uint64_t>(1, keys.size() / kKeysPerLeaf));
    RmiLeaves leaves;
    leaves.train(root, KeyColumn{keys});
    std::uint64_t reads = 0;
    for (std::uint64_t i = 0; i < keys.size(); ++i) {
      const std::uint64_t guess = middle(leaves[root.leaf(keys[i])], keys[i], keys.size());
      const std::uint64_t page = i / LeafPage::kCapacity;
      const std::uint64_t predicted = std::min<std::uint64_t>(guess, keys.size() - 1) / LeafPage::kCapacity;
      reads += reads_at(std::max(page, predicted) - std::min(page, predicted));
    }
    if (reads >= fewest) return;
    fewest = reads;
    best = {keys.size(), kKind, 0};
    store_root(root, best);
    best[2] = best.size() - kHeadWords;
    for (std::uint64_t i = 0; i < leaves.size(); ++i) {
      const auto two = std::bit_cast<std::array<std::uint64_t, 2>>(leaves[i]);
      best.insert(best.end(), two.begin(), two.end());
    }
  }

  std::vector<std::uint64_t> words_;
  Root root_;
  std::vector<RmiLeaf> leaves_;
};

}  // namespace omenbench::disk
