// Damaged input is read or refused with an Error that names it, never anything else: no other exception, no crash, no
// hang. A few thousand seeded mutations each; the `dev` preset runs them under sanitizers.
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "datasets/formats/integers.h"
#include "datasets/formats/table.h"
#include "datasets/key_parsing.h"
#include "datasets/recipe.h"
#include "mutation.h"
#include "workloads/workload_reader.h"

namespace omenbench::fuzz {
namespace {

namespace ds = datasets;

class TextSource : public ds::ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<char> out) override {
    const std::size_t n = std::min({out.size(), text_.size() - at_, std::size_t{61}});
    std::memcpy(out.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

const std::vector<std::string> kTables = {
    "id,name,time\n1,a,2020-01-01\n2,\"b, c\",2020-01-02 12:00:00.5\n3,\"d \"\"e\"\"\",2020-01-03\n\n4,f,\n",
    "# made by hand\n# id;x\n5;1.5\n7;2.25e3\n-9;0.1\n#11;4\n", "1|2|3|\n4|5|6|\n7|8|9|\n", "1 2 3\n4 5 6\n",
    "key\n18446744073709551615\n0\n007\n+5\n"};

TEST(FuzzTable, EveryMutationIsReadOrRefused) {
  for (const char* key : {"1", "2,1", "id"}) {
    const ds::Recipe recipe = ds::recipe_of_columns(key);
    hold(kTables, 1500, "t.csv", [&](const std::string& text) {
      TextSource source(text);
      ds::TableParser parser(recipe);
      parser.add(source, {"t.csv", ""}, "t.csv");
      std::move(parser).finish("t.csv");
    });
  }
}

TEST(FuzzTable, SoIsEveryMutationOfJson) {
  const std::vector<std::string> samples = {"{\"a\": {\"b\": 1.25}, \"c\": \"x\"}\n{\"a\": {\"b\": 7}}\n",
                                            "[{\"a\": {\"b\": [1, 2, 3]}},\n {\"a\": {\"b\": null}}]\n"};
  const ds::Recipe recipe = ds::parse_recipe(R"({"format": "json", "key": "a.b"})"_json, "r");
  hold(samples, 4000, "t.json", [&](const std::string& text) {
    TextSource source(text);
    ds::TableParser parser(recipe);
    parser.add_json(source, {"t.json", ""}, "t.json");
    std::move(parser).finish("t.json");
  });
}

TEST(FuzzTimestamp, EveryMutationIsAnInstantOrNone) {
  const std::vector<std::string> samples = {"2014-05-01T12:30:05.25+02:00", "20140501T123005Z", "2014/05/01 12:30"};
  std::uint64_t instants = 0;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    Rng rng(i);
    const auto instant = ds::parse_timestamp(mutate(samples[i % samples.size()], rng));
    instants += instant.has_value();
    if (instant) {
      EXPECT_LT(instant->nanoseconds, 1'000'000'000u);
    }
  }
  EXPECT_GT(instants, 100u);
  EXPECT_LT(instants, 19'900u);
}

TEST(FuzzSosd, EveryMutationIsReadOrRefused) {
  std::string sample(8 + 3 * 8, '\0');
  sample[0] = 3;
  hold({sample}, 2000, "k_uint64", [&](const std::string& text) {
    TextSource source(text);
    std::vector<std::uint64_t> keys;
    ds::read_sosd(source, {}, {"k_uint64", ""}, keys);
  });
}

TEST(FuzzRecipe, EveryMutationIsReadOrRefused) {
  const std::vector<std::string> samples = {
      R"({"format": "csv", "header": true, "missing": ["", "NA"], "key": [{"column": "a", "type": "text"}, {"date_columns": ["y", "m", "d"]}]})",
      R"({"format": "raw", "bits": 64, "numbers": "signed"})",
      R"({"key": {"column": "x", "scale": 1000}, "comment": "#"})"};
  hold(samples, 4000, "recipe 'r'", [&](const std::string& text) {
    ds::parse_recipe(parse_json(text, "recipe 'r'", {.comments = true}), "recipe 'r'");
  });
}

TEST(FuzzWorkload, EveryMutationIsReadOrRefused) {
  const std::vector<std::string> samples = {
      R"({"mix": {"lookup": 0.95, "insert": 0.05}, "choose": {"keys": "zipfian", "theta": 0.99}, "bulk_load": 0.5})",
      R"({"phases": [{"mix": {"scan": 1}, "scan_length": 100}, {"mix": {"lookup": 1}}]})", R"({"mix": {"lookup": 1}})"};
  hold(samples, 4000, "w.json", [&](const std::string& text) { read_workload(text, "w.json", "w"); });
}

}  // namespace
}  // namespace omenbench::fuzz
