// See files_reader.h.
#include "datasets/files_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "datasets/archive.h"
#include "datasets/formats/integers.h"

namespace omenbench::datasets {
namespace {

/// The values of all files, in file order.
class FilesReader {
 public:
  explicit FilesReader(const Recipe& recipe) : recipe_(recipe), table_(recipe) {}

  void read(const std::string& file) {
    for_each_member(file, recipe_.member, ArchiveLimits{}, [&](const Member& member, ByteSource& bytes) {
      read_member(bytes, {file, member.archived ? member.name : ""}, member.name);
    });
  }

  PackedKeys finish(const std::string& where) && {
    if (binary_ == 0) return std::move(table_).finish(where);
    if (any_text_) throw Error(where + ": some of its files are SOSD, others text");
    return {std::move(integers_), fmt::format("uint{}", binary_)};
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    if (!table_.guessed_column().empty()) {
      notes.push_back(fmt::format("keys are column '{}', the only plausible one", table_.guessed_column()));
    }
    if (!table_.guessed_header().empty()) {
      notes.push_back(fmt::format("its first line, '{}', is taken for a header", table_.guessed_header()));
    }
    if (table_.skipped_rows() > 0) notes.push_back(fmt::format("{} rows without a key skipped", table_.skipped_rows()));
    return notes;
  }

 private:
  void read_member(ByteSource& bytes, const Place& place, const std::string& name) {
    const int width = binary_width(recipe_, name);
    if (width != 0) {
      binary_ = std::max(binary_, width);
      if (recipe_.format == Recipe::Format::kRaw) {
        read_raw(bytes, width, recipe_.big_endian, place, integers_);
      } else {
        read_sosd(bytes, width, place, integers_);
      }
    } else if (recipe_.format == Recipe::Format::kSosd) {
      throw Error(
          fmt::format("{}: is its SOSD type uint32 or uint64? Its name ends in neither; a recipe can say so "
                      "with field 'bits'",
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
  std::vector<std::uint64_t> integers_;
  int binary_ = 0;
  bool any_text_ = false;
};

}  // namespace

int binary_width(const Recipe& recipe, const std::string& name) {
  if (recipe.format == Recipe::Format::kRaw) return recipe.width_bits;
  const bool maybe_sosd =
      recipe.format == Recipe::Format::kSosd || (recipe.format == Recipe::Format::kAuto && recipe.key.empty());
  if (!maybe_sosd) return 0;
  return recipe.width_bits != 0 ? recipe.width_bits : sosd_width_by_name(name);
}

FileValues read_values(const ResolvedSpec& spec) {
  const std::string where = fmt::format("dataset '{}'", spec.name);
  FilesReader reader(spec.recipe);
  for (const std::string& file : spec.files) reader.read(file);
  FileValues values;
  values.notes = reader.notes();
  values.packed = std::move(reader).finish(where);
  if (values.packed.keys.empty()) throw Error(where + ": holds no keys");
  return values;
}

}  // namespace omenbench::datasets
