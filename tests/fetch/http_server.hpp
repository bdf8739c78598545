#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace ersatz::fetch {

/// A request as the test's handler sees it. Header names are in lower case.
struct HttpRequest {
  std::string path;
  std::map<std::string, std::string> headers;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

/// The connection's other end, for handlers that misbehave on purpose.
class HttpAnswer {
 public:
  explicit HttpAnswer(int socket) : socket_(socket) {}

  /// Sends bytes as they are. False when the client has gone.
  bool send(std::string_view bytes) const;
  /// A well-formed answer with a Content-Length.
  void reply(int status, const std::map<std::string, std::string>& headers, std::string_view body) const;
  /// Returns when the client closes the connection.
  void wait_for_client_to_leave() const;

 private:
  int socket_;
};

/// An HTTP/1.1 server on the loopback interface, one connection after the other, one request each.
class HttpServer {
 public:
  using Handler = std::function<void(const HttpRequest&, const HttpAnswer&)>;

  explicit HttpServer(Handler handler);
  ~HttpServer();

  /// "http://127.0.0.1:PORT" + path.
  std::string url(std::string_view path = "/file") const;
  /// What was asked for so far.
  std::vector<HttpRequest> requests() const;

 private:
  void serve();

  Handler handler_;
  int port_ = 0;  // before listener_: opening that one sets it
  int listener_ = -1;
  std::atomic<bool> closing_{false};
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::thread thread_;
};

/// A port of the loopback interface on which nobody listens.
int closed_port();

/// Serves `content` with its ETag as a well-behaved server does: ranges, If-Range, 416.
void serve_content(const HttpRequest& request, const HttpAnswer& answer, const std::string& content,
                   const std::string& etag);

}  // namespace ersatz::fetch
