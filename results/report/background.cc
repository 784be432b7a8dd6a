// Provenance, settings and environment of the report.
#include "results/report/background.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "results/report/methods.h"

namespace omenbench::report {
namespace {

std::string opened(const char* id, const char* title) {
  return fmt::format("<section id=\"{}\"><h2>{}</h2>", id, title);
}

std::string scalar(std::string_view name, const Json& value) {
  const auto known = number(value);
  if (known && (name == "bytes" || name.ends_with("_bytes"))) return bytes(*known) + " (" + grouped(*known) + ")";
  return text(value);
}

bool flat(const Json& value) {
  return value.is_primitive() || (value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& item) {
                                    return item.is_primitive();
                                  }));
}

/// Every leaf of an object as a line of a definition table; members of members are named "timer.cost_ns".
void leaves(const std::string& prefix, const Json& value, std::string& out) {
  if (value.is_object()) {
    for (const auto& [name, part] : value.items()) leaves(prefix.empty() ? name : prefix + "." + name, part, out);
    return;
  }
  std::string shown;
  if (value.is_array()) {
    for (const Json& item : value) {
      std::string one;
      if (item.is_object()) {
        for (const auto& [name, part] : item.items())
          one += (one.empty() ? "" : ", ") + name + " " + scalar(name, part);
      } else if (item.is_array()) {
        for (const Json& part : item) one += (one.empty() ? "" : ", ") + text(part);
      } else {
        one = text(item);
      }
      shown += (shown.empty() ? "" : flat(value) ? ", " : "; ") + one;
    }
  } else {
    shown = scalar(prefix, value);
  }
  if (shown.empty()) shown = "\u2013";
  out += "<tr><th scope=\"row\">" + escape(prefix) + "</th><td>" + escape(shown) + "</td></tr>";
}

std::string facts(const Json& object, const char* caption) {
  std::string lines;
  leaves("", object, lines);
  if (lines.empty()) return "";
  return fmt::format("<table class=\"facts\"><caption>{}</caption><tbody>", caption) + lines + "</tbody></table>";
}

/// "2,316 local, 87.8 global segments per million keys"; "" where the run does not say.
std::string hardness(const Json& set) {
  const Json& known = member(set, "hardness");
  const auto local = number(member(known, "local_per_million"));
  const auto global = number(member(known, "global_per_million"));
  if (!local || !global) return "";
  return fmt::format(
      "<span class=\"sub\">hardness: {} local, {} global segments per million keys (error 32; 4,096)</span>",
      significant(*local), significant(*global));
}

std::string datasets(const Json& result) {
  std::string out =
      opened("datasets", "Data sets") +
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Data sets\"><table class=\"plain\">"
      "<thead><tr><th scope=\"col\">name</th><th scope=\"col\">keys</th><th scope=\"col\">duplicates</th>"
      "<th scope=\"col\">source, citation, notes</th><th scope=\"col\">sha256 of the keys</th></tr></thead><tbody>";
  for (const Json& set : member(result, "datasets")) {
    const auto amount = [&](const char* name) { return grouped(number(member(set, name)).value_or(0)); };
    std::string about = escape(text(member(set, "source")));
    if (const std::string citation = text(member(set, "citation")); !citation.empty()) {
      about += "<span class=\"sub\">" + escape(citation) + "</span>";
    }
    about += hardness(set);
    for (const Json& note : member(set, "notes")) about += "<span class=\"sub\">" + escape(text(note)) + "</span>";
    out += fmt::format(
        "<tr><th scope=\"row\">{}<span class=\"sub\">{}{}</span></th><td>{}<span class=\"sub\">of {} values "
        "read</span></td><td>{}<span class=\"sub\">{} dropped</span></td><td class=\"words\">{}</td>"
        "<td><code>{}</code></td></tr>",
        escape(text(member(set, "name"))), escape(text(member(set, "kind"))),
        member(set, "key_type").is_null() ? "" : ", " + escape(text(member(set, "key_type"))), amount("n"),
        amount("rows"), amount("duplicates"), amount("duplicates_dropped"), about, escape(text(member(set, "sha256"))));
  }
  return out + "</tbody></table></div></section>";
}

/// Every index once, with what configured it. Cells of one index differ at most in engine settings per row.
std::string indexes(const Json& result) {
  std::map<std::string, const Json*> found;
  for (const Json& row : member(result, "rows")) {
    for (const char* part : {"cells", "reference"}) {
      for (const Json& cell : member(row, part)) {
        const Json*& slot = found[text(member(cell, "index"))];
        // A cell that ran knows its engine's settings; one that did not run does not.
        if (!slot || member(*slot, "engine_settings").is_null()) slot = &cell;
      }
    }
  }
  std::string out =
      opened("indexes", "Indexes and engines") +
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Indexes and engines\"><table class=\"plain\">"
      "<thead><tr><th scope=\"col\">index</th><th scope=\"col\">family, tier</th><th scope=\"col\">parameters and "
      "settings</th><th scope=\"col\">citation, version</th></tr></thead><tbody>";
  for (const auto& [name, cell] : found) {
    std::string settings;
    for (const char* part : {"parameters", "engine_settings"}) {
      const Json& object = member(*cell, part);
      if (!object.is_object()) continue;
      for (const auto& [key, value] : object.items()) {
        settings += (settings.empty() ? "" : ", ") + escape(key) + " = " + escape(scalar(key, value));
      }
    }
    if (const auto floor = number(member(*cell, "no_op_ns")); floor && *floor > 0) {
      settings += fmt::format("<span class=\"sub\">no-op round trip {}</span>", duration(*floor));
    }
    std::string about = escape(text(member(*cell, "citation")));
    if (const std::string version = text(member(*cell, "engine_version")); !version.empty()) {
      about += "<span class=\"sub\">version " + escape(version) + "</span>";
    }
    out += fmt::format(
        "<tr><th scope=\"row\">{}<span class=\"sub\">{}</span></th><td>{}, {}{}</td><td class=\"words\">{}</td>"
        "<td class=\"words\">{}</td></tr>",
        escape(name), escape(text(member(*cell, "display"))), escape(text(member(*cell, "family"))),
        escape(text(member(*cell, "tier"))), truth(member(*cell, "static")) ? ", static" : "",
        settings.empty() ? "\u2013" : settings, about);
  }
  return out + "</tbody></table></div></section>";
}

}  // namespace

std::string notes_html(const Json& result) {
  std::vector<std::string> notes;
  std::string failed;
  const Json& counts = member(member(result, "summary"), "cells");
  if (counts.is_object()) {
    for (const auto& [status, count] : counts.items()) {
      // The summary's own notes tell of interruptions.
      if (status == "ok" || status == "interrupted" || number(count).value_or(0) == 0) continue;
      failed += (failed.empty() ? "" : ", ") + grouped(*number(count)) + " " + status;
    }
  }
  if (!failed.empty()) notes.push_back("Cells without numbers: " + failed + ". Their reasons stand in the tables.");
  for (const Json& note : member(member(result, "summary"), "notes")) notes.push_back(text(note));
  std::string out;
  for (const std::string& note : notes) out += "<li>" + escape(note) + "</li>";
  return out.empty() ? out : "<ul class=\"notes\">" + out + "</ul>";
}

std::string background_html(const Json& result) {
  std::string out =
      methods_html(result) + datasets(result) + indexes(result) + opened("environment", "Environment and settings");
  out += "<div class=\"columns\">" + facts(member(result, "environment"), "machine") +
         facts(member(result, "tool"), "program") + facts(member(result, "plan"), "plan") + "</div>";
  return out + "</section>";
}

}  // namespace omenbench::report
