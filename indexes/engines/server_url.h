// The URL of a server that a person gave: scheme://[user[:password]@][host[:port]][/database][?name=value]. Neither the
// text nor a part of it stands in a message, because it may hold a password.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "core/error.h"

namespace omenbench {

/// The parts as they stand there; those that may be escaped are decoded. What is absent is empty, the port 0.
struct ServerUrl {
  std::string user, password, host, database, parameters;
  int port = 0;

  /// `url` without its scheme and "://". `refuse` says what is wrong and what was expected; it must throw.
  template <class Refuse>
  static ServerUrl parse(std::string_view url, Refuse refuse);
};

inline std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

template <class Refuse>
ServerUrl ServerUrl::parse(std::string_view url, Refuse refuse) {
  ServerUrl parts;
  if (const std::size_t question = url.find('?'); question != std::string_view::npos) {
    parts.parameters = url.substr(question + 1);
    url = url.substr(0, question);
  }
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = url.substr(0, at);
    const std::size_t colon = who.find(':');
    parts.user = percent_decoded(who.substr(0, colon));
    if (colon != std::string_view::npos) parts.password = percent_decoded(who.substr(colon + 1));
    url.remove_prefix(at + 1);
  }
  if (const std::size_t slash = url.find('/'); slash != std::string_view::npos) {
    parts.database = percent_decoded(url.substr(slash + 1));
    url = url.substr(0, slash);
  }
  // An IPv6 address stands in brackets.
  const std::size_t colon = url.find(':', url.starts_with('[') ? url.find(']') : 0);
  if (colon != std::string_view::npos) {
    const std::string_view port = url.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parts.port);
    if (error != std::errc() || end != port.data() + port.size() || parts.port < 1 || parts.port > 65535) {
      refuse("the port is not a number from 1 to 65535");
    }
    url = url.substr(0, colon);
  }
  if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
  parts.host = url;
  return parts;
}

}  // namespace omenbench
