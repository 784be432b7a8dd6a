// LaTeX, as `report --format latex` prints it: tables for a paper.
#include "results/exporter.h"
#include "results/table.h"

namespace omenbench {
namespace {

std::string write(const Result& result, const ExportOptions&) {
  return as_latex(result_document(result, Detail::kFull));
}

const bool registered = register_exporter({.name = "latex",
                                           .summary = "LaTeX tables (booktabs), for papers",
                                           .knows_windows = true,
                                           .knows_bounds = true,
                                           .knows_metrics = false,
                                           .write = write});

}  // namespace
}  // namespace omenbench
