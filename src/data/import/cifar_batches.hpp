#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "data/import/layout.hpp"

namespace ersatz::data {

// CIFAR-10's binary version (Krizhevsky 2009): data_batch_1.bin ... and test_batch.bin hold records
// of one label byte and 32x32 pixels as three planes, red first; batches.meta.txt names the classes.

inline constexpr ImageShape kCifarShape{32, 32};
inline constexpr std::size_t kCifarRecord = 1 + 32 * 32 * 3;

bool holds_cifar_batches(const Container& container);

/// The batches in a container as one source, or nothing when there are none. Throws Error when a
/// batch is no whole number of records.
std::optional<Layout> find_cifar_batches(const Container& container, const std::filesystem::path& path,
                                         const std::string& source);

/// The label of a record (kCifarRecord bytes) and its pixels as [32, 32, 3].
std::int32_t decode_cifar_record(std::string_view record, std::uint8_t* pixels);

/// "data_batch_1.bin/00042".
std::string cifar_record_name(const std::string& batch, std::size_t record);

}  // namespace ersatz::data
