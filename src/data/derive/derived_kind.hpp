#pragma once

#include <string>
#include <vector>

#include "data/augment/augmentation.hpp"
#include "data/image_store.hpp"

namespace ersatz::data {

/// In which way a derived source differs from the one that it is made from.
enum class Derive {
  as_is,            ///< in nothing
  pca,              ///< drawn from a normal distribution around the mean image of each class
  jpeg,             ///< written as JPEG and read again
  blur,             ///< blurred
  noise,            ///< with noise
  resize,           ///< made smaller and its old size again
  saturation,       ///< with other colours
  typical,          ///< the images nearest to the mean image of their class
  diverse,          ///< the images farthest from it
  duplicated,       ///< copies of few
  mislabelled,      ///< some stand under another class
  classes_without,  ///< a class is missing
  mixed,            ///< some are of another source
};

/// A kind with its value: "jpeg:40".
struct DerivedKind {
  Derive kind = Derive::as_is;
  double value = 0;        ///< a number, a share, or nothing
  std::string class_name;  ///< of classes_without

  /// As it is written, in one way for each meaning: "blur:0.5", also where ".50" was said.
  std::string text() const;
};

/// Throws Error for an unknown kind (with the nearest one) and for a value that is missing or out of range.
DerivedKind parse_derived_kind(const std::string& text);

/// The names of all kinds with what their values are called: "as-is", "jpeg:Q".
std::vector<std::string> derived_kind_names();

/// What happens to the pixels of each image: the project's own transforms with fixed values, or nothing. Throws Error
/// where images of this size would stay as they are.
std::vector<Augmentation> pixel_changes(const DerivedKind& kind, ImageShape shape);

}  // namespace ersatz::data
