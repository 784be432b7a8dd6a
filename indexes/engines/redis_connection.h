// One connection to a server that speaks Redis' protocol (Redis, Valkey, Dragonfly, ...), through hiredis.
//
// Where it leads is a URL: `unix:///path/to/socket`, or `redis://[user[:password]@]host[:port][/database]` as Redis'
// own client takes it; like that client it takes a password from REDISCLI_AUTH too. Neither URL nor password ever
// stands in a message. A lost server throws; nothing connects again by itself.
//
// needs: hiredis/hiredis.h hiredis (libhiredis-dev)
#pragma once

#include <hiredis/hiredis.h>
#include <signal.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "indexes/engines/server_url.h"

namespace omenbench {

/// The parts of a URL.
struct RedisAddress {
  std::string socket;  ///< path of a unix socket, or empty
  std::string host = "localhost";
  int port = 6379;
  std::string user, password;
  std::string database;  ///< number, or empty

  /// Throws Error, without the text.
  static RedisAddress parse(std::string_view url);
};

namespace redis_detail {

[[noreturn]] inline void refuse_address(const char* what) {
  throw Error(std::string("Redis: ") + what +
              "; expected 'redis://host[:port][/database]' or 'unix:///path/to/socket' (the text is withheld, because "
              "it may hold a password)");
}

}  // namespace redis_detail

inline RedisAddress RedisAddress::parse(std::string_view url) {
  RedisAddress address;
  if (url.starts_with("unix://")) {
    address.socket = url.substr(7);
    if (!address.socket.starts_with('/')) redis_detail::refuse_address("the socket's path does not start with '/'");
    return address;
  }
  if (!url.starts_with("redis://")) redis_detail::refuse_address("the address is malformed");
  url.remove_prefix(8);
  const ServerUrl parts = ServerUrl::parse(url, redis_detail::refuse_address);
  address.user = parts.user;
  address.password = parts.password;
  address.database = parts.database;
  if (address.database.find_first_not_of("0123456789") != std::string::npos) {
    redis_detail::refuse_address("the database is not a number");
  }
  if (!parts.host.empty()) address.host = parts.host;
  if (parts.port != 0) address.port = parts.port;
  return address;
}

using RedisReply = std::unique_ptr<redisReply, void (*)(void*)>;
using RedisWords = std::vector<std::string_view>;

class RedisConnection {
 public:
  /// Connects, authenticates and selects the database. Throws Error.
  explicit RedisConnection(const std::string& url) : context_(nullptr, &redisFree) {
    if (url.empty()) throw Error("Redis: no server given (the address is empty)");
    const RedisAddress address = RedisAddress::parse(url);
    signal(SIGPIPE, SIG_IGN);  // hiredis writes to a socket whose other end may be gone
    const timeval timeout{10, 0};
    context_.reset(address.socket.empty() ? redisConnectWithTimeout(address.host.c_str(), address.port, timeout)
                                          : redisConnectUnixWithTimeout(address.socket.c_str(), timeout));
    if (context_ == nullptr) throw std::bad_alloc();
    if (context_->err != 0) fail();
    if (!address.password.empty()) {
      authenticate(address.user, address.password);
    } else if (const char* const password = std::getenv("REDISCLI_AUTH"); password != nullptr && asks_for_password()) {
      authenticate(address.user, password);
    }
    if (!address.database.empty()) command({"SELECT", address.database});
  }

  /// Sends one command and waits for its answer. Throws Error when the server refuses it or is gone.
  RedisReply command(const RedisWords& words) {
    append(words);
    return reply();
  }

  /// Puts a command into the output buffer; every one must be followed by its `reply`, in order.
  void append(const RedisWords& words) {
    arguments_.clear();
    lengths_.clear();
    for (const std::string_view word : words) {
      arguments_.push_back(word.data());
      lengths_.push_back(word.size());
    }
    const int count = static_cast<int>(words.size());
    if (redisAppendCommandArgv(context_.get(), count, arguments_.data(), lengths_.data()) != REDIS_OK) fail();
  }

  RedisReply reply() {
    void* answer = nullptr;
    if (redisGetReply(context_.get(), &answer) != REDIS_OK) fail();
    RedisReply reply(static_cast<redisReply*>(answer), &freeReplyObject);
    if (reply->type == REDIS_REPLY_ERROR) throw Error("Redis: " + std::string(reply->str, reply->len));
    return reply;
  }

 private:
  bool asks_for_password() {
    append({"PING"});
    try {
      reply();
      return false;
    } catch (const Error& refusal) {
      return std::string_view(refusal.what()).find("NOAUTH") != std::string_view::npos;
    }
  }

  /// A server that does not know the command repeats its words in the message.
  void authenticate(const std::string& user, const std::string& password) {
    RedisWords words = {"AUTH"};
    if (!user.empty()) words.emplace_back(user);
    words.emplace_back(password);
    try {
      command(words);
    } catch (const Error& refusal) {
      std::string text = refusal.what();
      for (std::size_t at = 0; !password.empty() && (at = text.find(password, at)) != std::string::npos; at += 3) {
        text.replace(at, password.size(), "***");
      }
      throw Error(text);
    }
  }

  [[noreturn]] void fail() const {
    std::string what = context_->errstr;
    if (what.empty()) what = "the connection failed";
    throw Error("Redis: " + what);
  }

  std::unique_ptr<redisContext, decltype(&redisFree)> context_;
  std::vector<const char*> arguments_;
  std::vector<std::size_t> lengths_;
};

}  // namespace omenbench
