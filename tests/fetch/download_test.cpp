#include "fetch/download.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/stop.hpp"
#include "fetch/http_server.hpp"

namespace ersatz::fetch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DownloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    reset_stop_request();
    folder_ = fs::temp_directory_path() / fmt::format("ersatz-fetch-{}-{}", ::getpid(),
                                                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (std::size_t i = 0; i < 200'000; ++i) content_ += static_cast<char>((i * 2654435761U) >> 24);
    options_.back_off = std::chrono::milliseconds(0);
    options_.stall_timeout = std::chrono::seconds(1);
  }
  void TearDown() override {
    reset_stop_request();
    fs::remove_all(folder_);
  }

  fs::path target() const { return folder_ / "sub" / "file.bin"; }
  fs::path part() const { return folder_ / "sub" / "file.bin.part"; }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) found.push_back(entry.path().filename());
    }
    return found;
  }
  /// Sends a head that promises all of content_, and only its first half.
  void send_half(const HttpAnswer& answer) const {
    answer.send(fmt::format("HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: {}\r\n\r\n", content_.size()));
    answer.send(std::string_view(content_).substr(0, content_.size() / 2));
  }
  /// What an interrupted download of `url` leaves behind.
  void leave_half(const std::string& url, const std::string& validator) const {
    write_file(part(), std::string_view(content_).substr(0, content_.size() / 2));
    write_file(part().string() + ".json",
               fmt::format(R"({{"url": "{}", "validator": {}, "total": {}}})", url, validator, content_.size()));
  }

  fs::path folder_;
  std::string content_;
  DownloadOptions options_;
};

/// The error's message and hint; fails the test when nothing was thrown.
template <typename Failure = Error, typename Action>
std::string failure_of(Action&& action) {
  try {
    action();
  } catch (const Failure& error) {
    return std::string(error.what()) + "\n" + error.hint();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST_F(DownloadTest, AFileArrivesWholeAndNothingElseStays) {
  HttpServer server(
      [&](const auto& request, const auto& answer) { serve_content(request, answer, content_, "\"1\""); });
  options_.expected = {content_.size(), to_hex(sha256(content_)), md5_hex(std::as_bytes(std::span(content_)))};
  std::vector<std::uint64_t> steps;
  options_.on_progress = [&](const DownloadProgress& progress) {
    EXPECT_EQ(progress.total, content_.size());
    steps.push_back(progress.done);
  };
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), content_);
  EXPECT_THAT(names(), ::testing::ElementsAre("file.bin"));
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));
  EXPECT_EQ(steps.back(), content_.size());
}

TEST_F(DownloadTest, AnEmptyFileIsAFile) {
  HttpServer server([](const auto&, const auto& answer) { answer.reply(200, {}, ""); });
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), "");
}

TEST_F(DownloadTest, ASlowServerIsWaitedFor) {
  HttpServer server([&](const auto&, const auto& answer) {
    answer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", content_.size()));
    for (std::size_t at = 0; at < content_.size(); at += 100) answer.send(std::string_view(content_).substr(at, 100));
  });
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), content_);
}

TEST_F(DownloadTest, ATransferThatIsCutOffGoesOnWhereItEnded) {
  int requests = 0;
  HttpServer server([&](const auto& request, const auto& answer) {
    if (++requests == 1) return send_half(answer);
    serve_content(request, answer, content_, "\"one\"");
  });
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), content_);
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[1].header("range"), fmt::format("bytes={}-", content_.size() / 2));
  EXPECT_EQ(server.requests()[1].header("if-range"), "\"one\"");
}

TEST_F(DownloadTest, AStalledTransferIsGivenUpAndGoesOn) {
  int requests = 0;
  HttpServer server([&](const auto& request, const auto& answer) {
    if (++requests > 1) return serve_content(request, answer, content_, "\"one\"");
    send_half(answer);
    answer.wait_for_client_to_leave();
  });
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), content_);
}

// A byte now and then must not keep a download going for ever.
TEST_F(DownloadTest, ATrickleIsAStall) {
  int requests = 0;
  HttpServer server([&](const auto& request, const auto& answer) {
    if (++requests > 1) return serve_content(request, answer, content_, "\"one\"");
    send_half(answer);
    const std::string rest = content_.substr(content_.size() / 2, 200);
    for (std::size_t i = 0; i < rest.size() && answer.send(rest.substr(i, 1)); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  });
  const auto begin = std::chrono::steady_clock::now();
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), content_);
  EXPECT_EQ(requests, 2);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15)) << "it waited for the end";
}

TEST_F(DownloadTest, AnEndlessFileEndsAtWhatItMayHave) {
  std::size_t sent = 0;
  HttpServer server([&](const auto&, const auto& answer) {
    answer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (answer.send(content_)) sent += content_.size();
  });
  options_.most = 3 * content_.size();
  const std::string message = failure_of([&] { download(server.url(), target(), options_); });
  EXPECT_THAT(message, HasSubstr("is longer than expected: more than 600.0 kB"));
  EXPECT_THAT(names(), ::testing::IsEmpty());
  EXPECT_LT(sent, 200 * content_.size());  // what the sockets hold in between
}

TEST_F(DownloadTest, AFileThatSaysItIsTooLongIsNotBegun) {
  HttpServer server([&](const auto&, const auto& answer) { answer.reply(200, {}, content_); });
  options_.most = content_.size() - 1;
  options_.on_progress = [](const DownloadProgress&) { ADD_FAILURE() << "bytes were taken"; };
  EXPECT_THAT(failure_of([&] { download(server.url(), target(), options_); }), HasSubstr("is longer than expected"));
  EXPECT_THAT(names(), ::testing::IsEmpty());
}

TEST_F(DownloadTest, AnEndlessErrorPageIsLeft) {
  HttpServer server([&](const auto&, const auto& answer) {
    answer.send("HTTP/1.1 404 Not Found\r\n\r\n");
    while (answer.send(content_)) {
    }
  });
  EXPECT_THAT(failure_of([&] { download(server.url(), target(), options_); }),
              HasSubstr("the server answers 404 (not found)"));
}

TEST_F(DownloadTest, ALaterCallGoesOnWithWhatAnEarlierOneLeft) {
  options_.attempts = 1;
  {
    HttpServer server([&](const auto&, const auto& answer) { send_half(answer); });
    const std::string message = failure_of([&] { download(server.url(), target(), options_); });
    EXPECT_THAT(message, HasSubstr("are kept in"));
    EXPECT_FALSE(fs::exists(target()));
    EXPECT_EQ(fs::file_size(part()), content_.size() / 2);
  }
  HttpServer server(
      [&](const auto& request, const auto& answer) { serve_content(request, answer, content_, "\"one\""); });
  leave_half(server.url(), R"("\"one\"")");
  download(server.url(), target(), options_);
  EXPECT_EQ(server.requests().at(0).header("range"), fmt::format("bytes={}-", content_.size() / 2));
  EXPECT_EQ(read_file(target()), content_);
}

TEST_F(DownloadTest, WithoutAnETagTheSameLengthIsEnoughToGoOn) {
  HttpServer server([&](const auto& request, const auto& answer) { serve_content(request, answer, content_, "x"); });
  leave_half(server.url(), "\"\"");
  download(server.url(), target(), options_);
  EXPECT_EQ(server.requests().at(0).header("range"), fmt::format("bytes={}-", content_.size() / 2));
  EXPECT_EQ(read_file(target()), content_);
}

TEST_F(DownloadTest, AFileThatChangedOnTheServerIsFetchedFromItsBeginning) {
  const std::string changed(1000, 'n');
  HttpServer server([&](const auto& request, const auto& answer) { serve_content(request, answer, changed, "\"2\""); });
  leave_half(server.url(), R"("\"one\"")");
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), changed);
}

TEST_F(DownloadTest, APartOfAnotherAddressIsNotUsed) {
  HttpServer server(
      [&](const auto& request, const auto& answer) { serve_content(request, answer, content_, "\"1\""); });
  leave_half("http://127.0.0.1:1/other", R"("\"1\"")");
  download(server.url(), target(), options_);
  EXPECT_EQ(server.requests().at(0).header("range"), "");
  EXPECT_EQ(read_file(target()), content_);
}

TEST_F(DownloadTest, AServerWithoutRangesSendsTheWholeFileAgain) {
  HttpServer server([&](const auto&, const auto& answer) { answer.reply(200, {}, content_); });
  leave_half(server.url(), R"("\"one\"")");
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), content_);
}

TEST_F(DownloadTest, AServerThatAlwaysCutsOffEndsWithAnError) {
  HttpServer server([&](const auto&, const auto& answer) { send_half(answer); });
  options_.attempts = 3;
  EXPECT_THAT(failure_of([&] { download(server.url(), target(), options_); }), HasSubstr("tried 3 times"));
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(DownloadTest, AWrongChecksumLeavesNothing) {
  HttpServer server(
      [&](const auto& request, const auto& answer) { serve_content(request, answer, content_, "\"1\""); });
  for (const Expected& wrong : {Expected{{}, std::string(64, '0'), {}}, Expected{{}, {}, std::string(32, '0')},
                                Expected{content_.size() + 1, {}, {}}, Expected{content_.size() - 1, {}, {}}}) {
    options_.expected = wrong;
    EXPECT_THAT(failure_of([&] { download(server.url(), target(), options_); }), HasSubstr("expected"));
    EXPECT_THAT(names(), ::testing::IsEmpty());
  }
}

TEST_F(DownloadTest, RedirectsAreFollowedButNotForEver) {
  HttpServer server([&](const auto& request, const auto& answer) {
    if (request.path == "/loop") return answer.reply(302, {{"Location", "/loop"}}, "moved");
    if (request.path == "/file") return answer.reply(301, {{"Location", "/real"}}, "moved");
    serve_content(request, answer, content_, "\"1\"");
  });
  download(server.url(), target(), options_);
  EXPECT_EQ(server.requests().at(1).path, "/real");
  EXPECT_EQ(read_file(target()), content_);
  EXPECT_THAT(failure_of([&] { download(server.url("/loop"), target(), options_); }), HasSubstr("redirects"));
}

TEST_F(DownloadTest, ARedirectNeverLeavesHttps) {
  for (const char* where : {"http://example.org/file", "ftp://example.org/file", "file:///etc/passwd",
                            "http://127.0.0.1.example.org/file"}) {
    HttpServer server([&](const auto&, const auto& answer) { answer.reply(302, {{"Location", where}}, ""); });
    const std::string message = failure_of([&] { download(server.url(), target(), options_); });
    EXPECT_THAT(message, HasSubstr(where));
    EXPECT_EQ(server.requests().size(), 1U);
    EXPECT_THAT(names(), ::testing::IsEmpty());
  }
}

TEST_F(DownloadTest, AMissingFileIsAnErrorThatNamesItAndIsNotTriedAgain) {
  HttpServer server([](const auto&, const auto& answer) { answer.reply(404, {}, "<html>no such file</html>"); });
  const std::string message = failure_of([&] { download(server.url(), target(), options_); });
  EXPECT_THAT(message, HasSubstr(server.url()));
  EXPECT_THAT(message, HasSubstr("404"));
  EXPECT_EQ(server.requests().size(), 1U);
  EXPECT_THAT(names(), ::testing::IsEmpty());
}

TEST_F(DownloadTest, AServerInTroubleIsAskedAgain) {
  int requests = 0;
  HttpServer server([&](const auto& request, const auto& answer) {
    if (++requests < 3) return answer.reply(503, {{"Retry-After", "0"}}, "busy");
    serve_content(request, answer, content_, "\"1\"");
  });
  download(server.url(), target(), options_);
  EXPECT_EQ(read_file(target()), content_);
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(DownloadTest, NobodyAnsweringIsOfflineAndNotTriedAgain) {
  const std::string url = fmt::format("http://127.0.0.1:{}/file", closed_port());
  EXPECT_THAT(failure_of<Offline>([&] { download(url, target(), options_); }), HasSubstr("cannot reach 127.0.0.1"));
  EXPECT_THAT(names(), ::testing::IsEmpty());
}

TEST_F(DownloadTest, AStopRequestKeepsThePart) {
  HttpServer server([&](const auto&, const auto& answer) {
    send_half(answer);
    answer.wait_for_client_to_leave();
  });
  options_.on_progress = [&](const DownloadProgress& progress) {
    if (progress.done >= content_.size() / 4) request_stop();
  };
  EXPECT_THROW(download(server.url(), target(), options_), Stopped);
  EXPECT_FALSE(fs::exists(target()));
  EXPECT_GE(fs::file_size(part()), content_.size() / 4);
}

TEST_F(DownloadTest, TwoDownloadsToOneFileDoNotMix) {
  const fs::path same = target();
  std::string message;
  HttpServer server(
      [&](const auto& request, const auto& answer) { serve_content(request, answer, content_, "\"1\""); });
  options_.on_progress = [&](const DownloadProgress&) {
    if (message.empty()) message = failure_of([&] { download(server.url(), same, DownloadOptions{}); });
  };
  download(server.url(), same, options_);
  EXPECT_THAT(message, HasSubstr("another process is downloading"));
  EXPECT_EQ(read_file(same), content_);
}

TEST_F(DownloadTest, AFolderThatCannotBeMadeIsNamed) {
  write_file(folder_ / "sub", "a file where a folder is needed");
  HttpServer server(
      [&](const auto& request, const auto& answer) { serve_content(request, answer, content_, "\"1\""); });
  EXPECT_THAT(failure_of([&] { download(server.url(), target(), options_); }), HasSubstr((folder_ / "sub").string()));
}

}  // namespace
}  // namespace ersatz::fetch
