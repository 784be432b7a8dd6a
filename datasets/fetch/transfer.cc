// See transfer.h.
//
// needs: curl/curl.h curl (libcurl4-openssl-dev)
#include "datasets/fetch/transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>

#include "core/error.h"

namespace omenbench::datasets {
namespace {

using Outcome = TransferResult::Outcome;

using Clock = std::chrono::steady_clock;

constexpr long kConnectSeconds = 20;
constexpr std::size_t kLargestText = 64 << 10;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct EndCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, EndCurl>;

/// What libcurl's callbacks work on.
struct Reception {
  const TransferOptions& options;
  std::FILE* file = nullptr;  ///< or else:
  std::string* text = nullptr;
  std::uint64_t before = 0;  ///< bytes of earlier transfers
  std::uint64_t got = 0;
  std::string tag = {};  ///< ETag of the final answer, when it is a strong one
  int write_error = 0;
  bool too_much = false;
  curl_off_t seen = 0;  ///< bytes when last asked, and since when
  Clock::time_point seen_at = Clock::now();
  bool stalled = false;
};

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& reception = *static_cast<Reception*>(user);
  std::string line(data, size);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
  if (line.starts_with("HTTP/")) reception.tag.clear();  // of a redirect
  constexpr std::string_view kName = "etag:";
  if (line.size() > kName.size() && strncasecmp(line.c_str(), kName.data(), kName.size()) == 0) {
    const std::size_t quote = line.find_first_not_of(' ', kName.size());
    if (quote != line.npos && line[quote] == '"') reception.tag = line.substr(quote);
  }
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& reception = *static_cast<Reception*>(user);
  reception.got += size;
  reception.too_much = reception.before + reception.got > reception.options.max_bytes;
  if (reception.too_much) return CURL_WRITEFUNC_ERROR;
  if (reception.text) {
    reception.text->append(data, size);
  } else if (std::fwrite(data, 1, size, reception.file) != size) {
    reception.write_error = errno;
    return CURL_WRITEFUNC_ERROR;
  }
  return size;
}

/// libcurl's own measure of a low speed is an average over seconds; what matters here is that something comes.
int on_progress(void* user, curl_off_t total, curl_off_t got, curl_off_t, curl_off_t) {
  auto& reception = *static_cast<Reception*>(user);
  const TransferOptions& options = reception.options;
  if (options.stop && options.stop()) return 1;
  const auto now = Clock::now();
  if (got != reception.seen) {
    reception.seen = got;
    reception.seen_at = now;
  }
  reception.stalled = now - reception.seen_at > std::chrono::seconds(options.stall_s);
  if (reception.stalled) return 1;
  if (options.progress && got > 0) {
    const std::uint64_t all = total > 0 ? reception.before + static_cast<std::uint64_t>(total) : 0;
    options.progress(reception.before + static_cast<std::uint64_t>(got), all);
  }
  return 0;
}

Curl make_curl(const std::string& url, Reception& reception) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  Curl curl(global == CURLE_OK ? curl_easy_init() : nullptr);
  if (!curl) throw Error("libcurl cannot be initialised");
  CURL* c = curl.get();
  curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  curl_easy_setopt(c, CURLOPT_USERAGENT, "omenbench");
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(c, CURLOPT_MAXREDIRS, 10L);
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  // What began encrypted stays so.
  curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, url.starts_with("https:") ? "https" : "http,https");
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, std::min(kConnectSeconds, reception.options.stall_s));
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, &reception);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &reception);
  curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(c, CURLOPT_XFERINFODATA, &reception);
  return curl;
}

long status_of(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

TransferResult judge(CURLcode code, CURL* curl, const char* details, const Reception& reception) {
  const std::string reason = *details ? details : curl_easy_strerror(code);
  if (reception.too_much)
    return {Outcome::kUseless, fmt::format("more than {} bytes came", reception.options.max_bytes)};
  if (reception.stalled) return {Outcome::kAgain, fmt::format("nothing came for {} s", reception.options.stall_s)};
  const long status = status_of(curl);
  switch (code) {
    case CURLE_OK:
      return {};
    case CURLE_ABORTED_BY_CALLBACK:
      return {Outcome::kStopped, ""};
    case CURLE_HTTP_RETURNED_ERROR:
      // Overload and trouble behind the server pass; a page that is not there stays away.
      return {status == 408 || status == 429 || status >= 500 ? Outcome::kAgain : Outcome::kUseless,
              fmt::format("the server answered {}", status)};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_COULDNT_RESOLVE_HOST:
      return {Outcome::kUseless, reason};
    default:
      return {Outcome::kAgain, reason};
  }
}

std::string read_tag(const std::filesystem::path& part) {
  std::ifstream in(part.string() + ".tag");
  std::string tag;
  std::getline(in, tag);
  return tag;
}

/// One request, from byte `from` on; `refused`: the server does not send from there.
TransferResult request(const std::string& url, const std::filesystem::path& part, std::uint64_t from,
                       const TransferOptions& options, bool& refused) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(part.c_str(), from > 0 ? "ab" : "wb"));
  if (!file) throw Error(fmt::format("file '{}': {}", part.string(), std::strerror(errno)));
  Reception reception{.options = options, .file = file.get(), .before = from};
  const Curl curl = make_curl(url, reception);
  std::unique_ptr<curl_slist, FreeList> headers;
  if (from > 0) {
    curl_easy_setopt(curl.get(), CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(from));
    if (const std::string tag = read_tag(part); !tag.empty()) {
      headers.reset(curl_slist_append(nullptr, ("If-Range: " + tag).c_str()));
      curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    }
  }
  std::array<char, CURL_ERROR_SIZE> details{};
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, details.data());
  const CURLcode code = curl_easy_perform(curl.get());
  if (from == 0) std::ofstream(part.string() + ".tag") << reception.tag << "\n";
  if (std::fflush(file.get()) != 0 && reception.write_error == 0) reception.write_error = errno;
  if (reception.write_error != 0) {
    throw Error(fmt::format("file '{}': {}", part.string(), std::strerror(reception.write_error)));
  }
  refused =
      from > 0 && (code == CURLE_RANGE_ERROR || (code == CURLE_HTTP_RETURNED_ERROR && status_of(curl.get()) == 416));
  return judge(code, curl.get(), details.data(), reception);
}

}  // namespace

TransferResult transfer(const std::string& url, const std::filesystem::path& part, const TransferOptions& options) {
  std::error_code error;
  std::uint64_t from = std::filesystem::file_size(part, error);
  if (error || (!options.verified_later && read_tag(part).empty())) from = 0;
  bool refused = false;
  TransferResult result = request(url, part, from, options, refused);
  return refused ? request(url, part, 0, options, refused) : result;
}

std::string fetch_text(const std::string& url, const TransferOptions& options) {
  std::string text;
  TransferOptions small = options;
  small.max_bytes = kLargestText;
  small.progress = nullptr;
  Reception reception{.options = small, .text = &text};
  const Curl curl = make_curl(url, reception);
  std::array<char, CURL_ERROR_SIZE> details{};
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, details.data());
  const TransferResult result = judge(curl_easy_perform(curl.get()), curl.get(), details.data(), reception);
  if (result.outcome != Outcome::kDone) throw Error(fmt::format("'{}': {}", url, result.reason));
  return text;
}

}  // namespace omenbench::datasets
