// Three layers: a root picks one of many linear models, which picks the leaf (Kraska et al., "The case for learned
// index structures", SIGMOD 2018, section 3.2, stages of models that each route to the next). The middle layer bends
// where the keys do, so that leaves hold about equally many keys even where the root is far off.
//
// Deviation from the paper: a middle model's leaves begin where the models before it end and are cut off where the next
// one's begin, so that the leaf rises with the key and every leaf holds a contiguous range of keys.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/page_allocator.h"
#include "indexes/learned/linear_model.h"
#include "indexes/learned/rmi_roots.h"

namespace omenbench {

/// A root for RmiLocator made of `Root` and one middle model per `kLeavesPerModel` leaves.
template <class Root, std::uint64_t kLeavesPerModel = 16>
class LayeredRoot {
 public:
  void train(const RootSample& sample, const Key* keys, std::size_t size, std::uint64_t leaves) {
    Root root;
    root.train(sample, keys, size, std::max<std::uint64_t>(1, leaves / kLeavesPerModel));
    train_models(std::move(root), keys, size, leaves);
  }

  std::uint64_t leaf(Key key) const {
    const Model* const model = models_.data() + root_.leaf(key);
    const std::uint64_t last = model[1].first_leaf;
    const Key offset = key - std::min(key, model->first_key);
    return std::min(model->first_leaf + multiply_high(offset, model->slope), last);
  }
  std::uint64_t leaves() const { return leaves_; }
  std::uint64_t size_bytes() const { return models_.size() * sizeof(Model) + root_.size_bytes(); }
  const Root& root() const { return root_; }

  /// What a file keeps of it: words from which `take` makes the same root on the same machine.
  void store(std::vector<std::uint64_t>& words) const {
    const std::size_t begin = words.size();
    words.resize(begin + 1 + kRootWords + models_.size() * kModelWords);
    words[begin] = leaves_;
    std::memcpy(&words[begin + 1], &root_, sizeof root_);
    std::memcpy(&words[begin + 1 + kRootWords], models_.data(), models_.size() * sizeof(Model));
  }
  void take(std::span<const std::uint64_t> words) {
    leaves_ = words[0];
    std::memcpy(static_cast<void*>(&root_), &words[1], sizeof root_);
    models_ = PageArray<Model>((words.size() - 1 - kRootWords) / kModelWords);
    std::memcpy(static_cast<void*>(models_.data()), &words[1 + kRootWords], models_.size() * sizeof(Model));
  }

 private:
  struct Model {
    Key first_key;
    std::uint64_t slope;  ///< leaves per unit of key, times 2^-64
    std::uint64_t first_leaf;
  };
  static constexpr std::size_t kRootWords = (sizeof(Root) + 7) / 8;
  static constexpr std::size_t kModelWords = sizeof(Model) / 8;
  static_assert(sizeof(Model) == 24);

  /// One pass over the keys: a line through the first and the last key of each model.
  void train_models(Root root, const Key* keys, std::size_t size, std::uint64_t leaves) {
    root_ = std::move(root);
    leaves_ = leaves;
    models_ = PageArray<Model>(root_.leaves() + 1);
    const double leaves_per_key = static_cast<double>(leaves) / static_cast<double>(size);
    const auto leaf_of = [&](std::size_t position) {
      return static_cast<std::uint64_t>(static_cast<unsigned __int128>(position) * leaves / size);
    };
    std::size_t begin = 0;
    std::uint64_t open = 0;
    const auto close = [&](std::size_t end, std::uint64_t next) {
      const Key run = end > begin ? keys[end - 1] - keys[begin] : 0;
      const double rise = static_cast<double>(end - begin) * leaves_per_key;
      const double slope = run == 0 ? 0 : rise / (static_cast<double>(run) + 1);
      models_[open] = {begin < size ? keys[begin] : ~Key{0}, fraction_of_2_to_64(slope), leaf_of(begin)};
      const std::uint64_t first_leaf = std::min(leaf_of(end), leaves - 1);
      for (std::uint64_t model = open + 1; model < next; ++model) models_[model] = {~Key{0}, 0, first_leaf};
      begin = end;
      open = next;
    };
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t model = root_.leaf(keys[i]);
      if (model > open) close(i, model);
    }
    close(size, models_.size() - 1);
    models_[models_.size() - 1] = {~Key{0}, 0, leaves - 1};
  }

  Root root_;
  std::uint64_t leaves_ = 0;
  PageArray<Model> models_;
};

}  // namespace omenbench
