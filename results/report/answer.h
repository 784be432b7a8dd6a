// What a first reader sees: what was compared, who was ahead where, what the verdicts of all rows come to, and what to
// do next.
#pragma once

#include <string>

#include "results/report/markup.h"

namespace omenbench::report {

/// As markup, with the id "answer".
std::string answer_html(const Result& result);
/// The command that runs the result again, with the names of keys and plugins that may lie elsewhere. Not escaped.
std::string repeat_command(const Result& result);

}  // namespace omenbench::report
