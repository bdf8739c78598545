#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/page/html.hpp"

namespace ersatz::report {

/// The beginning of a page, up to its <body>: it may load nothing, so that a page that somebody else has made of
/// hostile names can reach nobody. `style` stands behind the page's own.
std::string page_head(std::string_view title, std::string_view style = "");

/// The sections' titles as links.
std::string contents_html(const std::vector<Section>& sections);

}  // namespace ersatz::report
