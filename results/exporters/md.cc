// Markdown, as `report --format md` prints it: for pull requests, issues and papers.
#include "results/exporter.h"
#include "results/table.h"

namespace omenbench {
namespace {

std::string write(const Result& result, const ExportOptions&) { return render_markdown(result); }

const bool registered = register_exporter({.name = "md",
                                           .summary = "Markdown tables, for pull requests and issues",
                                           .knows_windows = true,
                                           .knows_bounds = true,
                                           .knows_metrics = false,
                                           .write = write});

}  // namespace
}  // namespace omenbench
