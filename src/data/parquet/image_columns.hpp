#pragma once

#include <string>

namespace ersatz::data {

/// Which columns, or arrays, hold the images and their classes. Those that are empty are looked for.
struct ImageColumns {
  std::string image, label;
};

}  // namespace ersatz::data
