#include "fetch/download.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <thread>

#include "base/stop.hpp"
#include "base/text.hpp"
#include "fetch/part_file.hpp"
#include "fetch/transfer.hpp"

namespace ersatz::fetch {
namespace {

using std::chrono::milliseconds;
constexpr int kMaxRedirects = 5;

/// Why the class below ended a transfer itself.
enum class Refusal { none, other_range, too_long };

class Download {
 public:
  Download(const std::string& url, const std::filesystem::path& destination, const DownloadOptions& options)
      : start_(parse_url(url)),
        options_(options),
        part_(destination, url),
        destination_(destination.string()),
        most_(options.most.value_or(options.expected.size.value_or(std::numeric_limits<std::uint64_t>::max()))) {}

  void run() {
    std::uint64_t furthest = part_.size();
    for (int attempt = 1; !finished_before() && !attempt_once(); ++attempt) {
      if (part_.size() > furthest) attempt = 1;
      furthest = std::max(furthest, part_.size());
      if (attempt >= options_.attempts) give_up();
      wait(attempt);
    }
    if (const std::string mismatch = find_mismatch(part_.path(), options_.expected); !mismatch.empty()) {
      part_.discard();
      throw Error(fmt::format("{} is not what was expected: {}", start_.text, mismatch),
                  "nothing was kept; run the same command again. If that does not help, the file has changed");
    }
    part_.commit();
  }

 private:
  // An earlier call may have been killed between the last byte and the file's name.
  bool finished_before() const {
    return part_.resumable() && part_.identity().total == part_.size() && part_.size() > 0;
  }

  // One request for what is missing, through its redirects. True when the file is complete; false
  // when another attempt makes sense (why_ says what happened); throws when it does not.
  bool attempt_once() {
    Url url = start_;
    for (int hops = 0; hops <= kMaxRedirects; ++hops) {
      Request request{url,
                      part_.resumable() ? part_.size() : 0,
                      part_.identity().validator,
                      options_.connect_timeout,
                      options_.stall_timeout,
                      options_.stall_rate};
      begun_ = false;
      refusal_ = Refusal::none;
      const Outcome outcome = get(request, [&](const Reply& reply, std::string_view bytes) {
        if (stop_requested()) throw Stopped();
        return bytes.empty() || receive(request, reply, bytes);
      });
      if (outcome.ending == Ending::complete && outcome.reply.status / 100 == 3 && !outcome.reply.location.empty()) {
        url = parse_redirect(url, outcome.reply.location);
        continue;
      }
      return judge(url, request, outcome);
    }
    throw Error(fmt::format("cannot download {}: more than {} redirects", start_.text, kMaxRedirects));
  }

  // Bytes of a 200 or 206 answer. On the first of them it is decided where they belong.
  bool receive(const Request& request, const Reply& reply, std::string_view bytes) {
    if (!begun_ && !begin(request, reply)) return false;
    if (part_.size() + bytes.size() > most_) return refuse(Refusal::too_long);
    part_.append(bytes);
    if (options_.on_progress) options_.on_progress({part_.size(), part_.identity().total});
    return true;
  }

  bool begin(const Request& request, const Reply& reply) {
    begun_ = true;
    if (reply.status == 206) {
      const bool same_length =
          !part_.identity().total || !reply.range_total || part_.identity().total == reply.range_total;
      if (request.from > 0 && reply.range_first == request.from && same_length) return true;
      return refuse(Refusal::other_range);
    }
    if (reply.length.value_or(0) > most_) return refuse(Refusal::too_long);
    // The whole file: a first attempt, a server without ranges, or another file than before.
    const bool strong = !reply.etag.empty() && reply.etag.substr(0, 2) != "W/";
    part_.restart({start_.text, strong ? reply.etag : reply.last_modified, reply.length});
    return true;
  }

  bool refuse(Refusal why) {
    refusal_ = why;
    return false;
  }

  bool judge(const Url& url, const Request& request, const Outcome& outcome) {
    const long status = outcome.reply.status;
    retry_after_ = outcome.reply.retry_after;
    if (refusal_ == Refusal::too_long) {
      part_.discard();
      throw Error(fmt::format("{} is longer than expected: more than {}", start_.text, format_bytes(most_)),
                  "nothing was kept; the file at this address is another one");
    }
    if (refusal_ == Refusal::other_range || status == 416) {
      part_.restart({start_.text, {}, std::nullopt});
      return postpone("the server now has a different file");
    }
    if (outcome.ending == Ending::unreachable) {
      if (answered_) return postpone(outcome.reason);  // it did answer a moment ago
      throw Offline(fmt::format("cannot reach {}: {}", url.host, outcome.reason),
                    "check the network connection, or fetch the file elsewhere and copy it here");
    }
    answered_ = true;
    if (outcome.ending == Ending::interrupted) return postpone(outcome.reason);
    if (outcome.ending != Ending::complete) {
      throw Error(fmt::format("cannot download {}: {}", url.text, outcome.reason));
    }
    if (status == 408 || status == 429 || status >= 500) return postpone(fmt::format("the server answers {}", status));
    if (status != 200 && status != 206) refuse_status(url, status);
    if (!begun_) begin(request, outcome.reply);  // an empty file
    const auto& total = part_.identity().total;
    return !total || part_.size() == *total || postpone("the connection was closed too early");
  }

  [[noreturn]] void refuse_status(const Url& url, long status) const {
    const char* meaning = status == 404 || status == 410   ? " (not found)"
                          : status == 401 || status == 403 ? " (no access)"
                                                           : "";
    throw Error(fmt::format("cannot download {}: the server answers {}{}", url.text, status, meaning),
                "the file may have moved; --url names another address");
  }

  bool postpone(std::string why) {
    why_ = std::move(why);
    return false;
  }

  [[noreturn]] void give_up() const {
    throw Error(fmt::format("cannot download {}: {} (tried {} times)", start_.text, why_, options_.attempts),
                part_.size() > 0 ? fmt::format("{} are kept in {}.part; the same command goes on from there",
                                               format_bytes(part_.size()), destination_)
                                 : "try again later");
  }

  // Waits before the next attempt, longer each time, but notices a stop request.
  void wait(int attempt) const {
    if (options_.back_off.count() == 0) return;
    constexpr std::uint64_t kLongest = 30;
    milliseconds pause = options_.back_off * (1 << std::min(attempt - 1, 10));
    pause = std::max<milliseconds>(pause, std::chrono::seconds(std::min(retry_after_.value_or(0), kLongest)));
    pause = std::min<milliseconds>(pause, std::chrono::seconds(kLongest));
    const auto until = std::chrono::steady_clock::now() + pause;
    while (std::chrono::steady_clock::now() < until) {
      if (stop_requested()) throw Stopped();
      std::this_thread::sleep_for(std::min<milliseconds>(pause, milliseconds(50)));
    }
  }

  Url start_;
  const DownloadOptions& options_;
  PartFile part_;
  std::string destination_, why_;
  std::uint64_t most_;  // bytes
  bool begun_ = false, answered_ = false;
  Refusal refusal_ = Refusal::none;
  std::optional<std::uint64_t> retry_after_;
};

}  // namespace

void download(const std::string& url, const std::filesystem::path& destination, const DownloadOptions& options) {
  Download(url, destination, options).run();
}

}  // namespace ersatz::fetch
