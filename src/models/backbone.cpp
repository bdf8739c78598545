#include "models/backbone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace ersatz::models {
namespace {

constexpr int kBlocks = 5;
constexpr std::array<int, kBlocks> kChannels{64, 128, 256, 512, 512};

struct Table {
  std::string_view name;
  std::array<int, kBlocks> convolutions;  ///< 3x3, in each block, before its 2x2 max pooling
};

constexpr std::array kTables{Table{"vgg16", {2, 2, 3, 3, 3}}, Table{"vgg19", {2, 2, 4, 4, 4}}};

const Table& find_table(std::string_view name) {
  const auto found = std::find_if(kTables.begin(), kTables.end(),
                                  [&](const Table& table) { return table.name == name.substr(0, name.find(':')); });
  if (found != kTables.end()) return *found;
  throw Error(fmt::format("there is no backbone \"{}\"", name), "there are " + join_words(backbone_names()));
}

// "vgg16:block3" -> 3, "vgg16" -> 5; 0 when there is no such block.
int parse_blocks(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return kBlocks;
  std::string_view cut = name.substr(colon + 1);
  if (!cut.starts_with("block")) return 0;
  cut.remove_prefix(5);
  int block = 0;
  const auto [end, code] = std::from_chars(cut.data(), cut.data() + cut.size(), block);
  const bool whole = code == std::errc() && end == cut.data() + cut.size();
  return whole && block >= 1 && block <= kBlocks ? block : 0;
}

int blocks_of(std::string_view name) {
  if (const int blocks = parse_blocks(name)) return blocks;
  throw Error(fmt::format("\"{}\" cuts its backbone at a block that is not there", name),
              fmt::format("write block1 to block{} after the colon", kBlocks));
}

nn::NetworkSpec convolutions(const Table& table, int blocks, data::ImageShape shape) {
  nn::NetworkSpec network{{3, shape.height, shape.width}, {}};
  for (int block = 0; block < blocks; ++block) {
    for (int i = 0; i < table.convolutions[block]; ++i) {
      network.layers.push_back(nn::Conv2d{.name = fmt::format("block{}_conv{}", block + 1, i + 1),
                                          .out_channels = kChannels[block],
                                          .kernel = 3,
                                          .relu = true});
    }
    network.layers.push_back(nn::MaxPool{2});
  }
  return network;
}

}  // namespace

std::vector<std::string> backbone_names() {
  std::vector<std::string> names;
  for (const Table& table : kTables) names.emplace_back(table.name);
  return names;
}

bool is_backbone(std::string_view name) {
  const auto known = backbone_names();
  return std::find(known.begin(), known.end(), name.substr(0, name.find(':'))) != known.end() && parse_blocks(name) > 0;
}

Backbone make_backbone(std::string_view name, data::ImageShape shape) {
  const Table& table = find_table(name);
  const int blocks = blocks_of(name);
  const int smallest = 1 << blocks;
  if (shape.height < smallest || shape.width < smallest) {
    throw Error(fmt::format("{} needs images of at least {} x {} pixels, these are {} x {}", name, smallest, smallest,
                            shape.width, shape.height));
  }
  Backbone backbone{std::string(name), convolutions(table, blocks, shape), kChannels[blocks - 1]};
  backbone.network.layers.push_back(nn::GlobalAveragePool{});
  return backbone;
}

std::vector<nn::ParameterSpec> backbone_parameters(std::string_view name) {
  return nn::parameter_specs(convolutions(find_table(name), blocks_of(name), {32, 32}));
}

}  // namespace ersatz::models
