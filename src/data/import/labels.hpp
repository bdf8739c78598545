#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/import/layout.hpp"

namespace ersatz::data {

/// The ten class names of CIFAKE and CIFAR-10, in label order.
const std::vector<std::string>& cifar10_classes();

/// The label of a file with one of CIFAKE's names: "0000 (2).jpg" -> 1, "17.jpg" -> 0; empty for
/// other names and for numbers outside 1..10.
std::optional<std::int32_t> cifake_label(std::string_view file_name);

/// Gives every file of `layout` its label, and the layout its classes: by class folders when all
/// files lie in some, by CIFAKE's file names when none does and when these names fit as a whole: all ten classes
/// occur in every source, and no source is called like a class. Throws Error for a mixture, for names without a label
/// and for folders that may as well be classes as sources. `path` is for messages; `own` says that the container is one
/// source's own. Returns what gave the labels, in words.
std::string label_files(Layout& layout, const std::filesystem::path& path, bool own);

/// The same where something else has said the class of each file: `names` holds that of layout.splits[s].files[i] at
/// [s][i]. Classes are in byte order, or by number where all are numbers.
void label_by_names(Layout& layout, const std::vector<std::vector<std::string>>& names);

}  // namespace ersatz::data
