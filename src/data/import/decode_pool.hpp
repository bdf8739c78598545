#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "data/import/file_reader.hpp"
#include "data/import/import_options.hpp"
#include "data/import/layout.hpp"
#include "data/import/store_writer.hpp"

namespace ersatz::data {

/// Some files of a container, or records of files, one after another in memory, on their way to the decoders.
struct Batch {
  struct Item {
    std::size_t order = 0;  ///< among all items; decides which of several errors is reported
    const PlannedFile* planned = nullptr;
    StoreWriter* writer = nullptr;
    std::size_t slot = 0;               ///< of its first image
    std::string path;                   ///< in the container, for messages
    std::size_t offset = 0, size = 0;   ///< in `bytes`
    std::string problem;                ///< why the file could not be read, or empty
    std::optional<std::int32_t> label;  ///< of a record; the item is one image then
  };
  std::vector<Item> items;
  std::string bytes;
};

class ImageMaker;

/// Threads that decode batches and write the pixels to their stores. Images that cannot be read are left out and
/// listed where the reader allows it. Of other errors the first one in container order is thrown, however the threads
/// ran.
class DecodePool {
 public:
  struct Setting {
    ImageForm form;
    std::shared_ptr<const FileReader> reader;
    std::string container;  ///< for messages
    unsigned threads = 1;
  };
  explicit DecodePool(const Setting& setting);
  /// Drops what is still waiting.
  ~DecodePool();

  /// Waits while enough batches are waiting already. Returns false when an image has failed and
  /// no more batches are wanted: finish() throws.
  bool push(Batch batch);

  /// Waits for all batches, then throws the first error (WrongSize where that was it) or returns the files
  /// that cannot be read, in container order.
  std::vector<SkippedFile> finish();

  /// After finish(): what was done to how many images.
  const RemarkCounts& remarks() const { return remarks_; }

  std::size_t done() const { return done_.load(std::memory_order_relaxed); }

 private:
  void work(ImageMaker& maker);
  void decode(const Batch& batch, ImageMaker& maker);
  void fail(std::size_t order, std::exception_ptr error);
  void skip(std::size_t order, SkippedFile skipped);

  Setting setting_;
  std::atomic<std::size_t> done_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> waiting_;
  bool closed_ = false;
  std::exception_ptr error_;
  std::size_t first_failed_ = ~std::size_t{0};
  std::vector<std::pair<std::size_t, SkippedFile>> skipped_;
  RemarkCounts remarks_;
  std::vector<std::unique_ptr<ImageMaker>> makers_;  // one for each thread
  std::vector<std::thread> threads_;
};

}  // namespace ersatz::data
