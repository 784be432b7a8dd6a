// Claims with what became of them, as a command tells them.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "harness/run_facts.h"
#include "harness/session/lost_processor.h"
#include "results/claims/claims.h"
#include "results/document/document.h"

namespace omenbench {

struct Judged {
  Claim claim;
  ClaimVerdict verdict;
  std::string failure;                 ///< why nothing was measured; else empty
  std::vector<MachineDoubt> doubts{};  ///< about the machine of its run
  Repeats repeats{};                   ///< of its run
};

/// `comparisons` as correct_claims() returned them. Terminals get a paragraph per claim, all else one table.
Document claims_document(std::span<const Judged> all, std::size_t comparisons, Detail detail);
/// What can be judged, before anything was.
Document claims_list(std::span<const Claim> claims);
nlohmann::ordered_json claims_list_json(std::span<const Claim> claims);
inline constexpr const char* kClaimsSchema = "omenbench.claims/1";

/// The document of that schema.
nlohmann::ordered_json claims_json(std::span<const Judged> all, std::size_t comparisons);

}  // namespace omenbench
