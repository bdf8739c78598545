#include "fetch/transfer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"

namespace ersatz::fetch {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostOfAnErrorPage = 1 << 16;

/// Notices that hardly anything arrives any more. Counts over stretches as long as the timeout, so that a stall is
/// noticed after one to two of them, and silence after one.
class StallWatch {
 public:
  StallWatch(std::chrono::seconds timeout, std::uint64_t rate)
      : timeout_(timeout), least_(rate * static_cast<std::uint64_t>(timeout.count())) {}

  /// The server's answer goes on: time until here is the server's, not the line's.
  void head() { last_byte_ = begin_ = Clock::now(); }
  void body(std::size_t bytes) {
    last_byte_ = Clock::now();
    arrived_ += bytes;
  }
  bool stalled() {
    const Clock::time_point now = Clock::now();
    if (now - last_byte_ > timeout_) return true;
    if (now - begin_ <= timeout_) return false;
    if (arrived_ > 0 && arrived_ < least_) return true;
    begin_ = now;
    arrived_ = 0;
    return false;
  }

 private:
  std::chrono::seconds timeout_;
  std::uint64_t least_;  // bytes in that time
  Clock::time_point begin_ = Clock::now(), last_byte_ = begin_;
  std::uint64_t arrived_ = 0;
};

struct Exchange {
  const Receiver& receiver;
  StallWatch watch;
  Reply reply{};
  std::exception_ptr problem{};
  std::size_t error_page = 0;  ///< bytes
  bool stalled = false;

  // C code lies between the receiver and get(): its exceptions wait here.
  bool receive(std::string_view bytes) noexcept {
    try {
      return receiver(reply, bytes);
    } catch (...) {
      problem = std::current_exception();
      return false;
    }
  }
};

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// "bytes 100-199/1000", "bytes 100-199/*" or "bytes */1000" (RFC 9110, 14.4).
void read_content_range(std::string_view value, Reply& reply) {
  if (value.substr(0, 6) != "bytes ") return;
  value.remove_prefix(6);
  const auto slash = value.find('/');
  if (slash == std::string_view::npos) return;
  reply.range_total = number_from<std::uint64_t>(trim(value.substr(slash + 1)));
  reply.range_first = number_from<std::uint64_t>(trim(value.substr(0, value.find('-'))));
}

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.watch.head();
  Reply& reply = exchange.reply;
  const std::string_view line(bytes, size);
  if (line.substr(0, 5) == "HTTP/") {  // a new head: the one before was informational (1xx)
    reply = {};
    const auto space = line.find(' ');
    if (space != std::string_view::npos) {
      reply.status = static_cast<long>(number_from<std::uint64_t>(line.substr(space + 1, 3)).value_or(0));
    }
    return size;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  const std::string name(trim(line.substr(0, colon)));
  const std::string_view value = trim(line.substr(colon + 1));
  const auto is = [&](const char* wanted) { return curl_strequal(name.c_str(), wanted) != 0; };
  if (is("etag")) reply.etag = value;
  if (is("last-modified")) reply.last_modified = value;
  if (is("content-length")) reply.length = number_from<std::uint64_t>(value);
  if (is("content-range")) read_content_range(value, reply);
  if (is("retry-after")) reply.retry_after = number_from<std::uint64_t>(value);
  return size;
}

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.watch.body(size);
  if (exchange.reply.status / 100 != 2) {
    exchange.error_page += size;
    return exchange.error_page <= kMostOfAnErrorPage ? size : size + 1;
  }
  return exchange.receive({bytes, size}) ? size : size + 1;
}

// Called at least about once a second. (libcurl's own low-speed limit goes by an average over several
// seconds and notices a dead connection late.)
int on_tick(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.stalled = exchange.watch.stalled();
  return !exchange.stalled && exchange.receive({}) ? 0 : 1;
}

Ending classify(CURLcode code, const Reply& reply) {
  switch (code) {
    case CURLE_OK: return Ending::complete;
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK: return Ending::refused;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR: return Ending::unreachable;
    case CURLE_OPERATION_TIMEDOUT:  // while connecting, or later
      return reply.status == 0 ? Ending::unreachable : Ending::interrupted;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_HTTP3: return Ending::interrupted;
    default: return Ending::failed;
  }
}

}  // namespace

Outcome get(const Request& request, const Receiver& receiver) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(), curl_easy_cleanup);
  if (started != CURLE_OK || !handle) throw Error("cannot start libcurl");
  CURL* const curl = handle.get();
  Exchange exchange{receiver, {request.stall_timeout, request.stall_rate}};
  char detail[CURL_ERROR_SIZE] = "";

  curl_easy_setopt(curl, CURLOPT_URL, request.url.text.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");  // which of them was decided by parse_url()
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  if (request.url.loopback) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "ersatz");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_tick);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);

  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(nullptr, curl_slist_free_all);
  if (request.from > 0) {
    curl_easy_setopt(curl, CURLOPT_RANGE, fmt::format("{}-", request.from).c_str());
    if (!request.validator.empty()) {
      headers.reset(curl_slist_append(nullptr, ("If-Range: " + request.validator).c_str()));
      curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    }
  }

  const CURLcode code = curl_easy_perform(curl);
  if (exchange.problem) std::rethrow_exception(exchange.problem);
  Outcome outcome{classify(code, exchange.reply), std::move(exchange.reply), {}};
  if (exchange.stalled) {
    outcome.ending = outcome.reply.status == 0 ? Ending::unreachable : Ending::interrupted;
    outcome.reason = fmt::format("less than {} bytes a second arrived for {} seconds", request.stall_rate,
                                 request.stall_timeout.count());
    return outcome;
  }
  if (exchange.error_page > kMostOfAnErrorPage) {  // its status says enough
    outcome.ending = Ending::complete;
    return outcome;
  }
  if (code != CURLE_OK) outcome.reason = detail[0] != '\0' ? detail : curl_easy_strerror(code);
  const char* location = nullptr;
  if (curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location) == CURLE_OK && location != nullptr) {
    outcome.reply.location = location;
  }
  return outcome;
}

}  // namespace ersatz::fetch
