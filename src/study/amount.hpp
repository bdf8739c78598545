#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json_fwd.hpp"

namespace ersatz::study {

/// How much of a source's training images a training set takes: all, a number of images
/// (balanced over the classes), or a fraction in (0, 1]. The validation part is never counted.
struct Amount {
  enum class Kind { all, count, fraction } kind = Kind::all;
  double value = 0;

  bool operator==(const Amount&) const = default;
};

/// "all", 5000 (images) or 0.5 (fraction), as study files and run.json write it. Of what is none of these from_json
/// throws Error.
Json to_json(const Amount& amount);
Amount amount_from_json(const Json& value);

/// Sources and how much of each; in byte order of the names.
using Amounts = std::vector<std::pair<std::string, Amount>>;

/// { "FAKE": "all", "REAL": 5000 } and back, in the order of the object. from_json throws Error or Json::exception.
Json to_json(const Amounts& amounts);
Amounts amounts_from_json(const Json& value);

}  // namespace ersatz::study
