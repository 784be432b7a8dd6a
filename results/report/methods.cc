// The text is put together from what the result document holds, so that no sentence speaks of a pass that was not run.
// docs/measurement.md has the reasons.
#include "results/report/methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/numbers.h"

namespace omenbench::report {
namespace {

/// What a run did, read off its rows.
struct Modes {
  bool cold = false, warm = false, dependent = false, batched = false, open = false, search = false;
  bool phases = false, timeline = false, engines = false, writes = false;
  std::set<double> rates;
  std::uint64_t most_threads = 1;
  double p99_limit_ns = 0;
};

void note_cell(const Cell& cell, Modes& modes) {
  modes.dependent |= cell.passes.dependent.has_value();
  modes.batched |= cell.passes.batched.has_value();
  modes.phases |= !cell.phases.empty();
  modes.timeline |= cell.timeline.has_value();
  modes.engines |= cell.family == Family::kEngine;
  if (cell.passes.open) {
    modes.open = true;
    if (cell.passes.open->offered_per_s > 0) modes.rates.insert(cell.passes.open->offered_per_s);
  }
  if (cell.passes.rate_search) {
    modes.search = true;
    modes.p99_limit_ns = cell.passes.rate_search->p99_limit_ns;
  }
}

Modes modes_of(const Result& result) {
  Modes modes;
  for (const Row& row : result.rows) {
    (row.cold ? modes.cold : modes.warm) = true;
    modes.writes |= row.mutates;
    modes.most_threads = std::max(modes.most_threads, row.threads);
    row.for_each_cell([&](const Cell& cell) { note_cell(cell, modes); });
  }
  return modes;
}

std::string rounds_text(const Modes& modes) {
  std::string out =
      "<p>One round runs every index of a row once, each in a fresh process with a freshly built index, in shuffled "
      "order and on the same operation stream; the next round has a new stream. A round is the unit of statistics: "
      "numbers are medians over complete rounds, intervals in brackets are distribution-free sign-test intervals of "
      "95 % or more, and operations are never pooled across rounds. ";
  if (modes.engines) {
    out += "Engines load their table once per row and reconnect for every round where the row only reads";
    out += modes.writes ? "; where it writes, every pass starts from a fresh copy. " : ". ";
  }
  return out +
         "Every answer is checked; an index that answers wrongly, crashes or runs out of time or memory has a status "
         "and no number.</p>";
}

std::string passes_text(const Modes& modes) {
  if (!modes.warm) return "";
  std::string out =
      "<p>Passes are kept apart. <dfn>Throughput</dfn> has no clock inside: elapsed time divided by "
      "operations. ";
  if (modes.dependent) {
    out +=
        "In <dfn>dependent</dfn> lookups the next key depends on the last answer, so that memory accesses cannot "
        "overlap. ";
  }
  out += "In the <dfn>latency</dfn> pass every operation is timed. ";
  if (modes.batched) {
    out += "<dfn>Batched</dfn> lookups are handed over 256 at a time, to indexes that interleave them. ";
  }
  return out +
         "In these passes the load is a closed loop: the next operation starts when the last has ended, latencies are "
         "service times, and a stall delays the next request instead of being counted against it.</p>";
}

std::string open_text(const Modes& modes) {
  std::string out;
  if (modes.open) {
    std::string rates;
    for (const double rate : modes.rates)
      rates += (rates.empty() ? "" : ", ") + with_commas(static_cast<std::uint64_t>(std::llround(rate)));
    out +=
        "<p><dfn>Open loop</dfn>: in a further pass operations arrive at random times (a Poisson process, the same for "
        "every index), ";
    out += rates.empty() ? "at the rates of their phases" : rates + " per second over all threads";
    out +=
        ", whether the one before has ended or not. Latencies of that pass count from the intended start; "
        "<dfn>lag</dfn> "
        "is the part of them before the real start. Where fewer operations end than arrive, latencies grow with the "
        "length of the run.</p>";
  }
  if (modes.search) {
    out +=
        "<p><dfn>Highest rate</dfn>: every trial searched for the highest rate of arrivals whose p99, counted from the "
        "intended start, stays at or below " +
        duration(modes.p99_limit_ns) +
        ", in eight steps between a 64th of its closed loop's rate and all of it. A step that got less than 95 % of "
        "what it was offered has not kept up. A stall rarer than a step is long is not seen.</p>";
  }
  return out;
}

std::string mode_text(const Result& result, const Modes& modes) {
  std::string out;
  if (modes.cold) {
    out +=
        "<p><dfn>Cold caches</dfn>: before every operation a buffer larger than the largest cache is read, which "
        "takes everything else out of the caches and the translation buffers; then that operation is timed alone. "
        "Such rows have latencies only: a closed loop of single operations, no throughput, and a headline by p50. "
        "No verdict mixes them with others.</p>";
  }
  if (const auto& pressure = result.environment.memory_pressure) {
    out += fmt::format(
        "<p><dfn>Memory pressure</dfn>: a trial, and the run's own servers together, may hold {}, page cache included "
        "({}). What does not fit has the status oom.</p>",
        byte_size(static_cast<double>(pressure->limit_bytes)), escape(pressure->mechanism));
  }
  if (modes.phases) {
    out +=
        "<p><dfn>Phases</dfn>: some workloads consist of phases that follow each other on the same index; their "
        "numbers are "
        "given by phase as well, and the row's own cover all of them.</p>";
  }
  if (modes.timeline) {
    out +=
        "<p><dfn>Time line</dfn>: the latency pass is also cut into windows of equal operations; memory is read "
        "between "
        "operations, outside the clock. A notice compares the last quarter of the windows with the first, over "
        "rounds.</p>";
  }
  if (modes.most_threads > 1) {
    out +=
        "<p><dfn>Threads</dfn>: operations are dealt out to the threads of a row, which share one index; ns/op is "
        "elapsed time "
        "divided by the operations of all threads, latencies are those of single operations.</p>";
  }
  return out;
}

std::string clock_text(const Result& result) {
  std::string out = "<p>";
  if (const double cost = result.environment.timer.cost_ns; cost > 0) {
    out += fmt::format(
        "Reading the clock costs {} ns here; that cost is contained in latencies and never subtracted. "
        "A percentile below ten times it ({} ns) is an upper bound, printed with &lt;=, and decides nothing. ",
        three_digits(cost), three_digits(cost * 10));
  }
  return out +
         "A percentile is shown when at least ten samples of a round lie beyond it, else a dash. Curves come from the "
         "histograms of all rounds together, their marks from the medians of the table.</p>";
}

std::string verdicts_text(const Modes& modes) {
  std::string out =
      "<p>A verdict compares the best learned index with the best of one class of opponents by the ratio within each "
      "round: learned / baseline, below 1 is better for learned. Where there was a choice, champions were chosen on "
      "rounds that the estimate does not use; <b>but X is better</b> says that another of its side is better by more "
      "than the band over all rounds. An effect counts from 5 % (p99 and build: 10 %): <b>\u25b2 wins</b> or "
      "<b>\u25bc loses</b> when the whole interval lies beyond that band, <b>= tie</b> when it lies inside, "
      "<b>? inconclusive</b> when it straddles the border, <b>\u00d8 unresolved</b> when it could not be judged. "
      "<b>~</b> marks a win or loss that does not survive the Benjamini-Hochberg correction over the rows; it is not "
      "counted. Verdicts rest on closed-loop passes. ";
  if (modes.engines) {
    out += "Against engines the ratio is gross; the net ratio takes the engine's no-op round trip off its time. ";
  }
  out += "Memory is everything an index allocates, the 16 bytes of every entry included";
  if (modes.engines) out += "; engines report bytes on disk and are no opponents by size";
  return out + ".</p>";
}

}  // namespace

std::string methods_html(const Result& result) {
  const Modes modes = modes_of(result);
  return "<section id=\"methods\"><h2>Methods</h2>" + rounds_text(modes) + passes_text(modes) + open_text(modes) +
         mode_text(result, modes) + clock_text(result) + verdicts_text(modes) + "</section>";
}

}  // namespace omenbench::report
