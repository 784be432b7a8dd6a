// Builds archives in memory for tests, through libarchive's writer.
//
// needs: archive.h archive (libarchive-dev)
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <utility>
#include <vector>

namespace omenbench::datasets {

using Members = std::vector<std::pair<std::string, std::string>>;

/// `format`: "zip", "tar" or "raw" (one member); `filter`: "none", "gzip", "xz", "zstd" or "bzip2".
inline std::string make_archive(const std::string& format, const std::string& filter, const Members& members) {
  archive* a = archive_write_new();
  if (filter != "none") archive_write_add_filter_by_name(a, filter.c_str());
  if (format == "zip") archive_write_set_format_zip(a);
  if (format == "tar") archive_write_set_format_pax_restricted(a);
  if (format == "raw") archive_write_set_format_raw(a);
  std::vector<char> buffer(4 << 20);
  std::size_t used = 0;
  archive_write_set_bytes_in_last_block(a, 1);
  archive_write_open_memory(a, buffer.data(), buffer.size(), &used);
  for (const auto& [name, content] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(a, entry);
    archive_write_data(a, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
  return {buffer.data(), used};
}

inline std::string compress(const std::string& filter, const std::string& content) {
  return make_archive("raw", filter, {{"data", content}});
}

}  // namespace omenbench::datasets
