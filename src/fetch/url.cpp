#include "fetch/url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"

namespace ersatz::fetch {
namespace {

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  std::transform(copy.begin(), copy.end(), copy.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return copy;
}

// Only the forms that cannot mean another machine: a name like 127.example.org does.
bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "[::1]") return true;
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

Url split(std::string_view text) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle(curl_url(), curl_url_cleanup);
  Url url;
  url.text = text;
  const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, url.text.c_str(), CURLU_NON_SUPPORT_SCHEME);
  if (code != CURLUE_OK) {
    throw Error(fmt::format("\"{}\" is not a URL that can be downloaded: {}", text, curl_url_strerror(code)),
                "give a whole address that begins with https://");
  }
  url.scheme = part(handle.get(), CURLUPART_SCHEME);
  url.host = part(handle.get(), CURLUPART_HOST);
  url.loopback = is_loopback(url.host);
  return url;
}

bool allowed(const Url& url) { return url.scheme == "https" || (url.scheme == "http" && url.loopback); }

}  // namespace

Url parse_url(std::string_view text) {
  Url url = split(text);
  if (!allowed(url)) {
    throw Error(fmt::format("will not download from {}: it is not https", text),
                "use an https:// address (plain http is allowed on this machine itself only)");
  }
  return url;
}

Url parse_redirect(const Url& from, std::string_view text) {
  Url to = split(text);
  const bool stays_inside = from.scheme == "http" && from.loopback;
  if (!allowed(to) || (to.scheme == "http" && !stays_inside)) {
    throw Error(fmt::format("will not follow the redirect from {} to {}: it is not https", from.text, text),
                "the server, or something between, sends downloads to an unprotected address; use another source");
  }
  return to;
}

}  // namespace ersatz::fetch
