#include "data/import/decode_pool.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/codec/decode.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kBytesPerWrite = std::size_t{1} << 20;

/// Images of neighbouring slots, written with one call.
class Run {
 public:
  Run(std::vector<std::uint8_t>& pixels, std::size_t image_bytes) : pixels_(pixels), image_bytes_(image_bytes) {}

  /// Room for the pixels of the image that goes to `slot`.
  std::uint8_t* room(StoreWriter* writer, std::size_t slot) {
    if (writer != writer_ || slot != first_ + count_) {
      flush();
      writer_ = writer;
      first_ = slot;
    }
    if (pixels_.size() < (count_ + 1) * image_bytes_) pixels_.resize((count_ + 1) * image_bytes_);
    return pixels_.data() + count_ * image_bytes_;
  }
  void keep() {
    if (++count_ * image_bytes_ >= kBytesPerWrite) flush();
  }
  void flush() {
    if (count_ > 0) writer_->write_pixels(first_, count_, pixels_.data());
    first_ += count_;
    count_ = 0;
  }

 private:
  std::vector<std::uint8_t>& pixels_;
  std::size_t image_bytes_;
  StoreWriter* writer_ = nullptr;
  std::size_t first_ = 0, count_ = 0;
};

}  // namespace

DecodePool::DecodePool(const Setting& setting) : setting_(setting) {
  for (unsigned i = 0; i < std::max(1U, setting.threads); ++i) threads_.emplace_back([this] { work(); });
}

DecodePool::~DecodePool() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool DecodePool::push(Batch batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_.size() < 4 * threads_.size() || error_; });
  if (error_) return false;
  waiting_.push_back(std::move(batch));
  lock.unlock();
  changed_.notify_all();
  return true;
}

std::vector<SkippedFile> DecodePool::finish() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  if (error_) std::rethrow_exception(error_);
  std::sort(skipped_.begin(), skipped_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<SkippedFile> list;
  for (auto& [file, skipped] : skipped_) list.push_back(std::move(skipped));
  return list;
}

void DecodePool::work() {
  std::vector<std::uint8_t> pixels;
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_all();
    try {
      decode(batch, pixels);
    } catch (...) {
      fail(batch.items.front().order, std::current_exception());  // writing failed, or memory ran out
    }
  }
}

void DecodePool::decode(const Batch& batch, std::vector<std::uint8_t>& pixels) {
  Run run(pixels, setting_.form.shape.bytes());
  const auto pixel_bytes = [&](const std::uint8_t* image) {
    return std::as_bytes(std::span(image, setting_.form.shape.bytes()));
  };
  RemarkCounts remarks;
  const auto named = [&](const Batch::Item& item, const Error& error) {
    return setting_.container + ": " + item.path + ": " + error.what();
  };
  const FileReader& reader = *setting_.reader;
  for (const Batch::Item& item : batch.items) {
    std::unique_ptr<OpenFile> file;
    const std::string_view bytes = std::string_view(batch.bytes).substr(item.offset, item.size);
    for (std::size_t i = 0; i < (item.label ? 1 : item.planned->images); ++i) {
      std::uint8_t* image = run.room(item.writer, item.slot + i);
      DecodedImage decoded;
      try {
        if (!item.problem.empty()) throw Error(item.problem);
        if (item.label) {
          decoded = {*item.label, bytes, reader.by_record()->decode_record(bytes, setting_.form, image)};
        } else {
          if (file == nullptr) file = reader.open(*item.planned, bytes, setting_.form);
          decoded = file->decode(i, image);
        }
      } catch (const WrongSize& error) {
        return fail(item.order, std::make_exception_ptr(WrongSize(named(item, error), error.hint())));
      } catch (const Error& error) {
        if (reader.may_skip()) {
          skip(item.order, {item.path, error.what(), error.hint()});
          break;
        }
        const std::string hint = error.hint().empty() ? reader.broken_hint() : error.hint();
        return fail(item.order, std::make_exception_ptr(Error(named(item, error), hint)));
      }
      item.writer->set(item.slot + i, {decoded.label, sha256(decoded.bytes), sha256(pixel_bytes(image)),
                                       decoded.made.decoded_hash, item.planned->group});
      run.keep();
      remarks.add(decoded.made.remarks);
      done_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  run.flush();
  const std::lock_guard lock(mutex_);
  remarks_.add(remarks);
}

void DecodePool::fail(std::size_t order, std::exception_ptr error) {
  {
    const std::lock_guard lock(mutex_);
    if (order < first_failed_) {
      first_failed_ = order;
      error_ = std::move(error);
    }
  }
  changed_.notify_all();
}

void DecodePool::skip(std::size_t order, SkippedFile skipped) {
  const std::lock_guard lock(mutex_);
  skipped_.emplace_back(order, std::move(skipped));
}

}  // namespace ersatz::data
