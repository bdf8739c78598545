#pragma once

#include "analysis/results.hpp"
#include "study/session.hpp"

namespace ersatz::cli {

/// Puts the test images that the page shows into the output folder, small: whoever makes the page again needs no data.
/// Throws Error.
void write_page_images(const study::Session& session, const analysis::ResultTable& table);

}  // namespace ersatz::cli
