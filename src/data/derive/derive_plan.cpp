#include "data/derive/derive_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "data/derive/mean_distance.hpp"

namespace ersatz::data {
namespace {

using Images = std::vector<Candidate>;

std::size_t part_of(double share, std::size_t n) {
  return static_cast<std::size_t>(std::llround(share * static_cast<double>(n)));
}

class Planner {
 public:
  Planner(const PlanOptions& options, const std::vector<std::string>& classes, const Candidates& from,
          const Candidates& other)
      : options_(options), kind_(options.kind), names_(classes), pools_(from.classes), folders_(classes.size()) {
    if (kind_.kind == Derive::classes_without) leave_out(kind_.class_name);
    for (std::size_t k = 0; k < pools_.size(); ++k) {
      if (!pools_[k].empty()) present_.push_back(k);
    }
    if (kind_.kind == Derive::typical || kind_.kind == Derive::diverse) {
      for (Images& pool : pools_) pool = by_mean_distance(pool, kind_.value, kind_.kind == Derive::typical);
    }
    if (options.images && *options.images < present_.size()) {
      throw Error(fmt::format("--images {} is less than one of each of {} classes", *options.images, present_.size()),
                  fmt::format("ask for --images {} at least", present_.size()));
    }
    if (kind_.kind == Derive::mixed) others_ = without(other.classes, from.classes);
  }

  std::vector<PlannedImage> plan() {
    switch (kind_.kind) {
      case Derive::pca: draw(); break;
      case Derive::duplicated: copy(); break;
      case Derive::mislabelled: mislabel(); break;
      case Derive::mixed: mix(); break;
      default:
        for (const std::size_t k : present_) put(k, take(pools_[k], wanted(k), k, options_.from), false);
    }
    return in_order_of_files();
  }

 private:
  void leave_out(const std::string& name) {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
      throw Error(fmt::format("--kind {}: there is no class \"{}\"", kind_.text(), name),
                  suggest(name, names_, "there are"));
    }
    Images& pool = pools_[static_cast<std::size_t>(found - names_.begin())];
    if (pool.empty()) throw Error(fmt::format("--kind {}: {} has no images of it", kind_.text(), options_.from));
    pool.clear();
    if (std::ranges::all_of(pools_, [](const Images& images) { return images.empty(); })) {
      throw Error(fmt::format("--kind {}: {} has no other class", kind_.text(), options_.from));
    }
  }

  // What the first source has is not taken from the second.
  static std::vector<Images> without(const std::vector<Images>& images, const std::vector<Images>& those) {
    PixelHashes known;
    for (const Images& some : those) {
      for (const Candidate& image : some) known.insert(image.pixels);
    }
    std::vector<Images> left = images;
    for (Images& some : left) std::erase_if(some, [&](const Candidate& one) { return known.contains(one.pixels); });
    return left;
  }

  std::size_t wanted(std::size_t k) const {
    return options_.images ? *options_.images / present_.size() : pools_[k].size();
  }

  // The first `count` of a pool.
  Images take(const Images& pool, std::size_t count, std::size_t k, const std::string& source) const {
    if (count <= pool.size()) return {pool.begin(), pool.begin() + static_cast<std::ptrdiff_t>(count)};
    const bool part = kind_.kind == Derive::typical || kind_.kind == Derive::diverse;
    throw Error(fmt::format("--kind {}: {} images of {} are wanted, but {} has only {}{}", kind_.text(),
                            format_count(count), names_[k], source, format_count(pool.size()),
                            part ? " of them in that share" : " different ones for training that are not left out"),
                part ? "ask for fewer with --images, or for a larger share" : "ask for fewer with --images");
  }

  void put(std::size_t folder, const Images& images, bool of_other) {
    for (const Candidate& image : images) {
      folders_[folder].push_back(
          {static_cast<std::int32_t>(folder), image.label, of_other, 0, image.pixels, image.image});
    }
  }

  void draw() {
    const auto components = static_cast<std::size_t>(kind_.value);
    for (const std::size_t k : present_) {
      if (pools_[k].size() <= components) {
        throw Error(fmt::format("--kind {}: {} has only {} different images of {} for training", kind_.text(),
                                options_.from, format_count(pools_[k].size()), names_[k]),
                    "there must be more images of each class than components");
      }
      const auto label = static_cast<std::int32_t>(k);
      folders_[k].assign(wanted(k), PlannedImage{label, label, false, 0, 0, {}});
    }
  }

  void copy() {
    const auto different = static_cast<std::size_t>(kind_.value);
    for (std::size_t i = 0; i < present_.size(); ++i) {
      const std::size_t k = present_[i];
      const std::size_t here = different / present_.size() + (i < different % present_.size() ? 1 : 0);
      if (here == 0 || here > wanted(k)) {
        throw Error(fmt::format("--kind {}: {} different images of {}, but {} of it in all", kind_.text(), here,
                                names_[k], format_count(wanted(k))),
                    "there must be one of each class at least, and no more than --images");
      }
      Images images = take(pools_[k], here, k, options_.from);
      sort_seeded(images, "place", options_.seed);
      const std::size_t all = wanted(k);
      images.reserve(all);
      for (std::size_t n = here; n < all; ++n) images.push_back(images[n - here]);
      put(k, images, false);
    }
  }

  // Of each class the same steps to the classes behind it: where classes are of one size they stay so.
  void mislabel() {
    const std::size_t classes = present_.size();
    if (classes < 2) throw Error(fmt::format("--kind {}: {} has one class alone", kind_.text(), options_.from));
    for (std::size_t i = 0; i < classes; ++i) {
      const std::size_t k = present_[i];
      Images images = take(pools_[k], wanted(k), k, options_.from);
      sort_seeded(images, "mislabelled", options_.seed);
      const std::size_t moved = part_of(kind_.value, images.size());
      if (moved == 0) {
        throw Error(fmt::format("--kind {}: that is not one of {} images of {}", kind_.text(),
                                format_count(images.size()), names_[k]),
                    "ask for a larger share, or for more images");
      }
      for (std::size_t n = 0; n < images.size(); ++n) {
        put(n < moved ? present_[(i + 1 + n % (classes - 1)) % classes] : k, {images[n]}, false);
      }
    }
  }

  void mix() {
    for (const std::size_t k : present_) {
      const std::size_t all = wanted(k), of_other = part_of(kind_.value, all);
      put(k, take(others_[k], of_other, k, options_.other), true);
      put(k, take(pools_[k], all - of_other, k, options_.from), false);
    }
  }

  // An order of its own, so that the first files of a class are like the others: they are what training validates on.
  std::vector<PlannedImage> in_order_of_files() {
    std::vector<PlannedImage> all;
    for (std::vector<PlannedImage>& folder : folders_) {
      if (kind_.kind != Derive::pca && kind_.kind != Derive::duplicated) {
        std::vector<std::pair<std::uint64_t, PlannedImage>> placed;
        for (const PlannedImage& one : folder)
          placed.emplace_back(seeded_number("place", options_.seed, one.pixels), one);
        std::ranges::sort(placed, {}, [](const auto& one) { return std::pair(one.first, one.second.pixels); });
        std::ranges::transform(placed, folder.begin(), [](const auto& one) { return one.second; });
      }
      for (std::size_t i = 0; i < folder.size(); ++i) {
        folder[i].number = i;
        all.push_back(folder[i]);
      }
    }
    return all;
  }

  const PlanOptions& options_;
  const DerivedKind& kind_;
  const std::vector<std::string>& names_;
  std::vector<Images> pools_, others_;  // of each class
  std::vector<std::size_t> present_;    // the classes that there are images of
  std::vector<std::vector<PlannedImage>> folders_;
};

}  // namespace

std::vector<PlannedImage> plan_images(const PlanOptions& options, const std::vector<std::string>& classes,
                                      const Candidates& from, const Candidates& other) {
  return Planner(options, classes, from, other).plan();
}

}  // namespace ersatz::data
