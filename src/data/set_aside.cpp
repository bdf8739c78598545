#include "data/set_aside.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <regex>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

std::regex compile(const std::string& text) {
  try {
    return std::regex(text);
  } catch (const std::regex_error& problem) {
    throw Error(fmt::format("[data] group: \"{}\" is no regular expression: {}", text, problem.what()));
  }
}

std::vector<std::uint64_t> groups_by_name(const ImageStore& store, const std::string& text) {
  const std::regex expression = compile(text);
  std::vector<std::uint64_t> groups;
  for (std::size_t i = 0; i < store.size(); ++i) {
    const std::string name(store.file_name(i));
    std::smatch match;
    if (!std::regex_search(name, match, expression)) {
      throw Error(fmt::format("[data] group: \"{}\" is in no table of labels, and as a regular expression it is not "
                              "found in the name {}",
                              text, name),
                  "name a column of labels.csv or metadata.csv, or what all names have: group = \"^[^/]+/([0-9]+)\"");
    }
    const std::string group = match.size() > 1 ? match[1].str() : match[0].str();
    groups.push_back(short_hash(sha256(group)));
  }
  return groups;
}

}  // namespace

std::vector<std::uint64_t> group_numbers(const ImageStore& store, const std::string* group) {
  if (group != nullptr && (store.size() == 0 || !store.group_hash(0))) return groups_by_name(store, *group);
  std::vector<std::uint64_t> groups;
  for (std::size_t i = 0; i < store.size(); ++i) {
    groups.push_back(group == nullptr ? store.decoded_hash(i) : *store.group_hash(i));
  }
  return groups;
}

std::vector<bool> choose_for_testing(std::span<const std::uint64_t> groups, std::span<const std::int32_t> labels,
                                     const TestAmount& amount) {
  std::vector<bool> chosen(groups.size(), false);
  if (amount.kind == TestAmount::Kind::fraction) {
    // 53 bits are what a double holds.
    const double limit = std::ldexp(amount.value, 53);
    for (std::size_t i = 0; i < groups.size(); ++i) chosen[i] = static_cast<double>(groups[i] >> 11) < limit;
    return chosen;
  }
  std::map<std::int32_t, std::size_t> missing;
  for (const std::int32_t label : labels) missing[label] = static_cast<std::size_t>(amount.value);
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return groups[a] < groups[b]; });
  for (auto begin = order.begin(); begin != order.end();) {
    const auto end = std::find_if(begin, order.end(), [&](std::size_t i) { return groups[i] != groups[*begin]; });
    const bool wanted = std::any_of(begin, end, [&](std::size_t i) { return missing[labels[i]] > 0; });
    for (auto i = begin; wanted && i != end; ++i) {
      chosen[*i] = true;
      std::size_t& left = missing[labels[*i]];
      if (left > 0) --left;
    }
    begin = end;
  }
  return chosen;
}

}  // namespace ersatz::data
