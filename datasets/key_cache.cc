// See key_cache.h. Layout: magic (8 bytes), version and length of the description (4 + 4), number of keys (8), SHA-256
// of the description in hexadecimal (64); the description, JSON; zeros up to a page border; the keys, little-endian;
// of byte strings then the text that they are places in, of which the description says how long it is.
#include "datasets/key_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "base/digest.h"
#include "base/held_signals.h"
#include "base/json.h"
#include "core/cache_directory.h"
#include "datasets/key_set.h"
#include "datasets/text_keys.h"

namespace omenbench::datasets {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::uint32_t kVersion = 1;

struct Head {
  char magic[8];
  std::uint32_t version;
  std::uint32_t description_bytes;
  std::uint64_t keys;
  char description_sha256[64];
};
constexpr char kMagic[8] = {'O', 'M', 'B', 'K', 'E', 'Y', 'S', '\n'};

std::size_t keys_offset(std::size_t description_bytes) {
  return (sizeof(Head) + description_bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

std::filesystem::path file_of(const std::filesystem::path& directory, const std::string& digest) {
  return directory / "keys" / (digest + ".keys");
}

std::string describe(const ParsedInfo& info, std::optional<std::string_view> text) {
  nlohmann::json json{{"key_type", info.key_type},
                      {"keys_sha256", info.keys_sha256},
                      {"rows", info.rows},
                      {"duplicates", info.duplicates},
                      {"notes", info.notes}};
  if (text) json["text_bytes"] = text->size();
  return json.dump();
}

std::optional<ParsedInfo> parse_description(std::string_view text, std::optional<std::uint64_t>& text_bytes) {
  const auto json = try_parse_json(text);
  if (!json) return std::nullopt;
  try {
    if (json->contains("text_bytes")) text_bytes = json->at("text_bytes").get<std::uint64_t>();
    return ParsedInfo{json->at("key_type"), json->at("keys_sha256"), json->at("rows"), json->at("duplicates"),
                      json->at("notes")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

/// Writes all of it or says why not.
class Output {
 public:
  explicit Output(const std::filesystem::path& path) : file_(std::fopen(path.c_str(), "wbx")) { note(file_); }
  ~Output() {
    if (file_) std::fclose(file_);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  void write(const void* data, std::size_t bytes) {
    if (ok()) note(bytes == 0 || std::fwrite(data, bytes, 1, file_) == 1);
  }
  void close() {
    if (file_) note(std::fclose(std::exchange(file_, nullptr)) == 0);
  }
  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }

 private:
  void note(bool success) {
    if (!success && ok()) error_ = std::strerror(errno);
  }
  std::FILE* file_;
  std::string error_;
};

}  // namespace

std::filesystem::path cache_directory(const std::filesystem::path& given) {
  return given.empty() ? user_cache_directory() : given;
}

std::optional<CachedKeys> read_cached_keys(const std::filesystem::path& directory, const std::string& digest) {
  const int file = open(file_of(directory, digest).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat status {};
  const bool found = fstat(file, &status) == 0 && status.st_size >= static_cast<off_t>(sizeof(Head));
  const std::size_t bytes = found ? static_cast<std::size_t>(status.st_size) : 0;
  void* address = found ? mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
  close(file);
  if (address == MAP_FAILED) return std::nullopt;
  std::shared_ptr<const void> mapping(address, [bytes](const void* p) { munmap(const_cast<void*>(p), bytes); });

  Head head;
  std::memcpy(&head, address, sizeof head);
  if (std::memcmp(head.magic, kMagic, sizeof kMagic) != 0 || head.version != kVersion) return std::nullopt;
  const std::size_t offset = keys_offset(head.description_bytes);
  if (bytes < offset || (bytes - offset) / sizeof(Key) < head.keys) return std::nullopt;
  const char* base = static_cast<const char*>(address);
  const std::string_view description(base + sizeof head, head.description_bytes);
  if (sha256_of(description) != std::string_view(head.description_sha256, sizeof head.description_sha256)) {
    return std::nullopt;
  }
  std::optional<std::uint64_t> text_bytes;
  auto info = parse_description(description, text_bytes);
  const std::span<const Key> keys(reinterpret_cast<const Key*>(base + offset), head.keys);
  const std::size_t end = offset + keys.size_bytes();
  if (!info || bytes - end != text_bytes.value_or(0)) return std::nullopt;
  std::optional<std::string_view> text;
  if (text_bytes) text = std::string_view(base + end, *text_bytes);
  if ((text ? sha256_of_texts(keys, *text) : sha256_of_keys(keys)) != info->keys_sha256) return std::nullopt;
  return CachedKeys{std::move(*info), keys, text, std::move(mapping)};
}

std::string write_cached_keys(const std::filesystem::path& directory, const std::string& digest, const ParsedInfo& info,
                              std::span<const Key> keys, std::optional<std::string_view> text) {
  const std::filesystem::path target = file_of(directory, digest);
  std::error_code error;
  std::filesystem::create_directories(target.parent_path(), error);
  if (error) return fmt::format("'{}': {}", target.parent_path().string(), error.message());
  const std::string description = describe(info, text);
  Head head{};
  std::memcpy(head.magic, kMagic, sizeof kMagic);
  head.version = kVersion;
  head.description_bytes = static_cast<std::uint32_t>(description.size());
  head.keys = keys.size();
  std::memcpy(head.description_sha256, sha256_of(description).data(), sizeof head.description_sha256);

  const std::filesystem::path temporary =
      target.parent_path() / fmt::format(".{}.{}.{:08x}", digest, getpid(), std::random_device{}());
  const HeldSignals held;
  Output out(temporary);
  out.write(&head, sizeof head);
  out.write(description.data(), description.size());
  const std::string padding(keys_offset(description.size()) - sizeof head - description.size(), '\0');
  out.write(padding.data(), padding.size());
  out.write(keys.data(), keys.size_bytes());
  if (text) out.write(text->data(), text->size());
  out.close();
  if (out.ok()) std::filesystem::rename(temporary, target, error);
  if (out.ok() && !error) return "";
  const std::string reason = out.ok() ? error.message() : out.error();
  std::filesystem::remove(temporary, error);
  return fmt::format("'{}': {}", target.string(), reason);
}

}  // namespace omenbench::datasets
