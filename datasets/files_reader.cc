// See files_reader.h.
#include "datasets/files_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "datasets/archive.h"
#include "datasets/duckdb/duckdb_files.h"
#include "datasets/key_parsing.h"
#include "datasets/query/query.h"

namespace omenbench::datasets {
namespace {

/// The values of all files, in file order.
class FilesReader {
 public:
  explicit FilesReader(const Recipe& recipe) : recipe_(recipe), table_(recipe) {}

  void read(const std::string& file) {
    const auto visit = [&](const Member& member, ByteSource& bytes) {
      read_member(bytes, {file, member.archived ? member.name : ""}, member.name);
    };
    const PassedOver passed_over = for_each_member(file, recipe_.member, ArchiveLimits{}, visit);
    if (passed_over_.members == 0) passed_over_.first = passed_over.first;
    passed_over_.members += passed_over.members;
  }

  PackedKeys finish(const std::string& where) && {
    if (!binary_) return std::move(table_).finish(where);
    if (any_text_) throw Error(where + ": some of its files are SOSD, others text");
    const bool negative = binary_->numbers == Numbers::kSigned &&
                          std::ranges::any_of(numbers_, [](std::uint64_t word) { return word >= kSignBit; });
    if (negative) {
      for (std::uint64_t& word : numbers_) word ^= kSignBit;
    }
    const bool mapped = negative || binary_->numbers == Numbers::kFloating;
    return {std::move(numbers_), binary_->name() + (mapped ? " (order-preserving)" : ""), {}};
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes = table_.notes();
    if (passed_over_.members > 0) {
      notes.push_back(fmt::format(
          "{} archive member{} passed over that {} no file of {} own (link, device, what macOS "
          "adds), the first {}",
          passed_over_.members, passed_over_.members == 1 ? "" : "s", passed_over_.members == 1 ? "is" : "are",
          passed_over_.members == 1 ? "its" : "their", passed_over_.first));
    }
    return notes;
  }
  std::uint64_t skipped_rows() const { return table_.skipped_rows(); }

 private:
  void read_member(ByteSource& bytes, const Place& place, const std::string& name) {
    const auto form = binary_form(recipe_, name);
    if (form) {
      // Those of one kind may have either width.
      const bool alike = !binary_ || binary_->numbers == form->numbers;
      if (!alike) {
        throw Error(fmt::format("{}: holds numbers of type {}, the files before it {}", place.text(), form->name(),
                                binary_->name()));
      }
      if (!binary_ || form->bits > binary_->bits) binary_ = form;
      if (recipe_.format == Recipe::Format::kRaw) {
        read_raw(bytes, *form, place, numbers_);
      } else {
        read_sosd(bytes, *form, place, numbers_);
      }
    } else if (recipe_.format == Recipe::Format::kSosd) {
      throw Error(
          fmt::format("{}: of which type are its numbers? Its name does not end in uint64, int64, double or the like; "
                      "FILE:@sosd-uint64 or a recipe with field 'bits' says so",
                      place.text()));
    } else if (recipe_.format == Recipe::Format::kJson) {
      any_text_ = true;
      table_.add_json(bytes, place, name);
    } else {
      any_text_ = true;
      table_.add(bytes, place, name);
    }
  }

  const Recipe& recipe_;
  TableParser table_;
  std::vector<std::uint64_t> numbers_;
  std::optional<BinaryForm> binary_;
  PassedOver passed_over_;
  bool any_text_ = false;
};

}  // namespace

std::optional<BinaryForm> binary_form(const Recipe& recipe, const std::string& name) {
  if (recipe.format == Recipe::Format::kRaw) return recipe.binary;
  const bool maybe_sosd =
      recipe.format == Recipe::Format::kSosd || (recipe.format == Recipe::Format::kAuto && recipe.key.empty());
  if (!maybe_sosd) return std::nullopt;
  return recipe.binary ? recipe.binary : binary_form_by_name(name);
}

FileValues read_values(const ResolvedSpec& spec) {
  if (are_for_duckdb(spec.files)) return read_duckdb_values(spec);
  const std::string where = fmt::format("dataset '{}'", spec.name);
  FilesReader reader(spec.recipe);
  for (const std::string& file : spec.files) reader.read(file);
  FileValues values;
  values.notes = reader.notes();
  const std::uint64_t skipped = reader.skipped_rows();
  values.packed = std::move(reader).finish(where);
  if (values.packed.keys.empty()) {
    throw Error(skipped == 0 ? where + ": holds no keys"
                             : fmt::format("{}: holds no keys: none of its {} rows has one", where, skipped));
  }
  std::ranges::move(values.packed.notes, std::back_inserter(values.notes));
  return values;
}

}  // namespace omenbench::datasets
