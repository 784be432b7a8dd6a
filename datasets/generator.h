// Generated datasets and their registry. A generator is one file in generators/ that ends in
// `const bool registered = add_generator({...});`. Its keys depend on number, parameters and seed alone: arithmetic is
// either integer or plain IEEE doubles without contraction, and logarithm and exponential are ours (portable_math.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/rng.h"
#include "core/types.h"
#include "datasets/text_keys.h"

namespace omenbench::datasets {

/// A number as given: integers keep all of their 64 bits.
struct Parameter {
  std::string name;
  std::string description;
  double value = 0;           ///< as given, or its default
  std::uint64_t integer = 0;  ///< the same for whole parameters
  bool whole = false;
  double low = 0, high = 0;  ///< legal values, both included
};

/// A real parameter for a generator's declaration.
Parameter real_parameter(std::string name, double value, double low, double high, std::string description);
/// A whole one.
Parameter whole_parameter(std::string name, std::uint64_t value, std::uint64_t low, std::uint64_t high,
                          std::string description);

/// All parameters of one generator, with the values given or their defaults.
class Parameters {
 public:
  Parameters() = default;
  explicit Parameters(std::vector<Parameter> values) : values_(std::move(values)) {}
  /// REQUIRES: the generator declared it.
  double real(std::string_view name) const { return at(name).value; }
  std::uint64_t whole(std::string_view name) const { return at(name).integer; }
  std::vector<Parameter>& values() { return values_; }
  const std::vector<Parameter>& values() const { return values_; }

 private:
  const Parameter& at(std::string_view name) const;
  std::vector<Parameter> values_;
};

struct Generator {
  std::string name;         ///< kebab-case
  std::string description;  ///< one line
  std::vector<Parameter> parameters;
  /// Exactly n strictly ascending keys. Throws Error when n do not fit 64 bits with these parameters. Null: the keys
  /// are byte strings.
  std::vector<Key> (*generate)(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) = nullptr;
  /// The same keys in the order in which they would arrive, if that is another one.
  std::vector<Key> (*arrivals)(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) = nullptr;
  /// Instead of `generate`: appends one byte string, the `number`-th; equal ones are made again.
  void (*append)(std::string& key, std::uint64_t number, const Parameters& parameters, Rng& rng) = nullptr;
};

/// Exactly n byte strings of a generator that has them. Throws Error when it has fewer with these parameters.
TextKeys generate_texts(const Generator& generator, std::uint64_t n, const Parameters& parameters, std::uint64_t seed);

/// Ends the process with a message on a duplicate or incomplete generator: a bug found at the first start.
bool add_generator(Generator generator);

/// Sorted by name.
std::span<const Generator> generators();
const Generator* find_generator(std::string_view name);

/// "param=value,param=value"; "" gives the defaults. Throws Error with a suggestion.
Parameters parse_parameters(const Generator& generator, std::string_view text);

/// "lognormal:scale=1e+15,sigma=2": every parameter with its value.
std::string describe(const Generator& generator, const Parameters& parameters);

/// Keys when none are asked for.
inline constexpr std::uint64_t kDefaultKeys = 1'000'000;

}  // namespace omenbench::datasets
