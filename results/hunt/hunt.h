// What `omenbench hunt` found, as plain values: the places it measured, the lines they form along the axes, what the
// rounds say about each place, and where along each line the winner changes. The search itself is led by frontier.h;
// the program measures; here it becomes verdicts, sentences, JSON, tables and a picture.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run_facts.h"
#include "results/document/document.h"
#include "results/hunt/frontier.h"
#include "results/verdicts.h"

namespace omenbench {

inline constexpr std::string_view kHuntSchema = "omenbench.hunt/1";

enum class HuntAxis : std::uint8_t { kReadShare, kSkew, kScan, kSize };
inline constexpr HuntAxis kHuntAxes[] = {HuntAxis::kReadShare, HuntAxis::kSkew, HuntAxis::kScan, HuntAxis::kSize};

/// "read-share", "skew", "scan", "size".
std::string_view to_string(HuntAxis axis);

/// A place in the space that is searched.
struct HuntPlace {
  std::string dataset;  ///< as `-d` was given
  std::uint64_t keys = 0;
  double read_share = 1;   ///< of the operations; the others insert
  double skew = 0;         ///< theta of a zipfian choice of keys; 0: uniform
  std::uint64_t scan = 0;  ///< entries that each read scans; 0: reads are lookups
  friend bool operator==(const HuntPlace&, const HuntPlace&) = default;
};

double coordinate(const HuntPlace& place, HuntAxis axis);
/// The same place elsewhere on one axis; the value is rounded to what the axis distinguishes.
HuntPlace moved(HuntPlace place, HuntAxis axis, double value);

/// Where a value lies on its axis: logarithms of scan lengths and sizes, else the value itself.
double position_on(HuntAxis axis, double value);
/// The value at a position.
double value_at(HuntAxis axis, double position);
/// Gaps up to this, in positions, are not divided further.
double resolution_of(HuntAxis axis);

/// An index in the rounds that chose the champions of a place.
struct HuntTried {
  std::string index;
  bool learned = false;
  std::vector<double> ns_per_op;  ///< one per round that it took part in
  std::string failure;            ///< empty when all went well
};

struct HuntPoint {
  HuntPlace place;
  bool grid = false;            ///< of the grid; else tried to narrow a crossing
  bool static_allowed = false;  ///< static indexes take part, and there are some
  std::uint64_t operations = 0;
  std::vector<HuntTried> tried;
  std::string learned, baseline;                ///< champions; empty: nothing of that side has a result
  double impression = 0;                        ///< ln(learned / baseline) in the rounds that chose them
  std::vector<double> learned_ns, baseline_ns;  ///< in the rounds after those
  std::string failure;                          ///< why there is no comparison; empty when there is

  std::vector<double> log_ratios() const;
  bool compared() const { return !learned.empty() && !baseline.empty(); }
  /// A hunt may end before it has come to every place of its grid.
  bool attempted() const { return !tried.empty() || !failure.empty() || compared(); }
};

/// Places that differ on one axis only.
struct HuntLine {
  HuntAxis axis{};
  std::vector<std::size_t> points;  ///< ascending along the axis
};

struct HuntReport {
  ToolInfo tool;
  Environment environment;
  nlohmann::ordered_json options;  ///< as they were asked for
  std::uint64_t operations = 0;    ///< of a trial; 0: not known
  std::string started;             ///< UTC, ISO 8601
  std::vector<std::string> indexes;
  std::vector<HuntPoint> points;
  std::vector<HuntLine> lines;
  double target = 2;
  double loaded_share = 1;  ///< of the keys, before the operations start
  double budget_s = 0, spent_s = 0;
  bool interrupted = false;
  bool finished = false;  ///< nothing was left to learn within the resolution
  std::vector<std::string> notes;
};

/// Learned / classical = 1 with the band of a verdict, and 1 / target.
Threshold even_threshold();
Threshold target_threshold(double target);

/// Half way between two points of a line, on the axis's scale.
HuntPlace middle_of(const HuntReport& report, const HuntLine& line, std::size_t first, std::size_t second);
/// The points of a line as frontier.h wants them: those that can be compared.
std::vector<FrontierPoint> frontier_points(const HuntReport& report, const HuntLine& line, const Threshold& threshold);
/// The points of a line that can be compared, in its order.
std::vector<std::size_t> compared_points(const HuntReport& report, const HuntLine& line);

/// What is said of a point.
struct HuntVerdict {
  VerdictWord word = VerdictWord::kUnresolved;  ///< unresolved: a first impression of few rounds, or none at all
  double log_ratio = 0;
  std::optional<Ratio> ratio;      ///< none when unresolved
  bool survives = true;            ///< the correction for the number of points; of wins and loses
  Side target = Side::kUndecided;  ///< below: learned is faster by the target; survives the correction
};

/// One per point; Benjamini and Hochberg's correction over all of them.
std::vector<HuntVerdict> hunt_verdicts(const HuntReport& report);

/// Where the winner changes along a line, or where the region begins in which learned is faster by the target.
struct HuntFrontier {
  std::size_t line = 0;
  bool of_target = false;
  struct Change {
    double from = 0, to = 0, estimate = 0;  ///< values of the axis
    bool learned_first = false;             ///< learned is ahead on the side of the smaller values
    bool jump = false;
    std::size_t from_point = 0, to_point = 0;
  };
  std::vector<Change> changes;
  std::string text;  ///< for people
};
std::vector<HuntFrontier> hunt_frontiers(const HuntReport& report, const std::vector<HuntVerdict>& verdicts);

/// "osm-like 1M, 80 % reads, zipf 0.99, scans of 10", without what `without` names, and of a file's path only its name.
std::string hunt_label(const HuntPlace& place, std::optional<HuntAxis> without);
/// A value with its unit: "80 %", "0.99", "lookups", "100k".
std::string hunt_value(HuntAxis axis, double value);
/// "read share", "skew (zipf theta)", ...
std::string hunt_axis_title(HuntAxis axis);
/// Who wins at how many places, at how many of them learned reaches the target, and where it is best.
std::string hunt_region_text(const HuntReport& report, const std::vector<HuntVerdict>& verdicts);
/// On which machine, between which indexes, with how many operations, and when.
std::string hunt_setting_text(const HuntReport& report);
/// How many places were tried, and whether the hunt came to its end.
std::string hunt_effort_text(const HuntReport& report);

/// The map of one axis: a row per line, a column per value of the grid.
struct HuntPanel {
  HuntAxis axis{};
  std::vector<double> columns;
  struct Row {
    std::size_t line = 0;
    std::string label;
    std::vector<std::optional<std::size_t>> points;  ///< one per column; none: not of this line's grid
  };
  std::vector<Row> rows;
};
std::vector<HuntPanel> hunt_panels(const HuntReport& report);
/// Of a point on a map: "-1.02*" and "alex"; empty where nothing was measured.
struct HuntCellText {
  std::string number, winner;
};
HuntCellText hunt_cell(const HuntPoint& point, const HuntVerdict& verdict);
/// What the numbers and marks of a map mean, one line each.
std::vector<std::string> hunt_legend(double target);

/// The document described by results/schema/omenbench.hunt-1.schema.json.
nlohmann::ordered_json to_json(const HuntReport& report);
/// Maps, then what is said about each line.
Document hunt_document(const HuntReport& report, Detail detail);
/// What figures/hunt.js draws: per axis its columns and rows, with places counted in columns.
nlohmann::json hunt_data(const HuntReport& report);
/// A page that stands on its own: maps, tables and sentences.
std::string hunt_page(const HuntReport& report);

}  // namespace omenbench
