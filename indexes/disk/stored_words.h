// What an index keeps of itself in its file besides pages of entries: a few words, or a model of many. Page 0 says
// where they are; a file is complete once its index has stored them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/page_allocator.h"
#include "indexes/disk/page_file.h"

namespace omenbench::disk {

/// Page 0.
struct FilePage {
  static constexpr std::uint64_t kMagic = 0x3167707a6e656d6fULL;

  PageHead head;
  std::uint64_t magic;
  std::uint64_t words;     ///< that the index stored
  std::uint64_t checksum;  ///< of them
  PageId first;            ///< the first of the pages that hold them
  PageId pages;            ///< of the file
  char rest[kPageBytes - 48];
};
static_assert(sizeof(FilePage) == kPageBytes);

struct WordPage {
  static constexpr std::size_t kCapacity = (kPageBytes - sizeof(PageHead)) / sizeof(std::uint64_t);
  PageHead head;
  std::uint64_t words[kCapacity];
};
static_assert(sizeof(WordPage) == kPageBytes);

/// Makes page 0 of a fresh file; everything else comes after it.
inline void begin_file(PageFile& file) { file.add(1); }

inline std::uint64_t checksum_of(std::span<const std::uint64_t> words) {
  std::uint64_t sum = words.size();
  for (const std::uint64_t word : words) sum = mix64(sum, word);
  return sum;
}

/// Writes the words behind the last page, and page 0 that tells where. REQUIRES: begin_file was called once.
inline void store_words(PageFile& file, std::span<const std::uint64_t> words) {
  const PageId first = file.pages();
  PageWriter writer(file);
  for (std::size_t begin = 0; begin < words.size(); begin += WordPage::kCapacity) {
    auto& page = writer.append<WordPage>(PageKind::kModel);
    const auto part = words.subspan(begin, std::min(WordPage::kCapacity, words.size() - begin));
    std::ranges::copy(part, page.words);
    page.head.count = static_cast<std::uint16_t>(part.size());
  }
  writer.flush();
  PageArray<FilePage> page(1);
  page[0].head = {.id = 0, .kind = PageKind::kFile};
  page[0].magic = FilePage::kMagic;
  page[0].words = words.size();
  page[0].checksum = checksum_of(words);
  page[0].first = first;
  page[0].pages = file.pages();
  file.write(0, page.data());
}

/// Reads what was stored. Throws PageFileError for what is no page file, or a damaged one.
inline std::vector<std::uint64_t> load_words(PageFile& file) {
  PageArray<FilePage> page(1);
  file.read(0, page.data());
  file.expect(0, page[0].head);
  if (page[0].magic != FilePage::kMagic) throw PageFileError(file.path(), "is none: its first page says otherwise");
  if (file.pages() < page[0].pages) {
    throw PageFileError(file.path(), "ends after " + std::to_string(file.pages()) + " pages, expected " +
                                         std::to_string(page[0].pages));
  }
  std::vector<std::uint64_t> words;
  PageArray<WordPage> part(1);
  for (PageId id = page[0].first; words.size() < page[0].words; ++id) {
    file.read(id, part.data());
    file.expect(id, part[0].head);
    if (part[0].head.count == 0 || part[0].head.count > WordPage::kCapacity) {
      throw PageFileError(file.path(), "page " + std::to_string(id) + " is damaged: it holds no words");
    }
    words.insert(words.end(), part[0].words, part[0].words + part[0].head.count);
  }
  if (words.size() != page[0].words || checksum_of(words) != page[0].checksum) {
    throw PageFileError(file.path(), "what it says of its index does not match its checksum");
  }
  return words;
}

}  // namespace omenbench::disk
