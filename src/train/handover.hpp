#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "models/method.hpp"
#include "train/checkpoint.hpp"

namespace ersatz::train {

/// A longer training of the same task, which repeats every step of a shorter one until the cooldown of that begins. It
/// goes on from there, to the same bits, where it finds the shorter one's state as its own checkpoint.
struct Handover {
  models::Method longer;             ///< differs in its budget alone
  std::filesystem::path checkpoint;  ///< of the longer training
};

/// The step at which the shorter training leaves its state: the first of its cooldown. Nothing unless both have a step
/// budget and a cooldown, which in the longer one begins no earlier.
std::optional<std::int64_t> parting_step(const models::Method& shorter, const models::Method& longer);

/// The checkpoint of the longer training at the step that `shorter_state` has, over this many training images: its
/// rounds are put together from those of the shorter one. Their losses may differ in the last bits from sums over the
/// steps, nothing else does; their times are the shorter one's. Nothing where a round of the longer one ends within a
/// round of the shorter one, where nobody validated.
std::optional<Checkpoint> carry_over(const Checkpoint& shorter_state, const models::Method& shorter,
                                     const models::Method& longer, std::size_t images);

}  // namespace ersatz::train
