// Everything that a run can be told, once: its option on the command line, its field in plan files and in the journal,
// and its place in Plan. A new option is a member of Plan and a line of the table in plan_options.cc; help, completion,
// every command that names it, plan files and what --resume refuses follow from there.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/workers.h"
#include "tools/omenbench/plan.h"

namespace omenbench {

struct PlanOption {
  enum class Takes { kNothing, kOne, kOneOrNothing, kMany };
  using Json = nlohmann::json;
  using Texts = std::vector<std::string>;

  std::string field;  ///< in plan files; "": the option sets fields of others
  std::string names;  ///< on the command line, as CLI11 wants them: "-n,--keys"; "": in plan files only
  std::string help;
  Takes takes = Takes::kOne;
  std::string shown{};  ///< of its value, in --help; "": as usual
  /// Sets the plan by what was given on the command line. Throws Error naming the option.
  std::function<void(Plan&, const Texts&)> parse{};
  /// Sets the plan by a plan file. Throws Error or the JSON library's exceptions.
  std::function<void(Plan&, const Json&)> read{};
  /// Null: not written.
  std::function<nlohmann::ordered_json(const Plan&)> write{};

  /// "--keys" of "-n,--keys".
  std::string_view long_name() const { return std::string_view(names).substr(names.rfind(',') + 1); }
};

/// In the order of help and plan files; the options of the command line apply in this order, too.
const std::vector<PlanOption>& plan_options();

/// `--pg-bin`: "DIR" or "NAME=DIR". Throws Error.
ServerPrograms parse_pg_bin(const std::string& text);

/// The workers, plugins and server programs that a plan wants. Throws Error.
WorkerOptions worker_options(const Plan& plan);

/// What was given on a command line.
class GivenOptions {
 public:
  bool any() const { return !texts_.empty(); }
  /// By its long name: "--keys".
  bool has(std::string_view long_name) const;
  void apply_to(Plan& plan) const;
  void take(const PlanOption& option, std::vector<std::string> texts) { texts_[&option] = std::move(texts); }
  /// As if it had been given. REQUIRES: the table has an option of that long name.
  void set(std::string_view long_name, const std::string& text);

 private:
  std::map<const PlanOption*, std::vector<std::string>> texts_;
};

/// An option that a command takes from the table, perhaps with a help text of its own.
struct ChosenOption {
  std::string_view long_name;
  std::string_view help{};
};

/// Declares all options of the table, or the chosen ones, on a command.
void add_plan_options(CLI::App& app, GivenOptions& given);
void add_plan_options(CLI::App& app, GivenOptions& given, const std::vector<ChosenOption>& chosen);

}  // namespace omenbench
