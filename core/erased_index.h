// An ordered in-process index behind virtual calls, for hosts that reach it by a call of their own per operation (a
// door, core/registry.h). Nothing that is timed by itself goes this way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>

#include "core/index.h"
#include "core/types.h"

namespace omenbench {

/// The operations of core/index.h. What `capabilities` does not offer throws std::logic_error.
class ErasedIndex {
 public:
  virtual ~ErasedIndex() = default;
  virtual Capabilities capabilities() const = 0;
  virtual void build(std::span<const Entry> entries) = 0;
  virtual bool find(Key key, Payload& payload) = 0;
  virtual std::size_t scan(Key from, std::span<Entry> out) = 0;
  virtual bool update(Key key, Payload payload) = 0;
  virtual bool insert(Key key, Payload payload) = 0;
  virtual bool erase(Key key) = 0;
};

template <class I>
requires Index<I> && Ordered<I>
class Erased final : public ErasedIndex {
 public:
  Capabilities capabilities() const override { return capabilities_of<I>(); }
  void build(std::span<const Entry> entries) override { index_.build(entries); }
  bool find(Key key, Payload& payload) override { return index_.find(key, payload); }
  std::size_t scan(Key from, std::span<Entry> out) override { return index_.scan(from, out); }

  bool update(Key key, Payload payload) override {
    if constexpr (Updatable<I>) return index_.update(key, payload);
    throw std::logic_error("the index cannot update");
  }

  bool insert(Key key, Payload payload) override {
    if constexpr (Insertable<I>) return index_.insert(key, payload);
    throw std::logic_error("the index cannot insert");
  }

  bool erase(Key key) override {
    if constexpr (Erasable<I>) return index_.erase(key);
    throw std::logic_error("the index cannot erase");
  }

 private:
  I index_;
};

using MakeErased = std::unique_ptr<ErasedIndex> (*)();

template <class I>
std::unique_ptr<ErasedIndex> make_erased() {
  return std::make_unique<Erased<I>>();
}

}  // namespace omenbench
