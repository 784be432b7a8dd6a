// load_dataset and its companions: resolve the name, read the files or the cache, make the keys distinct, sample.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <tuple>
#include <utility>

#include "base/digest.h"
#include "base/numbers.h"
#include "core/error.h"
#include "core/rng.h"
#include "datasets/archive.h"
#include "datasets/catalogue.h"
#include "datasets/dataset.h"
#include "datasets/files_reader.h"
#include "datasets/generator.h"
#include "datasets/key_cache.h"
#include "datasets/key_set.h"
#include "datasets/spec.h"
#include "datasets/text_keys.h"

namespace omenbench {
namespace {

namespace ds = datasets;

/// Bumped whenever the same files and recipe would give other keys than before.
constexpr int kParserVersion = 4;

struct ParsedKeys {
  std::vector<Key> keys;            ///< sorted, distinct
  std::optional<std::string> text;  ///< byte strings: what the keys are places in
  ds::ParsedInfo info;
};

ParsedKeys parse_files(const ds::ResolvedSpec& spec, Duplicates duplicates) {
  const std::string where = fmt::format("dataset '{}'", spec.name);
  ds::FileValues values = ds::read_values(spec);
  ParsedKeys parsed;
  parsed.info.notes = std::move(values.notes);
  parsed.info.rows = values.packed.keys.size();
  parsed.info.key_type = std::move(values.packed.type);
  parsed.keys = std::move(values.packed.keys);
  if (values.packed.text) {
    if (duplicates == Duplicates::kSequence) throw Error(ds::no_sequence(spec.name));
    if (duplicates == Duplicates::kKeep) {
      throw Error(where + ": '--duplicates keep' is for 64-bit keys, these are byte strings");
    }
    ds::TextKeys texts{std::move(*values.packed.text), std::move(parsed.keys)};
    parsed.info.duplicates = ds::sort_texts(texts);
    parsed.info.keys_sha256 = ds::sha256_of_texts(texts.places, texts.text);
    parsed.keys = std::move(texts.places);
    parsed.text = std::move(texts.text);
    return parsed;
  }
  ds::sort_keys(parsed.keys);
  parsed.info.duplicates = ds::count_duplicates(parsed.keys);
  const int bits = ds::make_distinct(parsed.keys, duplicates, where);
  if (bits > 0) {
    parsed.info.notes.push_back(fmt::format("equal keys made distinct by a sequence number in {}",
                                            counted(static_cast<std::uint64_t>(bits), "low-order bit")));
  }
  parsed.info.keys_sha256 = ds::sha256_of_keys(parsed.keys);
  return parsed;
}

/// The files whose content is read: what a database was told last stands in a log beside it.
std::vector<std::string> contents_of(const ds::ResolvedSpec& spec) {
  std::vector<std::string> contents = spec.files;
  for (const std::string& file : spec.files) {
    if (const std::string log = file + ".wal"; std::filesystem::is_regular_file(log)) contents.push_back(log);
  }
  return contents;
}

/// Everything the keys depend on.
std::string cache_digest(const ds::ResolvedSpec& spec, Duplicates duplicates) {
  std::string text = fmt::format("{}\n{}\n{}\n{}\n", kParserVersion, ds::sha256_of_files(contents_of(spec)),
                                 spec.recipe.identity, to_string(duplicates));
  // Names count: suffixes tell formats, and recipes may take dates from them.
  for (const std::string& file : spec.files) text += std::filesystem::path(file).filename().string() + "\n";
  return sha256_of(text);
}

/// Of each file what becomes another when it is written to or replaced.
std::vector<std::array<std::int64_t, 4>> stamps_of(const ds::ResolvedSpec& spec) {
  std::vector<std::array<std::int64_t, 4>> stamps;
  for (const std::string& file : contents_of(spec)) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) facts = {};  // it is gone, which is another thing as well
    stamps.push_back(
        {static_cast<std::int64_t>(facts.st_ino), facts.st_size, facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec});
  }
  return stamps;
}

std::string source_of_files(const std::vector<std::string>& files) {
  const auto name = [](const std::string& file) { return std::filesystem::path(file).filename().string(); };
  if (files.size() == 1) return name(files[0]);
  return fmt::format("{} files, {} to {}", files.size(), name(files.front()), name(files.back()));
}

/// Keys with their text, owned.
Dataset own_texts(DatasetInfo info, ds::TextKeys texts) {
  const auto owner = std::make_shared<const ds::TextKeys>(std::move(texts));
  info.n = owner->places.size();
  info.sha256 = ds::sha256_of_texts(owner->places, owner->text);
  return {std::move(info), owner->places, owner, owner->text};
}

void refuse_byte_strings(const std::string& name, const DatasetRequest& request) {
  if (request.byte_strings) return;
  throw Error(
      fmt::format("dataset '{}': its keys are byte strings, which are not taken here ('omenbench run', 'decide' and "
                  "'data describe' do); a recipe makes 64-bit keys of their first 8 bytes: type 'prefix'",
                  name));
}

/// Keys in memory of their own, kept by what comes second.
std::pair<std::span<const Key>, std::shared_ptr<const void>> own(std::vector<Key> keys) {
  auto owner = std::make_shared<const std::vector<Key>>(std::move(keys));
  const std::span<const Key> span = *owner;
  return {span, std::move(owner)};
}

/// What is known without reading them.
DatasetInfo info_of_files(const ds::ResolvedSpec& spec) {
  DatasetInfo info;
  info.name = spec.name;
  info.kind = "real";
  info.source = spec.entry ? spec.entry->source : source_of_files(spec.files);
  if (spec.entry) {
    info.citation = spec.entry->licence;
    if (!spec.entry->citation.empty()) info.citation += "; " + spec.entry->citation;
  }
  return info;
}

Dataset load_files(const ds::ResolvedSpec& spec, const DatasetRequest& request) {
  const std::filesystem::path cache = ds::cache_directory(request.cache);
  std::span<const Key> keys;
  std::optional<std::string_view> text;
  std::shared_ptr<const void> storage;
  ds::ParsedInfo parsed;
  const auto before = stamps_of(spec);
  // A column that gave 64-bit keys gives the same to whoever would take byte strings too.
  const std::string digest = cache_digest(spec, request.duplicates);
  const std::string digest_of_texts = sha256_of(digest + " bytes");
  auto cached = cache.empty() ? std::nullopt : ds::read_cached_keys(cache, digest);
  if (!cached && !cache.empty() && request.byte_strings) cached = ds::read_cached_keys(cache, digest_of_texts);
  if (cached) {
    keys = cached->keys;
    text = cached->text;
    storage = std::move(cached->mapping);
    parsed = std::move(cached->info);
  } else {
    ParsedKeys fresh = parse_files(spec, request.duplicates);
    const bool changed = stamps_of(spec) != before;
    const std::string obstacle = changed         ? "a file changed while it was read, and these may be of no version"
                                 : cache.empty() ? "neither XDG_CACHE_HOME nor HOME is set"
                                                 : ds::write_cached_keys(cache, fresh.text ? digest_of_texts : digest,
                                                                         fresh.info, fresh.keys, fresh.text);
    parsed = std::move(fresh.info);
    if (!obstacle.empty()) parsed.notes.push_back("parsed keys could not be cached: " + obstacle);
    const auto owner = std::make_shared<const ParsedKeys>(std::move(fresh));
    keys = owner->keys;
    if (owner->text) text = *owner->text;
    storage = owner;
  }

  DatasetInfo info = info_of_files(spec);
  info.n = keys.size();
  info.sha256 = parsed.keys_sha256;
  info.rows = parsed.rows;
  info.duplicates = parsed.duplicates;
  info.duplicates_dropped = request.duplicates == Duplicates::kDrop ? parsed.duplicates : 0;
  info.key_type = parsed.key_type;
  info.notes = parsed.notes;
  if (!spec.namesake.empty()) info.notes.insert(info.notes.begin(), spec.namesake);
  const bool pinned = spec.entry && !spec.entry->sha256.empty() && request.duplicates == Duplicates::kDrop;
  if (pinned && spec.entry->sha256 != info.sha256) {
    throw Error(fmt::format("dataset '{}': sha256 of its keys mismatch, expected {}, got {}", spec.name,
                            spec.entry->sha256, info.sha256));
  }

  if (text) refuse_byte_strings(spec.name, request);
  if (request.keys && *request.keys > info.n) {
    throw Error(fmt::format("dataset '{}': {} keys asked for, it has {}", spec.name, *request.keys, info.n));
  }
  if (request.keys && *request.keys < info.n) {
    info.notes.push_back(fmt::format("sampled from {} keys with seed {}", info.n, request.seed));
    if (text) return own_texts(std::move(info), ds::sample_texts(keys, *text, *request.keys, request.seed));
    std::tie(keys, storage) = own(ds::sample_keys(keys, *request.keys, request.seed));
    info.n = keys.size();
    info.sha256 = ds::sha256_of_keys(keys);
  }
  return {std::move(info), keys, std::move(storage), text};
}

DatasetInfo info_of_generated(const ds::ResolvedSpec& spec, const DatasetRequest& request) {
  DatasetInfo info;
  info.name = spec.name;
  info.kind = "generated";
  info.source = fmt::format("{} seed {}", ds::describe(*spec.generator, spec.parameters), request.seed);
  info.key_type = spec.generator->append ? "byte strings" : "uint64";
  return info;
}

Dataset load_generated(const ds::ResolvedSpec& spec, const DatasetRequest& request) {
  const std::uint64_t n = request.keys.value_or(ds::kDefaultKeys);
  if (spec.generator->append) {
    refuse_byte_strings(spec.name, request);
    DatasetInfo info = info_of_generated(spec, request);
    info.rows = n;
    return own_texts(std::move(info), ds::generate_texts(*spec.generator, n, spec.parameters,
                                                         mix64(request.seed, spec.generator->name)));
  }
  std::vector<Key> generated = spec.generator->generate(n, spec.parameters, mix64(request.seed, spec.generator->name));
  DatasetInfo info = info_of_generated(spec, request);
  info.n = generated.size();
  info.rows = generated.size();
  info.sha256 = ds::sha256_of_keys(generated);
  auto [keys, storage] = own(std::move(generated));
  return {std::move(info), keys, std::move(storage)};
}

/// The count at the head of a SOSD file, read without the rest. Not that of an uncompressed file too short for it:
/// reading says what is wrong with that.
std::optional<std::uint64_t> sosd_count(const ds::ResolvedSpec& spec) {
  if (spec.files.size() != 1) return std::nullopt;
  std::optional<std::uint64_t> count;
  ds::for_each_member(spec.files[0], spec.recipe.member, {}, [&](const ds::Member& member, ds::ByteSource& bytes) {
    const bool raw = spec.recipe.format == ds::Recipe::Format::kRaw;
    char head[8];
    std::uint64_t value = 0;
    if (raw || member.archived || !ds::binary_form(spec.recipe, member.name)) return;
    if (bytes.read(head) != sizeof head) return;
    std::memcpy(&value, head, sizeof value);
    const std::filesystem::path path = spec.files[0];
    const auto width = static_cast<std::uint64_t>(ds::binary_form(spec.recipe, member.name)->bits) / 8;
    const bool plain = path.filename() == member.name;
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (plain && (error || value > size / width)) return;
    count = value;
  });
  return count;
}

ds::ResolvedSpec resolve(const DatasetRequest& request) {
  ds::ResolvedSpec spec = ds::resolve_spec(request.spec, ds::cache_directory(request.cache));
  if (!request.name.empty()) spec.name = request.name;
  spec.recipe.byte_strings = request.byte_strings;
  return spec;
}

void check_request(const DatasetRequest& request) {
  if (request.keys && *request.keys == 0) {
    throw Error(fmt::format("dataset '{}': at least one key is needed", request.spec));
  }
}

}  // namespace

std::vector<std::string> dataset_names(const std::vector<std::string>& specs, const std::filesystem::path& cache) {
  return ds::distinct_names(specs, ds::cache_directory(cache));
}

Dataset load_dataset(const DatasetRequest& request) {
  check_request(request);
  const ds::ResolvedSpec spec = resolve(request);
  Dataset loaded = spec.generator ? load_generated(spec, request) : load_files(spec, request);
  if (request.duplicates != Duplicates::kKeep) return loaded;
  DatasetInfo info = loaded.info();
  info.name += kRepeatsSuffix;
  const auto keep = std::make_shared<const Dataset>(std::move(loaded));
  return {std::move(info), keep->keys(), keep, keep->text()};
}

OriginalValues load_original(const DatasetRequest& request) {
  check_request(request);
  const ds::ResolvedSpec spec = resolve(request);
  OriginalValues original;
  const std::uint64_t n = request.keys.value_or(ds::kDefaultKeys);
  if (spec.generator && spec.generator->append) {
    refuse_byte_strings(spec.name, request);
    ds::TextKeys made =
        ds::generate_texts(*spec.generator, n, spec.parameters, mix64(request.seed, spec.generator->name));
    original.values = std::move(made.places);
    original.text = std::move(made.text);
    original.info = info_of_generated(spec, request);
  } else if (spec.generator) {
    const auto make = spec.generator->arrivals ? spec.generator->arrivals : spec.generator->generate;
    original.values = make(n, spec.parameters, mix64(request.seed, spec.generator->name));
    original.info = info_of_generated(spec, request);
    original.has_order = spec.generator->arrivals != nullptr;
  } else {
    ds::FileValues read = ds::read_values(spec);
    if (read.packed.text) refuse_byte_strings(spec.name, request);
    original.text = std::move(read.packed.text);
    original.info = info_of_files(spec);
    original.info.key_type = std::move(read.packed.type);
    original.info.notes = std::move(read.notes);
    if (!spec.namesake.empty()) original.info.notes.insert(original.info.notes.begin(), spec.namesake);
    original.values = std::move(read.packed.keys);
    original.has_order = true;
  }
  original.info.rows = original.values.size();
  return original;
}

std::optional<std::uint64_t> estimate_keys(const DatasetRequest& request) {
  check_request(request);
  const ds::ResolvedSpec spec = resolve(request);
  if (request.keys) return request.keys;
  if (spec.generator) return ds::kDefaultKeys;
  if (spec.entry && spec.entry->keys && request.duplicates == Duplicates::kDrop) return spec.entry->keys;
  return sosd_count(spec);
}

std::vector<DatasetListing> list_datasets() {
  std::vector<DatasetListing> listings;
  const std::filesystem::path cache = ds::cache_directory({});
  for (const ds::CatalogueEntry& entry : ds::catalogue()) {
    listings.push_back({entry.name, "real", entry.description, !ds::locate_files(entry, cache).empty()});
  }
  for (const ds::Generator& generator : ds::generators()) {
    std::vector<std::string> parameters;
    for (const ds::Parameter& p : generator.parameters) {
      const std::string value = p.whole ? fmt::format("{}", p.integer) : fmt::format("{}", p.value);
      parameters.push_back(fmt::format("{}={} ({})", p.name, value, p.description));
    }
    const std::string separator = parameters.empty() ? "" : "; ";
    listings.push_back({generator.name, "generator",
                        generator.description + separator + fmt::format("{}", fmt::join(parameters, ", ")), true});
  }
  return listings;
}

}  // namespace omenbench
