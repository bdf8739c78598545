#include "data/duplicates.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

namespace ersatz::data {
namespace {

struct Image {
  std::uint64_t hash;
  const std::uint8_t* pixels;  ///< null when the hash alone decides
  std::size_t bytes;
  Split split;
  std::uint32_t index;

  int compare(const Image& other) const {
    if (hash != other.hash) return hash < other.hash ? -1 : 1;
    return pixels == nullptr ? 0 : std::memcmp(pixels, other.pixels, bytes);
  }
};

enum class By { file, pixels };

/// Calls visit(begin, end) for every group of equal images. Either store may be null.
template <typename Visit>
void for_each_group(const ImageStore* train, const ImageStore* test, By by, Visit visit) {
  std::vector<Image> images;
  for (const auto& [split, store] : {std::pair{Split::train, train}, std::pair{Split::test, test}}) {
    if (store == nullptr) continue;
    for (std::uint32_t i = 0; i < store->size(); ++i) {
      if (by == By::file) {
        images.push_back({store->file_hash(i), nullptr, 0, split, i});
      } else {
        images.push_back({store->pixel_hash(i), store->image(i).data(), store->image(i).size(), split, i});
      }
    }
  }
  std::sort(images.begin(), images.end(), [](const Image& a, const Image& b) { return a.compare(b) < 0; });
  for (auto begin = images.begin(); begin != images.end();) {
    const auto end = std::find_if(begin, images.end(), [&](const Image& one) { return one.compare(*begin) != 0; });
    visit(begin, end);
    begin = end;
  }
}

DuplicateCounts count(const ImageStore* train_store, const ImageStore* test_store, By by) {
  const auto pairs_of = [](std::size_t n) { return n < 2 ? 0 : n * (n - 1) / 2; };
  DuplicateCounts counts;
  for_each_group(train_store, test_store, by, [&](auto begin, auto end) {
    const auto train =
        static_cast<std::size_t>(std::count_if(begin, end, [](const Image& i) { return i.split == Split::train; }));
    const std::size_t test = static_cast<std::size_t>(end - begin) - train;
    counts.within_train += pairs_of(train);
    counts.within_test += pairs_of(test);
    counts.across += train * test;
    if (train > 0) counts.test_images_in_train += test;
  });
  counts.pairs = counts.within_train + counts.within_test + counts.across;
  return counts;
}

}  // namespace

DuplicateCounts duplicate_files(const Source& source) { return count(source.train.get(), source.test.get(), By::file); }
DuplicateCounts duplicate_pixels(const Source& source) {
  return count(source.train.get(), source.test.get(), By::pixels);
}

std::size_t test_images_in_training_of(const Source& train, const Source& test) {
  return count(train.train.get(), test.test.get(), By::pixels).test_images_in_train;
}

std::vector<std::uint32_t> test_images_without_copy(const Source& source) {
  std::vector<std::uint32_t> kept;
  for_each_group(source.train.get(), source.test.get(), By::pixels, [&](auto begin, auto end) {
    if (std::any_of(begin, end, [](const Image& i) { return i.split == Split::train; })) return;
    for (auto image = begin; image != end; ++image) kept.push_back(image->index);
  });
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace ersatz::data
