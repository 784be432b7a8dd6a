// RadixStringSpline: a tree of error-bounded splines over pieces of strings. Spector, Kipf, Vaidya, Wang, Minhas and
// Kraska, "Bounding the last mile: efficient learned string indexing", arXiv 2111.14905, section 3: a node reads the
// next K bytes of the key as a number and predicts its position by a RadixSpline; numbers for which the spline cannot
// keep its bound, because too many keys share them, are listed in the node's redirector, which leads to a node for the
// keys that share them and the next K bytes. The last mile is a search within the bound.
//
// Deviations from the paper: K is 7, and an eighth byte holds how many bytes were left (at most 8), so that a key that
// has ended and one that goes on with zero bytes are different numbers; a node passes over what all of its keys share
// and compares it once, so that long common prefixes cost one node and not one for every K bytes; a key between two
// redirected numbers is searched between their nodes, which keeps the bound for absent keys too; only nodes of many
// knots have a radix table, others are halved; without the paper's hash corrector, which serves equality lookups only.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/key_kind.h"
#include "indexes/learned/greedy_spline.h"
#include "indexes/static_bytes_index.h"

namespace omenbench {

/// Locator of StaticBytesIndex. `kError` bounds the splines' errors.
template <std::int64_t kError>
class RadixStringSpline {
 public:
  void train(const SortedTexts& texts) {
    if (texts.size() == 0) return;
    std::deque<std::uint32_t> untrained{add_node(0, texts.size(), 0)};
    for (; !untrained.empty(); untrained.pop_front()) {
      for (const std::uint32_t child : train_node(texts, untrained.front())) untrained.push_back(child);
    }
    for (auto* array : {&knot_keys_, &redirected_}) array->shrink_to_fit();
  }

  std::size_t lower_bound(const SortedTexts& texts, Bytes key) const {
    if (nodes_.empty()) return 0;
    for (const Node* node = nodes_.data();;) {
      if (node->skip > 0) {
        const int order =
            key.substr(node->depth, node->skip).compare(texts.key(node->begin).substr(node->depth, node->skip));
        if (order != 0) return order < 0 ? node->begin : node->end;
      }
      const std::uint64_t number = number_at(key, node->depth + node->skip);
      const std::uint64_t* const first = redirected_.data() + node->redirected;
      const std::size_t next = not_above(first, node->redirected_count, number);
      const Node* const below = next == 0 ? nullptr : &nodes_[node->children + next - 1];
      if (below != nullptr && first[next - 1] == number) {
        node = below;
        continue;
      }
      const auto from = static_cast<std::int64_t>(below == nullptr ? node->begin : below->end);
      const auto to =
          static_cast<std::int64_t>(next == node->redirected_count ? node->end : nodes_[node->children + next].begin);
      const std::int64_t guess = predict(*node, number);
      const std::int64_t low = std::clamp(guess - kError - 1, from, to);
      const std::int64_t high = std::clamp(guess + kError + 2, low, to);
      return texts.lower_bound(key, static_cast<std::size_t>(low), static_cast<std::size_t>(high));
    }
  }

  std::uint64_t size_bytes() const {
    return nodes_.capacity() * sizeof(Node) + knot_keys_.capacity() * 8 + knot_values_.capacity() * sizeof(Knot) +
           redirected_.capacity() * 8 + table_.capacity() * 4;
  }

 private:
  static constexpr std::size_t kPiece = 7;
  static constexpr std::size_t kTableFrom = 64;  ///< knots
  static constexpr int kMostBits = 18;

  struct Node {
    std::size_t begin = 0, end = 0;  ///< positions of its keys
    std::uint32_t depth = 0;         ///< bytes that lead here
    std::uint32_t skip = 0;          ///< that all of them share after those
    std::uint32_t knots = 0, knot_count = 0;
    std::uint32_t redirected = 0, redirected_count = 0;
    std::uint32_t children = 0;  ///< node of the first redirected number; the others follow
    std::uint32_t table = 0;
    int bits = 0;  ///< of the radix table; 0: none
    int shift = 0;
  };
  struct Knot {
    double position;
    double slope;
  };

  static std::uint64_t number_at(Bytes key, std::size_t depth) {
    return (head_of(key, depth) & ~std::uint64_t{0xff}) | std::min(key.size() - depth, kPiece + 1);
  }

  /// How many of ascending numbers are not above `number`.
  static std::size_t not_above(const std::uint64_t* numbers, std::size_t count, std::uint64_t number) {
    const std::uint64_t* base = numbers;
    while (count > 0) {
      const std::size_t half = (count + 1) / 2;
      base += base[half - 1] <= number ? half : 0;
      count -= half;
    }
    return static_cast<std::size_t>(base - numbers);
  }

  std::uint32_t add_node(std::size_t begin, std::size_t end, std::size_t depth) {
    nodes_.push_back({.begin = begin, .end = end, .depth = static_cast<std::uint32_t>(depth)});
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  /// Runs of equal numbers among the keys of a node.
  struct Run {
    std::uint64_t number;
    std::size_t begin;
  };

  /// Returns the nodes that this one redirects to.
  std::vector<std::uint32_t> train_node(const SortedTexts& texts, std::uint32_t which) {
    Node node = nodes_[which];
    const Bytes first = texts.key(node.begin);
    node.skip = static_cast<std::uint32_t>(common_prefix(first, texts.key(node.end - 1)) - node.depth);
    const std::size_t depth = node.depth + node.skip;
    std::vector<Run> runs;
    for (std::size_t i = node.begin; i < node.end; ++i) {
      const std::uint64_t number = number_at(texts.key(i), depth);
      if (runs.empty() || runs.back().number != number) runs.push_back({number, i});
    }
    fit(node, runs);
    std::vector<std::uint32_t> children;
    node.redirected = static_cast<std::uint32_t>(redirected_.size());
    node.children = static_cast<std::uint32_t>(nodes_.size());
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const std::size_t end = r + 1 == runs.size() ? node.end : runs[r + 1].begin;
      const std::int64_t guess = predict(node, runs[r].number);
      const auto begins = static_cast<std::int64_t>(runs[r].begin), ends = static_cast<std::int64_t>(end) - 1;
      if (begins >= guess - kError && ends <= guess + kError) continue;
      redirected_.push_back(runs[r].number);
      // A single key beyond the bound, which rounding alone can cause, has no further bytes to be told apart by.
      const std::size_t read = (runs[r].number & 0xff) > kPiece ? kPiece : 0;
      children.push_back(add_node(runs[r].begin, end, depth + read));
    }
    node.redirected_count = static_cast<std::uint32_t>(children.size());
    nodes_[which] = node;
    return children;
  }

  /// The greedy spline through (number, position of the run's first key).
  void fit(Node& node, const std::vector<Run>& runs) {
    node.knots = static_cast<std::uint32_t>(knot_keys_.size());
    SplineCorridor corridor(kError);
    std::size_t knot = 0;
    const auto add_knot = [&](std::size_t from, std::size_t to) {
      const double rise = static_cast<double>(runs[to].begin - runs[from].begin);
      const double run = static_cast<double>(runs[to].number - runs[from].number);
      knot_keys_.push_back(runs[from].number);
      knot_values_.push_back({static_cast<double>(runs[from].begin), from == to ? 0 : rise / run});
    };
    const auto run_to = [&](std::size_t i) { return runs[i].number - runs[knot].number; };
    const auto rise_to = [&](std::size_t i) { return static_cast<std::int64_t>(runs[i].begin - runs[knot].begin); };
    for (std::size_t i = 1; i < runs.size(); ++i) {
      if (i == knot + 1) {
        corridor.start(run_to(i), rise_to(i));
      } else if (!corridor.narrow(run_to(i), rise_to(i))) {
        add_knot(knot, i - 1);
        knot = i - 1;
        corridor.start(run_to(i), rise_to(i));
      }
    }
    if (knot + 1 < runs.size()) add_knot(knot, runs.size() - 1);
    add_knot(runs.size() - 1, runs.size() - 1);
    node.knot_count = static_cast<std::uint32_t>(knot_keys_.size()) - node.knots;
    if (node.knot_count >= kTableFrom) make_table(node);
  }

  void make_table(Node& node) {
    const std::uint64_t* const keys = knot_keys_.data() + node.knots;
    const std::uint64_t range = keys[node.knot_count - 1] - keys[0];
    node.bits = std::min(kMostBits, static_cast<int>(std::bit_width(node.knot_count)));
    node.shift = std::max(0, static_cast<int>(std::bit_width(range)) - node.bits);
    node.table = static_cast<std::uint32_t>(table_.size());
    std::uint32_t knot = 0;
    for (std::uint64_t bucket = 0; bucket <= range >> node.shift; ++bucket) {
      while (knot < node.knot_count && (keys[knot] - keys[0]) >> node.shift < bucket) ++knot;
      table_.push_back(knot);
    }
    table_.push_back(node.knot_count);
  }

  std::int64_t predict(const Node& node, std::uint64_t number) const {
    const std::uint64_t* const keys = knot_keys_.data() + node.knots;
    if (number <= keys[0]) return static_cast<std::int64_t>(node.begin);
    if (number > keys[node.knot_count - 1]) return static_cast<std::int64_t>(node.end);
    std::size_t from = 0, count = node.knot_count;
    if (node.bits != 0) {
      const std::uint32_t* const bucket = table_.data() + node.table + ((number - keys[0]) >> node.shift);
      from = bucket[0];
      count = bucket[1] - from;
    }
    const std::size_t at = from + not_above(keys + from, count, number) - 1;
    const Knot& knot = knot_values_[node.knots + at];
    return static_cast<std::int64_t>(knot.position + static_cast<double>(number - keys[at]) * knot.slope);
  }

  std::vector<Node> nodes_;
  std::vector<std::uint64_t> knot_keys_;
  std::vector<Knot> knot_values_;
  std::vector<std::uint64_t> redirected_;
  std::vector<std::uint32_t> table_;
};

}  // namespace omenbench
