// One HTTP transfer into a file that may hold the beginning already. libcurl does the talking: redirects, proxies (the
// variables http_proxy, https_proxy, no_proxy), TLS. What goes wrong is sorted by what helps against it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace omenbench::datasets {

struct TransferOptions {
  long stall_s = 30;            ///< give up when nothing comes for so long
  std::uint64_t max_bytes = 0;  ///< refuse more than this
  bool verified_later = false;  ///< a checksum will tell whether old and new bytes belong together
  std::function<void(std::uint64_t got, std::uint64_t total)> progress;  ///< total 0: not known
  std::function<bool()> stop;                                            ///< asked several times a second
};

struct TransferResult {
  enum class Outcome : std::uint8_t {
    kDone,
    kAgain,    ///< may work next time, from where it stopped
    kUseless,  ///< will not work from this address
    kStopped,  ///< because `stop` said so
  };
  Outcome outcome = Outcome::kDone;
  std::string reason;
};

/// Appends to `part` what it lacks, if the server can send parts and, without `verified_later`, says that its file is
/// still the same (the file `part`.tag keeps what it called it); else begins anew. Throws Error when `part` cannot be
/// written.
TransferResult transfer(const std::string& url, const std::filesystem::path& part, const TransferOptions& options);

/// A short text, for instance a checksum. Throws Error naming the address.
std::string fetch_text(const std::string& url, const TransferOptions& options);

}  // namespace omenbench::datasets
