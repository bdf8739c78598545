#include "cluster/slurm_array.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ersatz::cluster {
namespace {

constexpr std::size_t kLongest = 10'000;  // tasks of one array

// Tasks of "7", "5-8" or "0-10:2"; 0 for any other text.
std::size_t count_range(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto step = colon == text.size() ? 1 : number_from<std::size_t>(text.substr(colon + 1)).value_or(0);
  const std::string_view range = text.substr(0, colon);
  const std::size_t dash = std::min(range.find('-'), range.size());
  const auto first = number_from<std::size_t>(range.substr(0, dash));
  const auto last = dash == range.size() ? first : number_from<std::size_t>(range.substr(dash + 1));
  if (!first || !last || *last < *first || step == 0) return 0;
  return (*last - *first) / step + 1;
}

}  // namespace

std::string condensed(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    if (!text.empty()) text += ',';
    text += end - i == 1 ? std::to_string(numbers[i]) : fmt::format("{}-{}", numbers[i], numbers[end - 1]);
    i = end;
  }
  return text;
}

std::size_t count_tasks(std::string_view array) {
  std::string_view rest = array.substr(0, array.find('%'));
  std::size_t tasks = 0;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::size_t some = count_range(rest.substr(0, comma));
    if (some == 0) return 0;
    tasks += some;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return tasks;
}

std::string SlurmArray::text(std::size_t at_a_time) const {
  return condensed(tasks) + (at_a_time > 0 ? fmt::format("%{}", at_a_time) : "");
}

std::vector<SlurmArray> arrays_of(const std::vector<std::size_t>& parts, std::size_t max_size) {
  const std::size_t longest = std::clamp<std::size_t>(max_size, 2, kLongest + 1) - 1;
  std::vector<SlurmArray> arrays;
  for (const std::size_t part : parts) {
    const std::size_t before = (part - 1) / longest * longest;
    if (arrays.empty() || arrays.back().before != before) arrays.push_back({before, {}});
    arrays.back().tasks.push_back(part - before);
  }
  return arrays;
}

std::size_t max_array_size(std::string_view config) {
  constexpr std::string_view kName = "MaxArraySize";
  std::size_t at = config.find(kName);
  if (at == std::string_view::npos) return 0;
  at = config.find_first_not_of(" \t=", at + kName.size());
  if (at == std::string_view::npos) return 0;
  const std::size_t end = config.find_first_not_of("0123456789", at);
  return number_from<std::size_t>(config.substr(at, std::min(end, config.size()) - at)).value_or(0);
}

}  // namespace ersatz::cluster
