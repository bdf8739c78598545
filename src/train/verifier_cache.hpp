#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "data/selection.hpp"
#include "train/verifier.hpp"

namespace ersatz::train {

/// The endings, in place of a verifier's own (".safetensors"), of the lock that whoever trains it holds, and of the
/// checkpoints of its two networks.
inline constexpr std::string_view kVerifierLock = ".lock";
inline constexpr std::array<std::string_view, 2> kVerifierCheckpoints{".first.part", ".second.part"};

/// Which verifier: it is the same whenever all of this and the photographs are.
struct VerifierRequest {
  std::string classifier;  ///< without a backbone
  int classes = 2;
  std::uint64_t seed = 1;
  std::filesystem::path cache;  ///< folder; verifiers lie in cache/verifiers
};

/// Reads the verifier of these photographs from the cache, or trains it and leaves it there. What a stopped or killed
/// process had trained is kept; of several that ask at the same time one trains and the others wait. A damaged file is
/// deleted and made again, with a warning. Throws Error, or Stopped.
Verifier find_verifier(const VerifierRequest& request, const data::Selection& photographs,
                       const std::function<void(const std::string& message)>& on_warning = {});

/// Where the verifier is, or would be. Its name holds a hash of everything that its weights depend on: the photographs
/// and their labels, classifier, seed, recipe, and the engine that trains.
std::filesystem::path verifier_file(const VerifierRequest& request, const data::Selection& photographs);

}  // namespace ersatz::train
