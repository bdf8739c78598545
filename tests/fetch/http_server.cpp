#include "fetch/http_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace ersatz::fetch {
namespace {

int listen_on_loopback(int& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener, 16) != 0 || ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the test server cannot listen");
  }
  port = ntohs(address.sin_port);
  return listener;
}

bool read_request(int socket, HttpRequest& request) {
  std::string head;
  char byte = 0;
  while (head.find("\r\n\r\n") == std::string::npos) {
    if (::recv(socket, &byte, 1, 0) != 1) return false;
    head += byte;
  }
  std::istringstream lines(head);
  std::string method, line;
  lines >> method >> request.path;
  std::getline(lines, line);
  while (std::getline(lines, line) && line != "\r") {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    request.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
  }
  return true;
}

}  // namespace

bool HttpAnswer::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpAnswer::reply(int status, const std::map<std::string, std::string>& headers, std::string_view body) const {
  std::string head =
      fmt::format("HTTP/1.1 {} Whatever\r\nConnection: close\r\nContent-Length: {}\r\n", status, body.size());
  for (const auto& [name, value] : headers) head += name + ": " + value + "\r\n";
  send(head + "\r\n");
  send(body);
}

void HttpAnswer::wait_for_client_to_leave() const {
  char bytes[256];
  while (::recv(socket_, bytes, sizeof bytes, 0) > 0) {
  }
}

HttpServer::HttpServer(Handler handler)
    : handler_(std::move(handler)), listener_(listen_on_loopback(port_)), thread_([this] { serve(); }) {}

HttpServer::~HttpServer() {
  closing_ = true;
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  ::close(listener_);
}

std::string HttpServer::url(std::string_view path) const { return fmt::format("http://127.0.0.1:{}{}", port_, path); }

std::vector<HttpRequest> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void HttpServer::serve() {
  while (!closing_) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) continue;
    HttpRequest request;
    if (read_request(socket, request)) {
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      handler_(request, HttpAnswer(socket));
    }
    ::close(socket);
  }
}

int closed_port() {
  int port = 0;
  ::close(listen_on_loopback(port));
  return port;
}

void serve_content(const HttpRequest& request, const HttpAnswer& answer, const std::string& content,
                   const std::string& etag) {
  const std::string range = request.header("range");
  const bool same_file = request.header("if-range").empty() || request.header("if-range") == etag;
  if (range.empty() || !same_file) return answer.reply(200, {{"ETag", etag}}, content);
  const std::size_t from = std::stoul(range.substr(range.find('=') + 1));
  if (from >= content.size()) {
    return answer.reply(416, {{"Content-Range", fmt::format("bytes */{}", content.size())}}, "");
  }
  answer.reply(
      206, {{"ETag", etag}, {"Content-Range", fmt::format("bytes {}-{}/{}", from, content.size() - 1, content.size())}},
      std::string_view(content).substr(from));
}

}  // namespace ersatz::fetch
