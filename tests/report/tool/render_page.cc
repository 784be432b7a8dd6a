// Renders a result document (first argument) to standard output, so that the browser test does not wait for the whole
// program.
#include <fstream>
#include <iostream>

#include "results/report/report.h"
#include "results/result_json.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1]);
  std::cout << omenbench::render_report(omenbench::result_from_json(nlohmann::ordered_json::parse(file)));
}
