// The report: one HTML page that holds everything a reader or reviewer of a run needs and loads nothing from anywhere.
// Tables are written here, so that they read without JavaScript; charts are drawn in the browser by ECharts from a
// small JSON block that the page carries.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace omenbench {

/// Renders a result document (schema `omenbench.result/1`) as one self-contained page.
/// What the document lacks is left out or shown as a dash; every text of it is escaped. The Content-Security-Policy of
/// the page allows its own scripts and style (by their sha256) and nothing else.
/// Throws Error when `result` is not a document of that schema.
std::string render_report(const nlohmann::json& result);

}  // namespace omenbench
