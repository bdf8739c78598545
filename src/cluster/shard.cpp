#include "cluster/shard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cluster/share_out.hpp"

namespace ersatz::cluster {

Shard parse_shard(std::string_view text) {
  constexpr std::size_t kMost = 1'000'000;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto index = number_from<std::size_t>(text.substr(0, slash));
  const auto count = number_from<std::size_t>(text.substr(std::min(slash + 1, text.size())));
  if (!index || !count || *index < 1 || *index > *count || *count > kMost) {
    throw Error(fmt::format("\"{}\" is no part of a study", text),
                "2/8 is the second of eight parts: the first number is from 1 to the second");
  }
  return {*index, *count};
}

std::vector<std::size_t> jobs_of_shard(const std::vector<double>& costs, const Shard& shard) {
  return share_out(costs, shard.count)[shard.index - 1];
}

}  // namespace ersatz::cluster
