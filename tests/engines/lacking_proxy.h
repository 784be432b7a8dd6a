// A server that speaks PostgreSQL's protocol but lacks features, for tests: stands before a real one and refuses simple
// queries that contain certain words, as such a server would ("0A000, not supported").
//
// Framing: PostgreSQL documentation, "Message Flow" and "Message Formats". Only the client's side is parsed.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/engines/engine_trial.h"

namespace omenbench::engine_test {

class LackingProxy {
 public:
  /// Stands before the server whose unix socket lies in `server_socket_folder`.
  LackingProxy(std::filesystem::path server_socket_folder, std::vector<std::string> refused)
      : server_(server_socket_folder / ".s.PGSQL.5432"), refused_(std::move(refused)) {
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(folder_.path() / ".s.PGSQL.5432");
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 8) != 0) {
      std::abort();
    }
    acceptor_ = std::thread([this] { accept_all(); });
  }
  LackingProxy(const LackingProxy&) = delete;
  LackingProxy& operator=(const LackingProxy&) = delete;
  ~LackingProxy() {
    stopping_ = true;
    acceptor_.join();
    for (std::thread& session : sessions_) session.join();
    close(listener_);
  }

  const std::filesystem::path& socket_folder() const { return folder_.path(); }
  int refusals() const { return refusals_; }

 private:
  static sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return address;
  }

  void accept_all() {
    while (!stopping_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (poll(&waiting, 1, 50) <= 0) continue;
      const int client = accept(listener_, nullptr, nullptr);
      sessions_.emplace_back([this, client] { serve(client); });
    }
  }

  void serve(int client) {
    const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(server_);
    bool alive = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    std::string pending;
    bool started = false;
    char buffer[65536];
    while (alive && !stopping_) {
      pollfd waiting[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (poll(waiting, 2, 50) <= 0) continue;
      if (waiting[1].revents != 0) {
        const ssize_t n = read(server, buffer, sizeof buffer);
        alive = n > 0 && write(client, buffer, static_cast<std::size_t>(n)) == n;
      }
      if (alive && waiting[0].revents != 0) {
        const ssize_t n = read(client, buffer, sizeof buffer);
        alive = n > 0;
        if (alive) pending.append(buffer, static_cast<std::size_t>(n));
        while (alive && forward_one(pending, started, client, server)) {
        }
      }
    }
    close(server);
    close(client);
  }

  /// Takes one whole message off `pending`; false when there is none yet.
  bool forward_one(std::string& pending, bool& started, int client, int server) {
    const std::size_t head = started ? 1 : 0;  // the first message has no type
    if (pending.size() < head + 4) return false;
    std::uint32_t length = 0;
    std::memcpy(&length, pending.data() + head, 4);
    const std::size_t size = head + ntohl(length);
    if (pending.size() < size) return false;
    const std::string message = pending.substr(0, size);
    pending.erase(0, size);
    if (started && message[0] == 'Q' && is_refused(message)) {
      ++refusals_;
      static constexpr char kFields[] = "SERROR\0VERROR\0C0A000\0Mnot offered here\0";  // and a final zero
      std::string answer = "E";
      answer.append(3, '\0');
      answer += static_cast<char>(sizeof kFields + 4);
      answer.append(kFields, sizeof kFields);
      // Ready again, outside a transaction block; inside one the server knows nothing of the refusal.
      answer += std::string("Z\0\0\0\5I", 6);
      return write(client, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
    }
    started = true;
    return write(server, message.data(), message.size()) == static_cast<ssize_t>(message.size());
  }

  bool is_refused(const std::string& message) const {
    return std::ranges::any_of(refused_,
                               [&](const std::string& word) { return message.find(word) != std::string::npos; });
  }

  TemporaryDirectory folder_{"omb-test"};
  std::filesystem::path server_;
  std::vector<std::string> refused_;
  int listener_ = -1;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> refusals_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> sessions_;
};

}  // namespace omenbench::engine_test
