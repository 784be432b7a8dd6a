// The rows that a hunt measures: keys loaded when a place first needs them, and the indexes that can take part there.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policies/hunt_search.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {

struct HuntSettings {
  Plan plan;       ///< datasets, indexes, operations, budget, seed and limits; keys empty: each dataset's usual number
  HuntPlace base;  ///< without dataset and keys
  bool hashes = false;  ///< hash maps are opponents too
  HuntSearch search;
  bool usual_indexes = false;  ///< none were named: of byte strings others take part
};

class HuntRows final : public HuntGround {
 public:
  /// Loads what the grid's centre needs. Throws Error for unknown names.
  HuntRows(const HuntSettings& settings, const std::filesystem::path& scratch, const Announce& announce);

  const std::vector<HuntPlace>& bases() const override { return bases_; }
  bool exists(const HuntPlace& place) const override;
  std::shared_ptr<const HuntRow> row(const HuntPlace& place, std::size_t number) override;

  Session& session() { return session_; }
  /// Of the journal: without rows, which are found on the way.
  RunHeader header() const;
  /// Private ones, of the engines that take part.
  void start_servers();

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
  std::set<KeyKind> kinds_;  ///< that take the keys of all datasets
  PreparedRun run_;
  ProcessRunner runner_;
  Session session_;
  std::vector<HuntPlace> bases_;
  double loaded_share_ = 1;
  std::vector<std::string> left_out_;
  std::map<std::string, std::uint64_t> held_;  ///< keys that a dataset holds, where that is known
  std::map<std::pair<std::string, std::uint64_t>, Dataset> datasets_;
  HuntPlace current_;
  std::shared_ptr<const HuntRow> row_;
};

}  // namespace omenbench
