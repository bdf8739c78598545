#include "data/set_aside.hpp"

#include <fmt/format.h>

#include <re2/re2.h>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

std::vector<std::uint64_t> groups_by_name(const ImageStore& store, const std::string& text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  if (const re2::RE2 given(text, options); !given.ok()) {
    throw Error(fmt::format("[data] group: \"{}\" is no regular expression: {}", text, given.error()));
  }
  const re2::RE2 expression("(" + text + ")", options);
  const bool has_part = expression.NumberOfCapturingGroups() > 1;
  std::vector<std::uint64_t> groups;
  groups.reserve(store.size());
  std::string name, all, part;
  for (std::size_t i = 0; i < store.size(); ++i) {
    name = store.file_name(i);
    const bool found = has_part ? re2::RE2::PartialMatch(name, expression, &all, &part)
                                : re2::RE2::PartialMatch(name, expression, &all);
    if (!found) {
      throw Error(fmt::format("[data] group: \"{}\" is in no table of labels, and as a regular expression it is not "
                              "found in the name {}",
                              text, name),
                  "name a column of labels.csv or metadata.csv, or what all names have: group = \"^[^/]+/([0-9]+)\"");
    }
    groups.push_back(short_hash(sha256(has_part ? part : all)));
  }
  return groups;
}

}  // namespace

std::vector<std::uint64_t> group_numbers(const ImageStore& store, const std::string* group) {
  if (group != nullptr && (store.size() == 0 || !store.group_hash(0))) return groups_by_name(store, *group);
  std::vector<std::uint64_t> groups;
  groups.reserve(store.size());
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
