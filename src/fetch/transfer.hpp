#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fetch/url.hpp"

namespace ersatz::fetch {

/// The head of a server's answer.
struct Reply {
  long status = 0;  ///< HTTP status, 0 before there is one
  std::string etag, last_modified;
  std::string location;                      ///< where it redirects to, as an absolute URL
  std::optional<std::uint64_t> length;       ///< Content-Length
  std::optional<std::uint64_t> range_first;  ///< Content-Range: first byte of a 206 answer
  std::optional<std::uint64_t> range_total;  ///< Content-Range: bytes of the whole file
  std::optional<std::uint64_t> retry_after;  ///< seconds
};

struct Request {
  Url url;
  std::uint64_t from = 0;  ///< first byte to ask for
  std::string validator;   ///< sent as If-Range when `from` > 0
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds stall_timeout{30};  ///< less than `stall_rate` for this long is a stall
  std::uint64_t stall_rate = 1000;         ///< bytes per second
};

/// How a request ended.
enum class Ending {
  complete,     ///< the whole answer arrived
  interrupted,  ///< the connection broke or stalled: worth another attempt
  unreachable,  ///< no answer at all: no network, no such host, nobody listens
  refused,      ///< the receiver returned false
  failed,       ///< anything that another attempt will not change
};

struct Outcome {
  Ending ending = Ending::failed;
  Reply reply;
  std::string reason;  ///< in words, unless complete
};

/// Given the bytes of a 2xx answer as they arrive; the Reply is complete by then. Returning false
/// ends the transfer. Also called with no bytes now and then, so that it can look for a stop request.
using Receiver = std::function<bool(const Reply&, std::string_view bytes)>;

/// One GET, without following redirects. Exceptions of the receiver end the transfer and are passed on.
Outcome get(const Request& request, const Receiver& receiver);

}  // namespace ersatz::fetch
