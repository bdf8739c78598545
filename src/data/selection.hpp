#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "data/image_store.hpp"

namespace ersatz::data {

/// One image of a store.
struct ImageReference {
  const ImageStore* store = nullptr;
  std::uint32_t index = 0;

  /// [height, width, 3]
  std::span<const std::uint8_t> pixels() const { return store->image(index); }
  auto operator<=>(const ImageReference&) const = default;
};

/// Images chosen from one or several stores, each with its label. The stores must outlive it.
/// A Selection carries its own labels, so it can also be "which source is this image from".
struct Selection {
  std::vector<ImageReference> images;
  std::vector<std::int32_t> labels;
  ImageShape shape;

  std::size_t size() const { return images.size(); }
};

/// Every image of a store, in store order.
Selection select_all(const ImageStore& store);

/// The images of `store` at `indices`, in that order.
Selection select(const ImageStore& store, const std::vector<std::uint32_t>& indices);

/// A training split in two: the first floor(share x n_c) images of each class c in byte order of
/// their names are the validation part, the others are trained on. Both keep the store's order.
struct Holdout {
  std::vector<std::uint32_t> training, validation;  ///< indices into the store
};
Holdout hold_out(const ImageStore& store, double share);

/// Some chosen images of a store in two, by `seed`: of class number r of C a part of floor(share x n + r / C) of its n
/// chosen images is the validation part, but never all of them. So floor(share x N) are held out of N images that are
/// spread evenly over the classes. Nested as choose_per_class() and choose_balanced() are: what is held out of a
/// smaller choice by the same seed from the whole store is held out of every larger one. Both keep the store's order.
Holdout hold_out_chosen(const ImageStore& store, const std::vector<std::uint32_t>& chosen, double share,
                        std::uint64_t seed);

/// At most `per_class` of `indices` for each class, chosen by `seed`, in store order. Choices are
/// nested: what is chosen for a smaller number is chosen for every larger one too.
std::vector<std::uint32_t> choose_per_class(const ImageStore& store, const std::vector<std::uint32_t>& indices,
                                            std::size_t per_class, std::uint64_t seed);

/// As choose_per_class(), but `total` images as evenly over the classes as their sizes allow; where
/// `total` is no multiple, the lower class indices get one more. Throws Error when there are fewer than `total`.
std::vector<std::uint32_t> choose_balanced(const ImageStore& store, const std::vector<std::uint32_t>& indices,
                                           std::size_t total, std::uint64_t seed);

/// `first` followed by `second`. Throws Error when their image shapes differ.
Selection join(Selection first, const Selection& second);

}  // namespace ersatz::data
