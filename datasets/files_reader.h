// Reads all files of a dataset, text or binary, into values in the order in which they stand there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/formats/table.h"
#include "datasets/recipe.h"
#include "datasets/spec.h"

namespace omenbench::datasets {

/// The values of a dataset's files, in file order, equal ones included.
struct FileValues {
  PackedKeys packed;
  std::vector<std::string> notes;
};

/// Throws Error, beginning with "dataset 'NAME'" or the file's name, when there is nothing or nothing readable.
FileValues read_values(const ResolvedSpec& spec);

/// What a recipe or the file's `name` says of the numbers of a binary file; none when it is read as text.
std::optional<BinaryForm> binary_form(const Recipe& recipe, const std::string& name);

}  // namespace omenbench::datasets
