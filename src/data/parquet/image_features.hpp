#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ersatz::data {

/// What Hugging Face's library `datasets` notes beside a table about the columns that matter here.
struct ImageFeatures {
  std::vector<std::string> images;                         ///< columns that hold images
  std::map<std::string, std::vector<std::string>> labels;  ///< columns that hold classes: their names, by number
};

/// Reads the JSON text that stands under the key "huggingface". Throws Error when it is none.
ImageFeatures read_image_features(std::string_view note);

}  // namespace ersatz::data
