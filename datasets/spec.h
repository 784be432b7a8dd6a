// What `-d` was given, resolved: files with a recipe, a catalogue entry, or a generator with its parameters.
#pragma once

#include <string>
#include <vector>

#include "datasets/catalogue.h"
#include "datasets/generator.h"
#include "datasets/recipe.h"

namespace omenbench::datasets {

struct ResolvedSpec {
  std::string name;                       ///< for DatasetInfo::name
  std::string long_name;                  ///< of files: the same with the suffixes of the file's name
  const CatalogueEntry* entry = nullptr;  ///< a dataset of the catalogue
  const Generator* generator = nullptr;   ///< a generated one
  Parameters parameters;                  ///< of the generator
  std::vector<std::string> files;         ///< else: these
  Recipe recipe;                          ///< for them
  std::string namesake;                   ///< what else has the file's name, for people; empty: nothing
};

/// An existing file is a file first; then with a column or recipe after its last colon; then a name of the catalogue;
/// then a generator; then a glob. "NAME:" is never a file's. Files of catalogue entries are located too. Throws Error,
/// with a suggestion.
ResolvedSpec resolve_spec(const std::string& spec, const std::filesystem::path& cache);

/// As dataset_names() of dataset.h.
std::vector<std::string> distinct_names(const std::vector<std::string>& specs, const std::filesystem::path& cache);

}  // namespace omenbench::datasets
