// See generator.h.
#include "datasets/generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <cstdlib>

#include "core/error.h"
#include "core/suggest.h"
#include "datasets/key_parsing.h"

namespace omenbench::datasets {
namespace {

std::vector<Generator>& registry() {
  static std::vector<Generator> generators;
  return generators;
}

std::string shown(const Parameter& parameter) {
  return parameter.whole ? fmt::format("{}", parameter.integer) : fmt::format("{}", parameter.value);
}

void set_value(Parameter& parameter, std::string_view text, const std::string& where) {
  const std::string range = parameter.whole
                                ? fmt::format("a whole number from {:.0f} to {:.0f}", parameter.low, parameter.high)
                                : fmt::format("a number from {} to {}", parameter.low, parameter.high);
  const auto fail = [&] {
    throw Error(fmt::format("{}: parameter '{}': {}", where, parameter.name, unexpected(range, text).message));
  };
  if (parameter.whole) {
    const auto value = parse_integer(text);
    if (!value || (value->negative && value->magnitude > 0)) fail();
    parameter.integer = value->magnitude;
    parameter.value = static_cast<double>(value->magnitude);
  } else {
    const auto value = parse_double(text);
    if (!value) fail();
    parameter.value = *value;
  }
  if (parameter.value < parameter.low || parameter.value > parameter.high) fail();
}

}  // namespace

Parameter real_parameter(std::string name, double value, double low, double high, std::string description) {
  return {std::move(name), std::move(description), value, 0, false, low, high};
}

Parameter whole_parameter(std::string name, std::uint64_t value, std::uint64_t low, std::uint64_t high,
                          std::string description) {
  return {std::move(name),          std::move(description),   static_cast<double>(value), value, true,
          static_cast<double>(low), static_cast<double>(high)};
}

const Parameter& Parameters::at(std::string_view name) const {
  const auto found = std::find_if(values_.begin(), values_.end(), [&](const Parameter& p) { return p.name == name; });
  assert(found != values_.end());
  return *found;
}

bool add_generator(Generator generator) {
  auto& all = registry();
  const auto at = std::lower_bound(all.begin(), all.end(), generator.name,
                                   [](const Generator& g, const std::string& name) { return g.name < name; });
  if (generator.name.empty() || !generator.generate == !generator.append ||
      (at != all.end() && at->name == generator.name)) {
    std::fprintf(stderr, "generator '%s' is incomplete or registered twice\n", generator.name.c_str());
    std::abort();
  }
  all.insert(at, std::move(generator));
  return true;
}

TextKeys generate_texts(const Generator& generator, std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  TextKeys keys;
  Rng rng(seed);
  std::string key;
  std::uint64_t number = 0;
  for (int rounds = 0; keys.places.size() < n; ++rounds) {
    // Where most keys are equal to others there are too few of them.
    if (rounds == 64) throw Error(fmt::format("generator '{}': makes too few keys for {}", generator.name, n));
    while (keys.places.size() < n) {
      key.clear();
      generator.append(key, number++, parameters, rng);
      keys.add(key);
    }
    sort_texts(keys);
  }
  return keys;
}

std::span<const Generator> generators() { return registry(); }

const Generator* find_generator(std::string_view name) {
  for (const Generator& generator : registry()) {
    if (generator.name == name) return &generator;
  }
  return nullptr;
}

Parameters parse_parameters(const Generator& generator, std::string_view text) {
  Parameters result(generator.parameters);
  const std::string where = fmt::format("generator '{}'", generator.name);
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const std::size_t equals = item.find('=');
    const std::string name(item.substr(0, equals));
    const auto found = std::find_if(result.values().begin(), result.values().end(),
                                    [&](const Parameter& p) { return p.name == name; });
    if (found == result.values().end()) {
      std::vector<std::string> known;
      for (const Parameter& parameter : generator.parameters) known.push_back(parameter.name);
      const std::string list = known.empty() ? "it has none" : fmt::format("it has {}", fmt::join(known, ", "));
      throw Error(fmt::format("{}: no parameter '{}' ({}){}", where, name, list, did_you_mean(name, known)));
    }
    if (equals == item.npos) throw Error(fmt::format("{}: expected '{}=VALUE', got '{}'", where, name, item));
    set_value(*found, item.substr(equals + 1), where);
  }
  return result;
}

std::string describe(const Generator& generator, const Parameters& parameters) {
  std::vector<std::string> items;
  for (const Parameter& parameter : parameters.values()) {
    items.push_back(fmt::format("{}={}", parameter.name, shown(parameter)));
  }
  return generator.name + (items.empty() ? "" : ":") + fmt::format("{}", fmt::join(items, ","));
}

}  // namespace omenbench::datasets
