// What is learned in bytes_routed_btree.cc: a directory over the boundaries between the leaves of a B+tree of byte
// strings (bytes_btree.h) that leads to a leaf past all inner nodes. A key's word is its eight bytes behind what all
// separators share; words are numbers that order as the keys do, so that the directory of routed_btree.h, an adaptive
// radix table over boundaries, serves as it is. The tree stays complete below it and answers for the keys that a word
// does not tell from a separator.
//
// Leaves know the words of the separators on both sides. A word that is not below its leaf's upper one is either equal
// to it, and then only whole keys tell on which side one lies, or the leaf has been split since by a separator that the
// directory cannot hold, because its word is one of these two.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/key_kind.h"
#include "core/types.h"
#include "indexes/learned/routed_directory.h"
#include "indexes/static_bytes_index.h"
#include "indexes/trees/bytes_btree_node.h"

namespace omenbench::bytes_btree {

class LearnedRouter {
 public:
  static constexpr bool kRoutes = true;

  /// A leaf and the shortest text that is not above its keys.
  struct Part {
    std::string low;
    Leaf* leaf;
  };

  /// Begins anew for all leaves of a tree, in order; the first has no separator.
  void plan(const std::vector<Part>& parts) {
    ++plans_;
    directory_.reset();
    splits_ = 0;
    limit_ = parts.size() + kFewLeaves;
    if (parts.size() < kFewLeaves) return;
    prefix_ = parts[1].low.substr(0, common_prefix(parts[1].low, parts.back().low));
    std::size_t beyond = 0;  // separators that are longer than their words
    for (const Part& part : parts) beyond += part.low.size() > prefix_.size() + sizeof(Key);
    if (beyond > parts.size() / kMostBeyond) return;
    std::vector<Boundary<Leaf>> boundaries;
    boundaries.reserve(parts.size() - 1);
    parts[0].leaf->floor = 0;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const Key word = word_beside(parts[i].low);
      parts[i].leaf->floor = parts[i - 1].leaf->ceiling = word;
      if (boundaries.empty() ? word > 0 : word > boundaries.back().key) {
        boundaries.push_back({word, parts[i].leaf});
      } else if (!boundaries.empty()) {
        boundaries.back().right = parts[i].leaf;
      }
    }
    parts.back().leaf->ceiling = kEmptySlot;
    if (!boundaries.empty() && boundaries.back().key == kEmptySlot) boundaries.pop_back();
    directory_.emplace();
    directory_->build(parts[0].leaf, boundaries);
    const auto shape = directory_->shape();
    if (shape.in_trees > shape.boundaries / kMostInTrees) directory_.reset();
  }

  /// The leaf of a key, or null where it takes the tree to tell.
  template <bool kOrdered>
  Leaf* find(Bytes key) const {
    if (!directory_ || !key.starts_with(prefix_)) return nullptr;
    const Key word = head_of(key, prefix_.size());
    Leaf* const leaf = directory_->find(word);
    leaf->prefetch_tags();
    if (kOrdered) leaf->prefetch_heads();
    if (word < leaf->ceiling) [[likely]]
      return leaf;
    Leaf* const right = leaf->next;
    return right != nullptr && word > right->floor && word < right->ceiling ? right : nullptr;
  }

  /// `left` has been split by a separator.
  void split(Leaf& left, Leaf& right, Bytes separator) {
    ++splits_;
    if (!directory_) return;
    const Key word = word_beside(separator);
    right.ceiling = std::exchange(left.ceiling, word);
    right.floor = word;
    if (left.floor < word && word < right.ceiling) directory_->insert(&left, {word, &right});
  }

  /// Whether so many leaves have been split that it is time to plan anew.
  bool outgrown() const { return splits_ >= limit_; }

  std::uint64_t size_bytes() const { return directory_ ? directory_->size_bytes() : 0; }
  bool routes() const { return directory_.has_value(); }
  std::size_t plans() const { return plans_; }

 private:
  static constexpr std::size_t kFewLeaves = 64;
  /// Where more than one separator in so many is longer than a word, words tell too few keys apart.
  static constexpr std::size_t kMostBeyond = 4;
  /// Where more than one boundary in so many lies in a tree of the directory, the tree below is as good.
  static constexpr std::size_t kMostInTrees = 4;

  /// The word of a separator; of one without the prefix that of the nearest text with it.
  Key word_beside(Bytes separator) const {
    if (separator.starts_with(prefix_)) return head_of(separator, prefix_.size());
    return separator < prefix_ ? 0 : kEmptySlot;
  }

  std::string prefix_;
  std::optional<RoutedDirectory<Leaf>> directory_;
  std::size_t splits_ = 0, limit_ = kFewLeaves, plans_ = 0;
};

}  // namespace omenbench::bytes_btree
