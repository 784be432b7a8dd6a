// The rows that a hunt measures: keys loaded when a place first needs them, and the indexes that can take part there.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/row_rounds.h"
#include "tools/omenbench/hunt_search.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {

/// A place ready to measure. Not movable: `rounds` refers to `plan` and `input`.
struct HuntRow {
  std::unique_ptr<RowKeys> keys;
  RowPlan plan;
  RowInput input;
  std::vector<RowRounds::Contestant> contestants;
  bool static_allowed = false;
  std::unique_ptr<RowRounds> rounds;
};

class HuntRows {
 public:
  /// Loads what the grid's centre needs. Throws Error for unknown names.
  HuntRows(const HuntSettings& settings, const Announce& announce);

  /// The centre of the grid for each dataset and number of keys.
  const std::vector<HuntPlace>& bases() const { return bases_; }

  /// Whether the dataset holds so many keys; where its own are not counted yet, by what is known of it.
  bool exists(const HuntPlace& place) const;

  /// The last row is kept, as a hunt stays at a place for several rounds. Throws Error when it cannot be had.
  std::shared_ptr<const HuntRow> row(const HuntPlace& place);

  /// Fills in what the report says about tool, machine, options and indexes.
  void describe(HuntReport& report) const;

 private:
  const Dataset& dataset(const std::string& spec, std::uint64_t keys);
  std::uint64_t usual_keys(const std::string& spec);
  void check_sizes(const std::string& spec);
  DatasetRequest request(const std::string& spec, std::uint64_t keys) const;
  bool takes_part(const WorkerIndex& index) const;
  void choose_indexes();

  const HuntSettings& settings_;
  const Announce& announce_;
  PreparedRun run_;
  std::vector<HuntPlace> bases_;
  double loaded_share_ = 1;
  TrialLimits limits_;
  std::vector<std::string> left_out_;
  std::map<std::string, std::uint64_t> held_;  ///< keys that a dataset holds, where that is known
  std::map<std::pair<std::string, std::uint64_t>, Dataset> datasets_;
  HuntPlace current_;
  std::shared_ptr<const HuntRow> row_;
};

}  // namespace omenbench
