// See the header.
#include "tools/omenbench/status_line.h"

#include <algorithm>
#include <cstdio>

#include "results/text.h"
#include "tools/omenbench/command.h"

namespace omenbench {
namespace {

/// At most so many characters of printable text, none of them in part.
std::string cut(std::string text, std::size_t characters) {
  const auto begins_one = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80; };
  const auto beyond = std::ranges::find_if(
      text, [&, seen = std::size_t{0}](char byte) mutable { return begins_one(byte) && seen++ == characters; });
  text.erase(beyond, text.end());
  return text;
}

}  // namespace

void StatusLine::show(const std::string& text) {
  // The last column stays free: some terminals go to the next line as soon as it is written.
  say("\r\x1b[K{}", cut(printable(text), static_cast<std::size_t>(progress_width() - 1)));
  std::fflush(stderr);
  drawn_ = true;
}

void StatusLine::clear() {
  if (drawn_) say("\r\x1b[K");
  drawn_ = false;
}

}  // namespace omenbench
