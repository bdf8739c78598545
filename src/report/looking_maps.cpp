#include "report/looking_maps.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "study/output_layout.hpp"

namespace ersatz::report {
namespace fs = std::filesystem;

void write_looking_maps(const fs::path& out, const LookingMaps& maps) {
  Json list = Json::array();
  for (const LookingMaps::Map& map : maps.maps) {
    list.push_back({{"run", map.run}, {"image", map.image}, {"flat", map.flat}});
  }
  write_pictures(out, maps.source, study::maps_file(out, maps.source),
                 {{"maps", list}, {"pictures", to_json(maps.pictures)}});
}

std::optional<LookingMaps> read_looking_maps(const fs::path& out, const std::string& source, std::size_t test_images) {
  LookingMaps read;
  read.source = source;
  const auto take = [&](const Json& value) {
    for (const Json& map : value.at("maps")) {
      read.maps.push_back(
          {map.at("run").get<std::string>(), map.at("image").get<std::uint32_t>(), map.at("flat").get<bool>()});
      if (read.maps.back().image >= test_images) throw Error("it names an image that is not there");
    }
    read.pictures = thumbnails_from_json(value.at("pictures"), 2 * read.maps.size());
    if (read.pictures.images.size() != 2 * read.maps.size()) throw Error("it has not two pictures of each map");
  };
  if (!read_pictures(out, source, study::maps_file(out, source), take)) return std::nullopt;
  return read;
}

}  // namespace ersatz::report
