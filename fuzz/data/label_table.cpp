// Tables beside images, CSV and JSON Lines, which say the images' classes, splits and groups.

#include "data/walk.hpp"
#include "input.hpp"

namespace {

namespace fuzzing = ersatz::fuzzing;

// The smallest GIF there is.
constexpr std::string_view kImage{
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01"
    "\x00\x3b",
    35};

void read(const char* name, std::string_view table, bool asked_for, bool with_group) {
  fuzzing::MemoryContainer container;
  for (const char* image : {"a.gif", "b.gif", "train/c.gif", "train/a.gif", "test/d.gif"}) container.add(image, kImage);
  container.add(name, table);
  ersatz::data::ImportOptions options;
  if (asked_for) options.reading.labels = name;
  if (with_group) options.reading.group.all = "group";
  fuzzing::one_error_at_most([&] { fuzzing::walk(container, options); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view table = fuzzing::text_of(data, size);
  read("metadata.csv", table, false, size % 2 == 0);
  read("metadata.jsonl", table, false, size % 2 == 0);
  read("labels.csv", table, true, size % 2 == 0);
  return 0;
}
