#include "report/look_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ersatz::report {

std::string looks_text(const std::vector<study::TestLook>& looks, const std::string& source, std::size_t finished_now) {
  const study::TestLook* first = nullptr;
  std::vector<std::string> commands;
  std::size_t times = 0;
  for (const study::TestLook& look : looks) {
    if (look.source != source) continue;
    ++times;
    if (first == nullptr || look.time < first->time) first = &look;
    if (std::ranges::find(commands, look.command) == commands.end()) commands.push_back(look.command);
  }
  if (first == nullptr) return "";
  std::ranges::sort(commands);
  return fmt::format(
      "The test images of {} were looked at {} since {} {} UTC, by {}; {} finished at the first look, {} now.", source,
      times == 1 ? "once" : fmt::format("{} times", format_count(times)), first->time.substr(0, 10),
      first->time.substr(11, 5), join_words(commands),
      first->finished == 1 ? "1 run was" : format_count(first->finished) + " runs were", format_count(finished_now));
}

Json looks_json(const std::vector<study::TestLook>& looks, const std::string& source) {
  Json list = Json::array();
  for (const study::TestLook& look : looks) {
    if (look.source != source) continue;
    list.push_back({{"time", look.time}, {"command", look.command}, {"finished_runs", look.finished}});
  }
  return list;
}

}  // namespace ersatz::report
