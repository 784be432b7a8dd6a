// Child processes: how they end is told truthfully, and limits hold.
#include "harness/process.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "core/error.h"
#include "harness/interrupt.h"
#include "harness/orphans.h"

namespace omenbench {
namespace {

ProcessEnd run_shell(const std::string& script, std::uint64_t timeout_ms = 20'000) {
  Process process = Process::start({.arguments = {"/bin/sh", "-c", script}});
  return process.wait(timeout_ms);
}

/// Writes A to the descriptor `a` and B to `b`, as the child numbers them.
std::string fmt_echo(int a, int b) { return "printf A >&" + std::to_string(a) + "; printf B >&" + std::to_string(b); }

TEST(Process, ReportsTheExitCode) { EXPECT_EQ(run_shell("exit 7").exit_code, 7); }

TEST(Process, ReportsTheSignal) {
  const ProcessEnd end = run_shell("kill -SEGV $$");
  EXPECT_EQ(end.signal, SIGSEGV);
  EXPECT_EQ(end.exit_code, -1);
}

TEST(Process, KillsWhatTakesTooLong) {
  const ProcessEnd end = run_shell("sleep 600", 100);
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.signal, SIGKILL);
}

TEST(Process, KillsGrandchildrenToo) {
  // The grandchild holds the pipe open: end of file comes only when it is dead as well.
  Pipe pipe;
  Process process = Process::start(
      {.arguments = {"/bin/sh", "-c", "sleep 600 & sleep 600"}, .descriptors = {{pipe.write_end, STDOUT_FILENO}}});
  pipe.close_write();
  EXPECT_TRUE(process.wait(200).timed_out);
  char byte;
  EXPECT_EQ(read(pipe.read_end, &byte, 1), 0);
}

TEST(Process, EndsWhatAChildLeavesBehind) {
  Pipe pipe;
  Process process = Process::start(
      {.arguments = {"/bin/sh", "-c", "sleep 600 & exit 3"}, .descriptors = {{pipe.write_end, STDOUT_FILENO}}});
  pipe.close_write();
  EXPECT_EQ(process.wait(20'000).exit_code, 3);
  char byte;
  EXPECT_EQ(read(pipe.read_end, &byte, 1), 0);
}

TEST(OrphanEnder, EndsWhatLeftItsProcessGroupAndNothingElse) {
  Process stays = Process::start({.arguments = {"/bin/sleep", "600"}});
  Pipe pipe;
  {
    const OrphanEnder orphans;
    Process process = Process::start(
        {.arguments = {"/bin/sh", "-c", "setsid sh -c 'setsid sleep 600 & sleep 600' & sleep 0.3; exit 0"},
         .descriptors = {{pipe.write_end, STDOUT_FILENO}}});
    pipe.close_write();
    EXPECT_EQ(process.wait(20'000).exit_code, 0);
  }
  // Both hold the pipe open: end of file comes only when they are dead.
  pollfd end{pipe.read_end, POLLIN, 0};
  ASSERT_EQ(poll(&end, 1, 5'000), 1);
  char byte;
  EXPECT_EQ(read(pipe.read_end, &byte, 1), 0);
  EXPECT_EQ(kill(stays.pid(), 0), 0);
}

/// What the child says of its own SIGHUP, once this process, which has got it as `inherited`, took the signals over.
bool child_ignores_hangup(sighandler_t inherited) {
  const sighandler_t before = signal(SIGHUP, inherited);
  install_interrupt_handlers();
  // Bit 0 of SigIgn is signal 1, SIGHUP; the last hexadecimal digit is odd then.
  const ProcessEnd end = run_shell("grep -q '^SigIgn.*[13579bdf]$' /proc/self/status");
  signal(SIGHUP, before);
  return end.exit_code == 0;
}

TEST(InterruptHandlers, LeaveAnIgnoredHangupIgnoredForTheRunAndItsTrials) {
  EXPECT_TRUE(child_ignores_hangup(SIG_IGN));
  EXPECT_FALSE(child_ignores_hangup(SIG_DFL));
}

TEST(InterruptHandlers, HeedAnInterruptThatWasInheritedAsIgnored) {
  const sighandler_t before = signal(SIGINT, SIG_IGN);
  install_interrupt_handlers();
  EXPECT_NE(signal(SIGINT, before), SIG_IGN);
}

TEST(Process, MapsDescriptorsEvenWhenNumbersCross) {
  Pipe first;
  Pipe second;
  // Each source number is the other's target.
  Process process =
      Process::start({.arguments = {"/bin/sh", "-c", fmt_echo(first.write_end, second.write_end)},
                      .descriptors = {{first.write_end, second.write_end}, {second.write_end, first.write_end}}});
  EXPECT_EQ(process.wait(20'000).exit_code, 0);
  char byte = 0;
  ASSERT_EQ(read(first.read_end, &byte, 1), 1);
  EXPECT_EQ(byte, 'B');
  ASSERT_EQ(read(second.read_end, &byte, 1), 1);
  EXPECT_EQ(byte, 'A');
}

TEST(Process, RefusesAProgramThatDoesNotExist) {
  Process process = Process::start({.arguments = {"/nonexistent/program"}});
  EXPECT_EQ(process.wait(20'000).exit_code, 127);
}

}  // namespace
}  // namespace omenbench
