#include "data/codec/decoder_process.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/format.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kPixelBytes = std::size_t{1} << 20;  ///< that one request fills, or one image where it is larger
constexpr std::size_t kInputBytes = std::size_t{1} << 21;
constexpr std::size_t kLargestAnswer = std::size_t{1} << 20, kLongestText = 4096;

// The largest image takes 200 MB, twice that when it is turned or transparent, and a progressive JPEG holds four times
// as much of it before the first row.
constexpr IsolationLimits kLimits{.cpu_seconds = 60, .memory = std::uint64_t{2} << 30, .seconds = 600, .sandbox = true};

enum class Status : std::uint8_t { made, error, wrong_size, no_memory };

/// In front of the two texts of an error. Numbers only, so that whatever a child writes has a meaning.
struct AnswerPart {
  std::uint8_t status = 0;
  std::uint8_t turned = 0, over_white = 0, cmyk = 0, animated = 0;  ///< Remarks
  std::uint8_t hashed = 0;
  std::uint64_t decoded_hash = 0;
  std::int32_t height = 0, width = 0;
  std::uint32_t text = 0, hint = 0;  ///< lengths
};

template <typename Value>
void append(std::string& bytes, const Value& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Takes a value off the front; false when there is none.
template <typename Value>
bool take(std::string_view& bytes, Value& value) {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return true;
}

/// The same of a text, without what moves a terminal's cursor.
bool take(std::string_view& bytes, std::size_t size, std::string& text) {
  if (size > bytes.size() || size > kLongestText) return false;
  text = without_controls(std::string(bytes.substr(0, size)));
  bytes.remove_prefix(size);
  return true;
}

void append_error(std::string& answer, Status status, std::string_view text, std::string_view hint) {
  AnswerPart part;
  part.status = static_cast<std::uint8_t>(status);
  text = text.substr(0, kLongestText);
  hint = hint.substr(0, kLongestText);
  part.text = static_cast<std::uint32_t>(text.size());
  part.hint = static_cast<std::uint32_t>(hint.size());
  append(answer, part);
  answer.append(text).append(hint);
}

/// What a child has answered about `count` files.
std::vector<DecoderProcess::Result> parse(std::string_view answer, std::size_t count) {
  std::vector<DecoderProcess::Result> results(count);
  for (DecoderProcess::Result& result : results) {
    AnswerPart part;
    if (!take(answer, part) || !take(answer, part.text, result.text) || !take(answer, part.hint, result.hint)) {
      throw IsolatedFailure("the child process gave an answer that cannot be");
    }
    result.made.remarks = {part.turned != 0, part.over_white != 0, part.cmyk != 0, part.animated != 0};
    if (part.hashed != 0) result.made.decoded_hash = part.decoded_hash;
    result.shape = {part.height, part.width};
    if (part.status == static_cast<std::uint8_t>(Status::made)) continue;
    const bool size = part.status == static_cast<std::uint8_t>(Status::wrong_size);
    result.kind = size ? DecoderProcess::Result::wrong_size : DecoderProcess::Result::error;
    if (part.status == static_cast<std::uint8_t>(Status::no_memory)) {
      result.text = fmt::format("cannot be decoded: it needs more than {} of memory", format_bytes(kLimits.memory));
    }
  }
  return results;
}

}  // namespace

/// In front of the sizes of the files, whose bytes lie one after another in the shared memory.
struct DecoderProcess::Header {
  Wanted wanted;
  std::uint32_t files;
};

void DecoderProcess::Result::require() const {
  if (kind == wrong_size) throw WrongSize(text, hint);
  if (kind == error) throw Error(text, hint);
}

DecoderProcess::DecoderProcess(const ImageForm& form, Decoder decoder)
    : form_(form),
      decoder_(std::move(decoder)),
      slots_(std::max<std::size_t>(1, kPixelBytes / std::max<std::size_t>(1, form.shape.bytes()))) {
  if (form.hash_decoded) sha256(std::string_view());  // OpenSSL looks for its functions once, under a lock
  make_room(kInputBytes);
  service_->start();
}

/// Larger files need larger memory, and a child that has it.
void DecoderProcess::make_room(std::size_t input) {
  service_.reset();
  memory_.reset();
  input_ = slots_ * form_.shape.bytes();
  memory_ = std::make_unique<SharedMemory>(input_ + input);
  service_ = std::make_unique<IsolatedService>(
      [this](std::string_view request, const IsolatedProcess::Beat& beat) { return handle(request, beat); }, kLimits);
}

/// In the child.
std::string DecoderProcess::handle(std::string_view request, const IsolatedProcess::Beat& beat) const {
  Header header{};
  take(request, header);
  std::string answer;
  std::size_t at = input_;
  for (std::uint32_t i = 0; i < header.files; ++i) {
    beat(i);
    std::uint64_t size = 0;
    take(request, size);
    const std::string_view file(reinterpret_cast<const char*>(memory_->data()) + at, size);
    at += size;
    try {
      AnswerPart part;
      if (header.wanted == Wanted::size) {
        const ImageShape shape = image_size(file);
        part.height = shape.height;
        part.width = shape.width;
      } else {
        const MadeImage made = decoder_(file, form_, memory_->data() + i * form_.shape.bytes());
        part.turned = made.remarks.turned;
        part.over_white = made.remarks.over_white;
        part.cmyk = made.remarks.cmyk;
        part.animated = made.remarks.animated;
        part.hashed = made.decoded_hash.has_value();
        part.decoded_hash = made.decoded_hash.value_or(0);
      }
      append(answer, part);
    } catch (const WrongSize& error) {
      append_error(answer, Status::wrong_size, error.what(), error.hint());
    } catch (const Error& error) {
      append_error(answer, Status::error, error.what(), error.hint());
    } catch (const std::bad_alloc&) {
      append_error(answer, Status::no_memory, {}, {});
    }
  }
  return answer;
}

/// Puts as many of the files as there is room for where the child finds them.
std::size_t DecoderProcess::lay_out(const std::vector<std::string_view>& files, std::string& request) {
  if (files.front().size() > memory_->size() - input_) make_room(files.front().size());
  std::size_t count = 0, at = input_;
  for (const std::string_view file : files) {
    if (count == slots_ || file.size() > memory_->size() - at) break;
    append(request, std::uint64_t{file.size()});
    file.copy(reinterpret_cast<char*>(memory_->data()) + at, file.size());
    at += file.size();
    ++count;
  }
  return count;
}

ImageShape DecoderProcess::size(std::string_view file) {
  const Result result = ask(Wanted::size, {file}).front();
  result.require();
  check_size(result.shape);  // again: whoever asks takes memory for it
  return result.shape;
}

std::vector<DecoderProcess::Result> DecoderProcess::make(const std::vector<std::string_view>& files) {
  return ask(Wanted::image, files);
}

std::vector<DecoderProcess::Result> DecoderProcess::ask(Wanted wanted, const std::vector<std::string_view>& files) {
  std::string sizes;
  const std::size_t count = lay_out(files, sizes);
  std::string request;
  append(request, Header{wanted, static_cast<std::uint32_t>(count)});
  request += sizes;
  for (bool again = false;; again = true) {
    try {
      const std::string answer = service_->call(request, kLargestAnswer);
      memory_->forget(input_ + kInputBytes);
      return parse(answer, count);
    } catch (const IsolatedFailure& failure) {
      // Whoever kills a process without a reason is not the file: the system, when memory runs out, or a user.
      if (failure.signal() == SIGKILL && !again) continue;
      const auto done = static_cast<std::size_t>(std::min<std::uint64_t>(service_->beats(), count - 1));
      std::vector<Result> results;
      if (done > 0) results = ask(wanted, {files.begin(), files.begin() + static_cast<std::ptrdiff_t>(done)});
      if (results.size() < done) return results;
      results.push_back({{}, {}, Result::error, fmt::format("cannot be decoded: {}", failure.what()), {}});
      return results;
    }
  }
}

}  // namespace ersatz::data
