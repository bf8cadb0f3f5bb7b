#include "tests/e2e/s3_fault_plan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace fanfold::e2e {

std::string rule(std::string_view request, std::string_view fault, std::string_view more) {
  return fmt::format(R"({{{}, "fault": {{{}}}{}}})", request, fault, more);
}

std::string plan_of(const Words& rules) {
  return fmt::format("[{}]", fmt::join(rules, ",\n"));
}

void expect_all_struck(const testing_support::FaultProxy& proxy, const Words& rules) {
  std::set<std::size_t> struck;
  std::istringstream log(proxy.log());
  for (std::string line; std::getline(log, line);) {
    const auto place = nlohmann::json::parse(line)["rule"];
    if (!place.is_null()) struck.insert(place.get<std::size_t>());
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_TRUE(struck.contains(i)) << "has met no request: " << rules[i] << "\n" << proxy.log();
  }
}

}  // namespace fanfold::e2e
