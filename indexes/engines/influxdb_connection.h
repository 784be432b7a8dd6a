// One connection to InfluxDB 1.x: HTTP, kept open, through libcurl.
//
// Where it leads is a URL: `http[s]://[user[:password]@]host[:port]`, with `?socket=/path` for a unix socket. User and
// password are also taken from INFLUX_USERNAME and INFLUX_PASSWORD, as the server's own client does. Neither URL nor
// password ever stands in a message. Nothing of libcurl's environment (proxies, .netrc) is heeded.
//
// Answers are read as JSON: as CSV, version 1.6 answers a query of a database that is not there as one that found
// nothing (findings/influxdb_csv_hides_errors.sh).
//
// needs: curl/curl.h curl (libcurl4-openssl-dev)
#pragma once

#include <curl/curl.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "indexes/engines/server_url.h"

namespace omenbench {
namespace influxdb_detail {

[[noreturn]] inline void refuse_address(const char* what) {
  throw Error(
      std::string("InfluxDB: ") + what +
      "; expected 'http://[user@]host[:port]', also https and '?socket=/path' (the text is withheld, because it "
      "may hold a password)");
}

struct CloseHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

inline std::size_t keep(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

inline std::size_t keep_version(char* data, std::size_t size, std::size_t count, void* text) {
  constexpr std::string_view kName = "X-Influxdb-Version: ";
  const std::string_view line(data, size * count);
  if (line.starts_with(kName))
    *static_cast<std::string*>(text) = line.substr(kName.size(), line.find('\r') - kName.size());
  return line.size();
}

/// Where `name` stands as a member's name in `json`, behind its colon; npos when it does not.
inline std::size_t behind_member(std::string_view json, std::string_view name) {
  const std::string quoted = '"' + std::string(name) + "\":";
  const std::size_t at = json.find(quoted);
  return at == std::string_view::npos ? at : at + quoted.size();
}

}  // namespace influxdb_detail

/// The parts of a URL.
struct InfluxAddress {
  std::string origin;  ///< "http://localhost:8086"
  std::string socket;  ///< path of a unix socket, or empty
  std::string user, password;

  /// Throws Error, without the text.
  static InfluxAddress parse(std::string_view url) {
    using influxdb_detail::refuse_address;
    constexpr std::string_view kSocket = "socket=/";
    const std::size_t scheme = url.find("://");
    if (!url.starts_with("http://") && !url.starts_with("https://")) refuse_address("no http or https URL");
    const ServerUrl parts = ServerUrl::parse(url.substr(scheme + 3), refuse_address);
    InfluxAddress address;
    if (!parts.parameters.empty() && !parts.parameters.starts_with(kSocket)) refuse_address("an unknown parameter");
    if (!parts.parameters.empty()) address.socket = parts.parameters.substr(kSocket.size() - 1);
    if (!parts.database.empty()) refuse_address("a database, which every row makes for itself,");
    if (parts.host.empty()) refuse_address("no host");
    const bool ipv6 = parts.host.find(':') != std::string::npos;
    address.origin = std::string(url.substr(0, scheme + 3)) + (ipv6 ? '[' + parts.host + ']' : parts.host) + ':' +
                     std::to_string(parts.port == 0 ? 8086 : parts.port);
    address.user = parts.user;
    address.password = parts.password;
    const char* user = std::getenv("INFLUX_USERNAME");
    const char* password = std::getenv("INFLUX_PASSWORD");
    if (address.user.empty() && user != nullptr) address.user = user;
    if (address.password.empty() && password != nullptr) address.password = password;
    return address;
  }
};

class InfluxConnection {
 public:
  /// Does not connect yet. Throws Error when the URL is none.
  explicit InfluxConnection(const std::string& url) : address_(InfluxAddress::parse(url)) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle_.reset(started == CURLE_OK ? curl_easy_init() : nullptr);
    if (!handle_) throw Error("InfluxDB: libcurl does not start");
    // Without it libcurl asks before it sends a megabyte, and waits.
    headers_.reset(curl_slist_append(nullptr, "Expect:"));
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_WRITEFUNCTION, &influxdb_detail::keep);
    set(CURLOPT_WRITEDATA, &answer_);
    set(CURLOPT_HEADERFUNCTION, &influxdb_detail::keep_version);
    set(CURLOPT_HEADERDATA, &version_);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_CONNECTTIMEOUT, 10L);
    if (!address_.socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, address_.socket.c_str());
    if (!address_.user.empty()) {
      set(CURLOPT_USERNAME, address_.user.c_str());
      set(CURLOPT_PASSWORD, address_.password.c_str());
    }
  }

  /// An exchange without any work. Throws Error.
  void ping() {
    const std::string url = address_.origin + "/ping";
    set(CURLOPT_HTTPGET, 1L);
    set(CURLOPT_URL, url.c_str());
    target_ = Target::kNone;
    exchange();
  }

  /// Sends `form` (already encoded: "db=x&q=SHOW+DATABASES") and returns the answer, valid until the next call. Throws
  /// Error with the server's own words.
  std::string_view query(std::string_view form) {
    if (target_ != Target::kQuery) direct(Target::kQuery, address_.origin + "/query");
    set(CURLOPT_POSTFIELDS, form.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form.size()));
    exchange();
    return answer_;
  }

  /// `query` of any text, within a database or (empty) none.
  std::string_view ask(std::string_view database, std::string_view text) {
    return query("epoch=ns&db=" + escaped(database) + "&q=" + escaped(text));
  }

  /// Writes points in line protocol. Throws Error with the server's own words.
  void write(std::string_view database, std::string_view lines) {
    if (target_ != Target::kWrite || database != written_) {
      written_ = database;
      direct(Target::kWrite, address_.origin + "/write?precision=ns&db=" + escaped(database));
    }
    set(CURLOPT_POSTFIELDS, lines.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(lines.size()));
    exchange();
  }

  /// Of the server that answered last: "1.6.7~rc0", or empty.
  const std::string& version() const { return version_; }

  std::string escaped(std::string_view text) {
    char* const out = curl_easy_escape(handle_.get(), text.data(), static_cast<int>(text.size()));
    if (out == nullptr) throw Error("InfluxDB: out of memory");
    std::string kept = out;
    curl_free(out);
    return kept;
  }

 private:
  enum class Target { kNone, kQuery, kWrite };

  template <class T>
  void set(CURLoption option, T value) {
    if (curl_easy_setopt(handle_.get(), option, value) != CURLE_OK) {
      throw Error("InfluxDB: this libcurl lacks an option (" + std::to_string(option) + ")");
    }
  }

  void direct(Target target, const std::string& url) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_URL, url.c_str());
    target_ = target;
  }

  void exchange() {
    answer_.clear();
    if (const CURLcode code = curl_easy_perform(handle_.get()); code != CURLE_OK) {
      throw Error(std::string("InfluxDB: ") + curl_easy_strerror(code));
    }
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    // A failed query is answered with 200 and the error inside.
    const std::size_t at = influxdb_detail::behind_member(answer_, "error");
    if (status / 100 == 2 && at == std::string::npos) return;
    throw Error("InfluxDB: " + (at == std::string::npos ? "status " + std::to_string(status) : error_at(at)));
  }

  /// The text that begins at the quote `at`, and not much of it.
  std::string error_at(std::size_t at) const {
    std::string text;
    for (std::size_t i = at + 1; i < answer_.size() && answer_[i] != '"' && text.size() < 200; ++i) {
      if (answer_[i] == '\\' && i + 1 < answer_.size()) ++i;
      text += answer_[i];
    }
    return text;
  }

  InfluxAddress address_;
  std::unique_ptr<CURL, influxdb_detail::CloseHandle> handle_;
  std::unique_ptr<curl_slist, influxdb_detail::CloseHandle> headers_;
  std::string answer_, version_;
  Target target_ = Target::kNone;
  std::string written_;
};

/// Reads the rows of an answer that has two columns of integers, one after the other.
class InfluxRows {
 public:
  /// Throws Error when the text is no such answer: neither rows nor the known form of none.
  explicit InfluxRows(std::string_view answer) : rest_(answer) {
    constexpr std::string_view kNone = R"({"results":[{"statement_id":0}]})";
    const std::size_t values = influxdb_detail::behind_member(answer, "values");
    if (values != std::string_view::npos) {
      rest_.remove_prefix(values);
    } else if (answer.substr(0, kNone.size()) == kNone) {
      rest_ = {};
    } else {
      throw unreadable();
    }
  }

  /// The next row, or false behind the last.
  bool next(std::int64_t& first, std::int64_t& second) {
    if (rest_.empty() || (begun_ && !rest_.starts_with(','))) return false;
    rest_.remove_prefix(1);
    begun_ = true;
    take('[');
    first = number();
    take(',');
    second = number();
    take(']');
    return true;
  }

 private:
  static Error unreadable() { return Error("InfluxDB: an answer that is not two columns of integers"); }

  void take(char expected) {
    if (!rest_.starts_with(expected)) throw unreadable();
    rest_.remove_prefix(1);
  }

  std::int64_t number() {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) throw unreadable();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  std::string_view rest_;
  bool begun_ = false;
};

}  // namespace omenbench
