// Published claims as data: what was said, what to run, and which comparison decides. A claim is split into parts, each
// of which compares a numerator with a denominator (or with a number) in some rows of one run.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/result.h"

namespace omenbench {

/// Which side of a part, and where.
struct ClaimSide {
  std::vector<std::string> indexes;  ///< alternatives: the fastest of them, chosen on other rounds than it is judged on
  std::string dataset = "*", workload = "*";  ///< globs over rows
  std::uint64_t keys = 0;                     ///< rows of this many keys as the plan names them; 0: all
};

struct ClaimPart {
  std::string text;
  std::string metric = "throughput";  ///< see metric_names(); all are better when smaller
  ClaimSide numerator;
  ClaimSide denominator;  ///< no indexes: the numerator's value itself is compared
  enum class Combine { kEvery, kSome, kGeomean } combine = Combine::kGeomean;
  enum class Relation { kAtLeast, kAtMost } relation = Relation::kAtLeast;
  double threshold = 1;
};

struct Claim {
  std::string id, text, source;
  std::string untestable;  ///< why it cannot be run here; then it has neither plan nor parts
  nlohmann::json plan;     ///< as docs/plans.md has it
  bool any_part = false;   ///< one part suffices; else all must hold
  std::vector<ClaimPart> parts;
  std::string remark;  ///< what a reader should know about how the claim was read
};

enum class ClaimWord : std::uint8_t { kHolds, kRefuted, kInconclusive, kNotTestable };
std::string_view to_string(ClaimWord word);

/// One part, judged.
struct PartVerdict {
  ClaimWord word = ClaimWord::kInconclusive;
  std::string reason;                   ///< why inconclusive or not testable; else empty
  std::optional<double> value, lo, hi;  ///< the ratio (or value) that decided, with its interval
  std::string conditions;               ///< which sides and rows it comes from
  /// That chance alone put the rounds where they are: two-sided sign test on the threshold (Mann and Whitney's where
  /// rows differ), times the rows that it was picked from. 1 when nothing was compared.
  double p_value = 1;
  bool survives = false;  ///< Holm's correction, see correct_claims()
};

struct ClaimVerdict {
  ClaimWord word = ClaimWord::kInconclusive;
  std::vector<PartVerdict> parts;  ///< in the order of Claim::parts
  bool one_part_decides = false;   ///< one part is enough for this word; else every part is needed
  bool survives = false;           ///< the parts that decide do, see correct_claims()
};

/// throughput, dependent, p50, p99, p99.9, max, build, bytes, index_bytes, bytes_per_key, net (of an engine's floor);
/// of engines disk_bytes, of those that count pages reads (per operation) and inner_bytes (model and inner pages).
const std::vector<std::string>& metric_names();

/// The claims of one file; `where` is named in errors. Throws Error on what is missing, unknown or impossible.
std::vector<Claim> read_claims(std::string_view text, const std::string& where);

/// Those that are part of the program, in the order of their files.
std::vector<Claim> built_in_claims();

/// What a result says about a claim. Rounds of one row are paired; rows that differ between the sides are compared as
/// two samples.
ClaimVerdict adjudicate(const Claim& claim, const Result& result);

/// Holm's correction over all parts of all these claims: among many comparisons some pass by chance. Sets `survives`;
/// what is inconclusive or not testable never does. Returns the number of comparisons.
std::size_t correct_claims(std::span<ClaimVerdict* const> verdicts);

}  // namespace omenbench
