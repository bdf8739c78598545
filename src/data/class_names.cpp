#include "data/class_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

namespace ersatz::data {
namespace {

/// The class that each joined name means.
std::map<std::string, std::string> meanings(const JoinedClasses& joined, const std::set<std::string>& known) {
  std::map<std::string, std::string> meaning;
  for (const auto& [name, others] : joined) {
    for (const std::string& other : others) {
      if (!known.contains(other)) {
        throw Error(fmt::format("[data] classes: no source has a class \"{}\" to join with {}", other, name),
                    suggest(other, {known.begin(), known.end()}, "there are"));
      }
      if (joined.contains(other) && other != name) {
        throw Error(fmt::format("[data] classes: {} is joined with {}, and others with it", other, name),
                    "write all names of a class in one list");
      }
      if (!meaning.emplace(other, name).second) {
        throw Error(fmt::format("[data] classes: {} is joined with two classes", other));
      }
    }
  }
  return meaning;
}

void refuse_names_that_differ_in_case(const std::set<std::string>& names) {
  std::map<std::string, std::string> seen;
  for (const std::string& name : names) {
    const auto [other, is_new] = seen.emplace(lower_ascii(name), name);
    if (is_new) continue;
    throw Error(fmt::format("the classes {} and {} differ in upper and lower case only", other->second, name),
                fmt::format("if they are one, write under [data] in the study file: classes = {{ \"{}\" = [\"{}\"] }}",
                            name, other->second));
  }
}

}  // namespace

UnitedClasses unite_classes(const std::vector<std::vector<std::string>>& lists, const JoinedClasses& joined) {
  std::set<std::string> known;
  for (const auto& list : lists) known.insert(list.begin(), list.end());
  const auto meaning = meanings(joined, known);
  std::vector<std::vector<std::string>> renamed = lists;  // one name for each label
  std::set<std::string> all;
  for (auto& list : renamed) {
    for (std::string& name : list) {
      if (const auto found = meaning.find(name); found != meaning.end()) name = found->second;
      all.insert(name);
    }
  }
  refuse_names_that_differ_in_case(all);

  UnitedClasses united;
  for (const auto& list : renamed) {
    std::vector<std::string> distinct;
    for (const std::string& name : list) {
      if (std::find(distinct.begin(), distinct.end(), name) == distinct.end()) distinct.push_back(name);
    }
    if (united.names.empty() && distinct.size() == all.size()) united.names = std::move(distinct);
  }
  if (united.names.empty()) united.names.assign(all.begin(), all.end());
  std::map<std::string, std::int32_t> label;
  for (std::size_t k = 0; k < united.names.size(); ++k) label[united.names[k]] = static_cast<std::int32_t>(k);
  for (const auto& list : renamed) {
    auto& labels = united.labels.emplace_back();
    for (const std::string& name : list) labels.push_back(label.at(name));
  }
  return united;
}

}  // namespace ersatz::data
