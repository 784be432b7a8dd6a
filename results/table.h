// A result for people: one table per row with its verdicts, what it measured beyond, then winners, headlines and the
// meaning of the words.
#pragma once

#include <string>

#include "results/document/document.h"
#include "results/result.h"

namespace omenbench {

/// Brief: one verdict per class of opponents, the other metrics in a sentence below it.
Document result_document(const Result& result, Detail detail);

/// "osm_cellids_1M  1,036,094 keys  sosd-lookup  1 thread".
std::string row_title(const Row& row);

/// The document for a terminal, and as Markdown.
std::string render_table(const Result& result, const TextLook& look = {});
std::string render_markdown(const Result& result);

}  // namespace omenbench
