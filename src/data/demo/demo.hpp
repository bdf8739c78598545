#pragma once

#include <filesystem>

namespace ersatz::data {

/// Writes a small data set in CIFAKE's layout: ten kinds of things named like CIFAKE's classes,
/// drawn as 32x32 JPEGs, 400 training and 100 test images per class and source. REAL is drawn with
/// much more variety (pose, colour, background, clutter, noise) than FAKE, so that a classifier
/// trained on FAKE does worse on REAL than one trained on REAL. It shows how ersatz works and says
/// nothing about any image generator.
///
/// `folder` appears whole or not at all, with the same bytes whenever it is written (by the same
/// libjpeg); demo data that are there already are replaced. Throws Error when `folder` exists and
/// holds anything else, or cannot be written; Stopped when a stop is requested.
void write_demo_data(const std::filesystem::path& folder);

/// Whether `folder` was made by write_demo_data(): the file ersatz-demo.txt at its top says so.
bool is_demo_data(const std::filesystem::path& folder);

}  // namespace ersatz::data
