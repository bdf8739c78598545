#pragma once

#include <string>
#include <vector>

#include "analysis/gains.hpp"
#include "analysis/mixtures.hpp"

namespace ersatz::report {

/// "flip+crop(padding 2)": parameters stand where they are not the usual ones. "none" for an empty list.
std::string augmentation_text(const std::vector<data::Augmentation>& list);

/// "10,000 FAKE": the images of other sources than `source`.
std::string other_images_text(const analysis::Mixture& mixture, const std::string& source);

/// "10,000 FAKE, flip+crop+5 more, half and half, learning rate .03": what the mixture has besides its images of
/// `source`, how it uses them, and settings of its own. Long lists are cut short.
std::string additions_text(const analysis::Mixture& mixture, const std::string& source);

/// The comparisons whose intervals and p are adjusted together: "the 16 comparisons of LeNet and VGG16". There is one.
std::string family_text(const analysis::GainTable& gains);

}  // namespace ersatz::report
