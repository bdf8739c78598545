#pragma once

#include <string>
#include <vector>

#include "analysis/answer.hpp"
#include "study/image_use.hpp"

namespace ersatz::report {

/// "half and half", "drawn FAKE .9 to 0, REAL .1 to 1", "FAKE weighted .3", "FAKE first", "color matched",
/// ".5 of FAKE kept by agreement", "labels of a teacher": how a training set's images are used. Empty where they are
/// used as usual.
std::string use_text(const study::ImageUse& use);

/// Whether some images are used in a way of their own, and the answer compares it with others.
bool compares_uses(const analysis::Answer& answer);
/// The sentence of an answer that sets ways to use the same images against each other, where there are some.
void say_uses(const analysis::Answer& answer, std::vector<std::string>& sentences);
/// The one that sets images kept by a verifier against as many kept at random.
void say_kept(const analysis::Answer& answer, std::vector<std::string>& sentences);

}  // namespace ersatz::report
