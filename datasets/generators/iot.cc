// Measurements of a fleet of devices: device in the high bits, milliseconds since 1970 in the low 44. Each device
// reports once a period, give or take some jitter, and is out of order for a while now and then. Keys that arrive late
// do not change the set but its order of arrival, in which a share of them waits for up to an hour (after TSBS's IoT
// load).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/portable_math.h"

namespace omenbench::datasets {
namespace {

constexpr int kTimeBits = 44;
constexpr std::uint64_t kStart = 1'600'000'000'000;  // September 2020
constexpr double kOutageReports = 50;                ///< reports that an outage costs, in the mean
constexpr double kLatest = 3'600'000;

struct Report {
  double arrival;  ///< ms
  Key key;
};

double exponential(Rng& rng) { return -portable_log(static_cast<double>((rng.next() >> 11) + 1) * 0x1.0p-53); }

/// By device, then by time.
std::vector<Report> make_reports(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  const std::uint64_t devices = std::min(parameters.whole("devices"), n);
  const double period = parameters.real("period"), jitter = parameters.real("jitter"), late = parameters.real("late");
  const double dropouts = parameters.real("dropouts");
  // Of all reports that many are lost, so an outage begins with this probability after each report that is not.
  const double outage = dropouts / (1 - dropouts) / kOutageReports;
  Rng rng(seed);
  std::vector<Report> reports;
  reports.reserve(n);
  for (std::uint64_t device = 0; device < devices; ++device) {
    const std::uint64_t count = n / devices + (device < n % devices ? 1 : 0);
    double due = rng.uniform() * period;
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const double time = due + jitter * period * (rng.uniform() - 0.5);
      const auto ms = std::max(last + 1, kStart + static_cast<std::uint64_t>(std::max(0.0, time)));
      if (ms >> kTimeBits != 0) {
        throw Error(fmt::format("generator 'iot': {} reports of a device every {} ms leave 44 bits", count, period));
      }
      last = ms;
      const double delay = rng.uniform() < late ? rng.uniform() * kLatest : 0;
      reports.push_back({static_cast<double>(ms) + delay, device << kTimeBits | ms});
      due += period;
      if (rng.uniform() < outage) due += period * std::floor(exponential(rng) * kOutageReports + 0.5);
    }
  }
  return reports;
}

std::vector<Key> keys_of(const std::vector<Report>& reports) {
  std::vector<Key> keys(reports.size());
  std::ranges::transform(reports, keys.begin(), &Report::key);
  return keys;
}

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  return keys_of(make_reports(n, parameters, seed));
}

std::vector<Key> arrivals(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  std::vector<Report> reports = make_reports(n, parameters, seed);
  std::ranges::stable_sort(reports, {}, &Report::arrival);
  return keys_of(reports);
}

const bool registered = add_generator({"iot",
                                       "reports of a fleet of devices, device and time as a composite key",
                                       {whole_parameter("devices", 100, 1, 1 << 20, "how many"),
                                        real_parameter("period", 60'000, 1, 1e9, "ms between reports of one"),
                                        real_parameter("jitter", 0.05, 0, 1, "of the period"),
                                        real_parameter("dropouts", 0.02, 0, 0.9, "share of reports lost in outages"),
                                        real_parameter("late", 0.05, 0, 1, "share that arrives up to an hour late")},
                                       &generate,
                                       &arrivals});

}  // namespace
}  // namespace omenbench::datasets
