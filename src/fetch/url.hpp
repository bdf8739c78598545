#pragma once

#include <string>
#include <string_view>

namespace ersatz::fetch {

/// The parts of a URL that a download looks at.
struct Url {
  std::string text;       ///< as it was given
  std::string scheme;     ///< lower case
  std::string host;       ///< lower case, IPv6 addresses in brackets
  bool loopback = false;  ///< the host is this machine: localhost, 127.0.0.0/8 or [::1]
};

/// Throws Error when `text` is no URL, or none that may be downloaded from: https is allowed, and
/// http on the loopback interface (mirrors through a tunnel, tests).
Url parse_url(std::string_view text);

/// The URL that a server redirects to. Throws Error when it may not be followed: what began with
/// https must stay on https, and only a loopback http URL may lead to loopback http again.
Url parse_redirect(const Url& from, std::string_view text);

}  // namespace ersatz::fetch
