// What both Redis engines share: one Redis key of the row's name that holds all entries, its life, and its facts.
//
// A table on a person's server must be one object, found and dropped by its name: so the entries live inside one hash
// or one sorted set, never as keys of their own. A second, small key says that the table was loaded, because Redis
// has no empty hashes. Names: "<table>", "<table>_work" (what `restore` copies, COPY of Redis 6.2), and both with
// "_loaded".
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"
#include "core/index.h"
#include "indexes/engines/redis_connection.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/table_name.h"

namespace omenbench {

inline std::string loaded_mark(const std::string& table) { return table + "_loaded"; }

/// Removes the tables of the site. Throws Error.
inline void drop_redis_tables(RedisConnection& connection, const std::string& table) {
  const std::string work = table + "_work";
  connection.command({"UNLINK", table, work, loaded_mark(table), loaded_mark(work)});
}

inline void restore_redis_table(const EngineSite& site) {
  const std::string table = checked_table(site, "Redis");
  const std::string work = table + "_work";
  RedisConnection connection(site.connection);
  connection.command({"UNLINK", work, loaded_mark(work)});
  connection.command({"COPY", table, work});
  connection.command({"SET", loaded_mark(work), "1"});
}

/// The table that `attach` works on. Throws Error when nothing was loaded.
inline std::string current_redis_table(RedisConnection& connection, const EngineSite& site) {
  const std::string table = checked_table(site, "Redis");
  for (const std::string& name : {table + "_work", table}) {
    if (connection.command({"EXISTS", loaded_mark(name)})->integer == 1) return name;
  }
  throw Error("Redis: no table '" + table + "' on this server");
}

/// The value of "name:" in the answer to INFO; empty when absent.
inline std::string info_value(std::string_view info, std::string_view name) {
  for (std::size_t begin = 0; begin < info.size();) {
    const std::size_t end = std::min(info.find('\n', begin), info.size());
    std::string_view line = info.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':')) {
      return std::string(line.substr(name.size() + 1));
    }
    begin = end + 1;
  }
  return "";
}

/// Version, settings and memory of a loaded table. What a server does not tell is named.
inline EngineFacts redis_facts(RedisConnection& connection, const std::string& table, Settings settings) {
  EngineFacts facts;
  const RedisReply info = connection.command({"INFO"});
  const std::string_view text(info->str, info->len);
  facts.version = "Redis " + info_value(text, "redis_version");
  for (const auto& [line, name] :
       {std::pair{"valkey_version", "Valkey "}, std::pair{"dragonfly_version", "Dragonfly "}}) {
    if (const std::string version = info_value(text, line); !version.empty()) facts.version = name + version;
  }
  std::string unknown;
  for (const char* name : {"save", "appendonly", "appendfsync", "io-threads", "maxmemory-policy", "maxclients"}) {
    try {
      const RedisReply answer = connection.command({"CONFIG", "GET", name});
      if (answer->elements == 2) {
        settings.emplace_back(name, std::string(answer->element[1]->str, answer->element[1]->len));
        continue;
      }
    } catch (const Error&) {
      // Hosted servers forbid CONFIG.
    }
    unknown += (unknown.empty() ? "" : ", ") + std::string(name);
  }
  if (!unknown.empty()) settings.emplace_back("not_told_by_the_server", unknown);
  facts.settings_json = settings_json(settings);
  try {
    const RedisReply answer = connection.command({"MEMORY", "USAGE", table});
    if (answer->type == REDIS_REPLY_INTEGER) facts.cache_bytes = static_cast<std::uint64_t>(answer->integer);
  } catch (const Error&) {
    // An estimate that not every server offers.
  }
  return facts;
}

/// A script that the server runs as one step, by its digest.
class RedisScript {
 public:
  void load(RedisConnection& connection, const char* source) {
    const RedisReply answer = connection.command({"SCRIPT", "LOAD", source});
    digest_.assign(answer->str, answer->len);
  }

  /// True when it returned 1.
  bool run(RedisConnection& connection, std::string_view table, std::string_view first, std::string_view second) {
    return connection.command({"EVALSHA", digest_, "1", table, first, second})->integer == 1;
  }

 private:
  std::string digest_;
};

}  // namespace omenbench
