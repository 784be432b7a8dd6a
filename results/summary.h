// A run in short: how cells ended, who wins how often, and the sentences a person reads first. Computed from the rows
// of a result document, so that documents put together from several runs get theirs the same way.
#pragma once

#include <nlohmann/json.hpp>

namespace omenbench {

/// The `summary` of a result document that has everything else.
nlohmann::ordered_json summary_of(const nlohmann::ordered_json& result);

}  // namespace omenbench
