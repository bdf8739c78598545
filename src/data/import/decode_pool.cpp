#include "data/import/decode_pool.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/codec/decode.hpp"
#include "data/import/image_maker.hpp"

namespace ersatz::data {
namespace {

constexpr std::size_t kBytesPerWrite = std::size_t{1} << 20;

/// Images of neighbouring slots whose pixels lie one after another, written with one call.
class Run {
 public:
  explicit Run(std::size_t image_bytes) : image_bytes_(image_bytes) {}

  void add(StoreWriter* writer, std::size_t slot, const std::uint8_t* pixels) {
    if (writer != writer_ || slot != first_ + count_ || pixels != pixels_ + count_ * image_bytes_) {
      flush();
      writer_ = writer;
      first_ = slot;
      pixels_ = pixels;
    }
    if (++count_ * image_bytes_ >= kBytesPerWrite) flush();
  }
  void flush() {
    if (count_ > 0) writer_->write_pixels(first_, count_, pixels_);
    first_ += count_;
    pixels_ += count_ * image_bytes_;
    count_ = 0;
  }

 private:
  std::size_t image_bytes_;
  StoreWriter* writer_ = nullptr;
  const std::uint8_t* pixels_ = nullptr;
  std::size_t first_ = 0, count_ = 0;
};

}  // namespace

DecodePool::DecodePool(const Setting& setting) : setting_(setting) {
  // Children are forked before there are threads.
  for (unsigned i = 0; i < std::max(1U, setting.threads); ++i) {
    makers_.push_back(ImageMaker::create(*setting_.reader, setting_.form, kBytesPerWrite));
  }
  for (const auto& maker : makers_) threads_.emplace_back([this, &maker] { work(*maker); });
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

void DecodePool::work(ImageMaker& maker) {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_all();
    try {
      decode(batch, maker);
    } catch (...) {
      fail(batch.items.front().order, std::current_exception());  // writing failed, or memory ran out
    }
  }
}

void DecodePool::decode(const Batch& batch, ImageMaker& maker) {
  Run run(setting_.form.shape.bytes());
  const auto pixel_bytes = [&](const std::uint8_t* image) {
    return std::as_bytes(std::span(image, setting_.form.shape.bytes()));
  };
  RemarkCounts remarks;
  const auto named = [&](const Batch::Item& item, const Error& error) {
    return setting_.container + ": " + item.path + ": " + error.what();
  };
  const FileReader& reader = *setting_.reader;
  maker.on_overwrite = [&] { run.flush(); };
  maker.begin(batch);
  for (std::size_t index = 0; index < batch.items.size(); ++index) {
    const Batch::Item& item = batch.items[index];
    for (std::size_t i = 0; i < (item.label ? 1 : item.planned->images); ++i) {
      ImageMaker::Made made;
      try {
        if (!item.problem.empty()) throw Error(item.problem);
        made = maker.make(index, i);
      } catch (const WrongSize& error) {
        return fail(item.order, std::make_exception_ptr(WrongSize(named(item, error), error.hint())));
      } catch (const NoChildProcess&) {
        throw;  // this is nothing that an image can help
      } catch (const Error& error) {
        if (reader.may_skip()) {
          skip(item.order, {item.path, error.what(), error.hint()});
          break;
        }
        const std::string hint = error.hint().empty() ? reader.broken_hint() : error.hint();
        return fail(item.order, std::make_exception_ptr(Error(named(item, error), hint)));
      }
      const auto& [label, bytes, facts] = made.image;
      item.writer->set(item.slot + i, {label, sha256(bytes), sha256(pixel_bytes(made.pixels)), facts.decoded_hash,
                                       item.planned->group});
      run.add(item.writer, item.slot + i, made.pixels);
      remarks.add(facts.remarks);
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
