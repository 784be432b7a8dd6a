// See the header.
#include "results/report/markup.h"

namespace omenbench::report {
namespace {

void replace_all(std::string& where, std::string_view what, std::string_view by) {
  for (std::size_t at = where.find(what); at != std::string::npos; at = where.find(what, at + by.size())) {
    where.replace(at, what.size(), by);
  }
}

}  // namespace

std::string escape(std::string_view raw) {
  std::string result;
  result.reserve(raw.size());
  for (const char c : raw) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '`':
        result += "&#96;";
        break;  // an attribute quote in old browsers
      default:
        result += c;
    }
  }
  return result;
}

std::string script_json(const Json& value) {
  // ASCII only, so that U+2028 and U+2029 are escaped; outside strings none of the three characters occurs in JSON.
  std::string result = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  replace_all(result, "<", "\\u003c");
  replace_all(result, ">", "\\u003e");
  replace_all(result, "&", "\\u0026");
  return result;
}

}  // namespace omenbench::report
