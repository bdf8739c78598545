#include "data/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"

namespace ersatz::data {
namespace {

/// The members of each class among `indices`, in an order that depends on (seed, class) and the
/// members alone. Taking the first k makes choices nested.
std::map<std::int32_t, std::vector<std::uint32_t>> shuffled_classes(const ImageStore& store,
                                                                    const std::vector<std::uint32_t>& indices,
                                                                    std::uint64_t seed) {
  std::map<std::int32_t, std::vector<std::uint32_t>> members;
  for (const std::uint32_t i : indices) members[store.strata()[i]].push_back(i);
  for (auto& [label, own] : members) {
    std::sort(own.begin(), own.end());
    Random(seed, "choose images", 0, static_cast<std::uint64_t>(label)).shuffle(std::span(own));
  }
  return members;
}

}  // namespace

Selection select_all(const ImageStore& store) {
  Selection chosen;
  chosen.shape = store.shape();
  chosen.labels.assign(store.labels().begin(), store.labels().end());
  chosen.images.reserve(store.size());
  for (std::uint32_t i = 0; i < store.size(); ++i) chosen.images.push_back({&store, i});
  return chosen;
}

Selection select(const ImageStore& store, const std::vector<std::uint32_t>& indices) {
  Selection chosen;
  chosen.shape = store.shape();
  chosen.images.reserve(indices.size());
  chosen.labels.reserve(indices.size());
  for (const std::uint32_t i : indices) {
    chosen.images.push_back({&store, i});
    chosen.labels.push_back(store.labels()[i]);
  }
  return chosen;
}

Holdout hold_out(const ImageStore& store, double share) {
  if (!(share >= 0 && share < 1)) throw Error(fmt::format("the validation share {} is not in [0, 1)", share));
  std::map<std::int32_t, std::size_t> left;
  for (const std::int32_t label : store.strata()) ++left[label];
  // The small addition: 0.29 * 100 is 28.999... in binary, but 29 images are meant.
  for (auto& [label, count] : left)
    count = static_cast<std::size_t>(std::floor(share * static_cast<double>(count) + 1e-9));
  Holdout parts;
  for (std::uint32_t i = 0; i < store.size(); ++i) {
    std::size_t& wanted = left[store.strata()[i]];
    (wanted > 0 ? parts.validation : parts.training).push_back(i);
    if (wanted > 0) --wanted;
  }
  return parts;
}

Holdout hold_out_chosen(const ImageStore& store, const std::vector<std::uint32_t>& chosen, double share,
                        std::uint64_t seed) {
  if (!(share > 0 && share < 1)) throw Error(fmt::format("the validation share {} is not in (0, 1)", share));
  std::vector<std::uint32_t> all(store.size());
  std::iota(all.begin(), all.end(), 0U);
  const auto classes = shuffled_classes(store, all, seed);
  std::vector<bool> is_chosen(store.size());
  for (const std::uint32_t i : chosen) is_chosen[i] = true;
  Holdout parts;
  double rank = 0;
  for (const auto& [label, members] : classes) {
    const double offset = rank++ / static_cast<double>(classes.size()) + 1e-9;  // see hold_out()
    // Of the first k images. Both grow by at most 1 with k: each image is on one side for every larger choice, too.
    const auto held = [&](std::size_t k) {
      const auto wanted = static_cast<std::size_t>(std::floor(share * static_cast<double>(k) + offset));
      return std::min(wanted, k == 0 ? 0 : k - 1);
    };
    std::size_t place = 0;
    for (const std::uint32_t i : members) {
      if (!is_chosen[i]) continue;
      (held(place + 1) > held(place) ? parts.validation : parts.training).push_back(i);
      ++place;
    }
  }
  std::ranges::sort(parts.training);
  std::ranges::sort(parts.validation);
  return parts;
}

std::vector<std::uint32_t> choose_per_class(const ImageStore& store, const std::vector<std::uint32_t>& indices,
                                            std::size_t per_class, std::uint64_t seed) {
  std::vector<std::uint32_t> chosen;
  for (const auto& [label, members] : shuffled_classes(store, indices, seed)) {
    chosen.insert(chosen.end(), members.begin(),
                  members.begin() + static_cast<std::ptrdiff_t>(std::min(per_class, members.size())));
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<std::uint32_t> choose_balanced(const ImageStore& store, const std::vector<std::uint32_t>& indices,
                                           std::size_t total, std::uint64_t seed) {
  if (total > indices.size()) {
    throw Error(fmt::format("{} images are asked for, but there are only {}", total, indices.size()));
  }
  const auto members = shuffled_classes(store, indices, seed);
  const auto count_up_to = [&](std::size_t level) {
    std::size_t count = 0;
    for (const auto& [label, own] : members) count += std::min(level, own.size());
    return count;
  };
  // The highest level at which every class giving that many (or all it has) is not too much.
  std::size_t low = 0, high = indices.size();
  while (low < high) {
    const std::size_t middle = low + (high - low + 1) / 2;
    (count_up_to(middle) <= total ? low : high) = count_up_to(middle) <= total ? middle : middle - 1;
  }
  std::size_t extra = total - count_up_to(low);
  std::vector<std::uint32_t> chosen;
  for (const auto& [label, own] : members) {
    std::size_t take = std::min(low, own.size());
    if (extra > 0 && own.size() > low) ++take, --extra;
    chosen.insert(chosen.end(), own.begin(), own.begin() + static_cast<std::ptrdiff_t>(take));
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

Selection join(Selection first, const Selection& second) {
  if (first.size() == 0) return second;
  if (second.size() == 0) return first;
  if (first.shape != second.shape) {
    throw Error(fmt::format("images of {} x {} and of {} x {} pixels cannot be put together", first.shape.width,
                            first.shape.height, second.shape.width, second.shape.height));
  }
  first.images.insert(first.images.end(), second.images.begin(), second.images.end());
  first.labels.insert(first.labels.end(), second.labels.begin(), second.labels.end());
  return first;
}

}  // namespace ersatz::data
