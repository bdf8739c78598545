#pragma once

#include <functional>
#include <string_view>

#include "data/import/container.hpp"
#include "data/import/layout.hpp"

namespace ersatz::data {

/// Hands the bytes of every image of a layout, as they lie in the container, to `visit`, in the container's order.
/// Nothing is decoded; what cannot be read from the container is left out, and an import names it. Throws Error when
/// the container itself cannot be read on, and Stopped.
void visit_images(const Container& container, const Layout& layout,
                  const std::function<void(const PlannedSplit& split, std::string_view bytes)>& visit);

}  // namespace ersatz::data
