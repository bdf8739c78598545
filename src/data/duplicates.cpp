#include "data/duplicates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "base/text.hpp"

namespace ersatz::data {
namespace {

/// The images of one split of a source.
struct Part {
  const Source* source;
  Split split;

  const ImageStore* store() const { return source->split(split); }
};

struct Image {
  std::uint64_t hash;
  const std::uint8_t* pixels;  ///< null when the hash alone decides
  std::size_t bytes;
  const Part* part;
  std::uint32_t index;

  Split split() const { return part->split; }
  std::int32_t label() const { return part->store()->labels()[index]; }

  int compare(const Image& other) const {
    if (hash != other.hash) return hash < other.hash ? -1 : 1;
    // Sorting compares images with themselves: their pixels need not be read from the disk for that.
    return pixels == other.pixels ? 0 : std::memcmp(pixels, other.pixels, bytes);
  }
};

enum class By { file, pixels };

/// Calls visit(begin, end) for every group of equal images.
template <typename Visit>
void for_each_group(const std::vector<Part>& parts, By by, Visit visit) {
  std::vector<Image> images;
  for (const Part& part : parts) {
    const ImageStore* store = part.store();
    if (store == nullptr) continue;
    for (std::uint32_t i = 0; i < store->size(); ++i) {
      if (by == By::file) {
        images.push_back({store->file_hash(i), nullptr, 0, &part, i});
      } else {
        const auto pixels = store->unchecked_image(i);
        images.push_back({store->pixel_hash(i), pixels.data(), pixels.size(), &part, i});
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

/// "cat/1.png of photos is cat"
std::string in_words(const Image& image, const std::vector<std::string>& classes) {
  const std::string& folder = image.part->source->folder(image.split());
  return fmt::format("{}{}{} of {} is {}", folder, folder.empty() ? "" : "/",
                     image.part->store()->file_name(image.index), image.part->source->name,
                     classes[static_cast<std::size_t>(image.label())]);
}

DuplicateCounts count(const Source& train_source, const Source& test_source, By by) {
  const auto pairs_of = [](std::size_t n) { return n < 2 ? 0 : n * (n - 1) / 2; };
  DuplicateCounts counts;
  for_each_group({{&train_source, Split::train}, {&test_source, Split::test}}, by, [&](auto begin, auto end) {
    const auto train =
        static_cast<std::size_t>(std::count_if(begin, end, [](const Image& i) { return i.split() == Split::train; }));
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

DuplicateCounts duplicate_files(const Source& source) { return count(source, source, By::file); }
DuplicateCounts duplicate_pixels(const Source& source) { return count(source, source, By::pixels); }

std::size_t test_images_in_training_of(const Source& train, const Source& test) {
  return count(train, test, By::pixels).test_images_in_train;
}

LabelConflicts label_conflicts(const DataSet& set) {
  std::vector<Part> parts;
  for (const Source& source : set.sources) {
    parts.push_back({&source, Split::train});
    parts.push_back({&source, Split::test});
  }
  LabelConflicts conflicts;
  for_each_group(parts, By::pixels, [&](auto begin, auto end) {
    const auto other = std::find_if(begin, end, [&](const Image& one) { return one.label() != begin->label(); });
    if (other == end) return;
    if (conflicts.images == 0) {
      conflicts.first = in_words(*begin, set.classes);
      conflicts.other = in_words(*other, set.classes);
    }
    conflicts.images += static_cast<std::size_t>(end - begin);
  });
  return conflicts;
}

std::string LabelConflicts::warning() const {
  if (images == 0) return {};
  return fmt::format("{} images have an equal image of another class, pixel by pixel: {}, and {}", format_count(images),
                     first, other);
}

std::vector<std::uint32_t> test_images_without_copy(const Source& source) {
  std::vector<std::uint32_t> kept;
  for_each_group({{&source, Split::train}, {&source, Split::test}}, By::pixels, [&](auto begin, auto end) {
    if (std::any_of(begin, end, [](const Image& i) { return i.split() == Split::train; })) return;
    for (auto image = begin; image != end; ++image) kept.push_back(image->index);
  });
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace ersatz::data
