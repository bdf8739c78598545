#pragma once

#include <utility>
#include <vector>

#include "data/demo/demo_canvas.hpp"

namespace ersatz::data {

/// Which of an object's colours a part has.
enum class Tint { body, second, dark, light, glass };

/// A part of an object: a polygon in object units (x to the right, y down, about -56..56).
struct Part {
  std::vector<Point> outline;
  Tint tint = Tint::body;
};

/// Where things of a kind are usually seen.
enum class Place { sky, road, grass, forest, water, room };

/// A kind of thing as the demo draws it, looking to the right.
struct ObjectKind {
  std::vector<Part> parts;            ///< from back to front
  Colour body, second;                ///< the usual colours
  std::vector<Colour> other_colours;  ///< that its body may have instead
  Place place;
};

/// One kind for each label 0..9.
const std::vector<ObjectKind>& demo_object_kinds();

}  // namespace ersatz::data
