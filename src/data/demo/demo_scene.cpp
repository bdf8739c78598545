#include "data/demo/demo_scene.hpp"

#include <array>

#include "data/demo/demo_canvas.hpp"
#include "data/demo/demo_objects.hpp"

namespace ersatz::data {
namespace {

constexpr int kMalformedSpread = 14;  // units, like Style::proportions
constexpr int kMissingParts = 40;     // percent

bool chance(Random& random, int percent) { return between(random, 1, 100) <= percent; }

struct Ground {
  Colour top, horizon_above, horizon_below, bottom;
  int horizon;  ///< row; 32 = none
};

Ground ground_of(Place place) {
  switch (place) {
    case Place::sky: return {{86, 140, 206}, {186, 212, 236}, {}, {}, 32};
    case Place::road: return {{176, 190, 204}, {206, 206, 200}, {116, 116, 116}, {86, 86, 88}, 17};
    case Place::grass: return {{150, 190, 226}, {200, 216, 220}, {126, 156, 72}, {88, 128, 48}, 14};
    case Place::forest: return {{46, 74, 42}, {84, 108, 62}, {124, 118, 70}, {92, 94, 50}, 21};
    case Place::water: return {{168, 196, 220}, {210, 220, 224}, {62, 108, 136}, {34, 76, 110}, 19};
    case Place::room: return {{206, 192, 172}, {190, 174, 152}, {138, 104, 76}, {112, 82, 58}, 23};
  }
  return {};
}

void draw_background(Canvas& canvas, Place place, const Style& style, Random& random) {
  Ground ground = ground_of(place);
  for (Colour* colour : {&ground.top, &ground.horizon_above, &ground.horizon_below, &ground.bottom}) {
    *colour = vary(*colour, style.colour_spread, random);
  }
  const int horizon = ground.horizon + between(random, -style.shift, style.shift) / 6;
  canvas.fill_gradient(ground.top, ground.horizon_above, 0, ground.horizon >= Canvas::kSize ? 32 : horizon);
  if (ground.horizon < Canvas::kSize) canvas.fill_gradient(ground.horizon_below, ground.bottom, horizon);

  const int spots = between(random, 0, style.blotches);
  for (int spot = 0; spot < spots; ++spot) {  // clouds, bushes, houses, shadows
    const Point middle{between(random, 0, 32 * Canvas::kUnit), between(random, 0, 32 * Canvas::kUnit)};
    const int across = between(random, 2, 9) * Canvas::kUnit, down = between(random, 1, 7) * Canvas::kUnit;
    const int corners = between(random, 3, 9);
    std::vector<Point> outline;
    for (int i = 0; i < corners; ++i) {
      const int degrees = 360 * i / corners + 20;
      outline.push_back({middle.x + across * sine(degrees + 90) / 16384, middle.y + down * sine(degrees) / 16384});
    }
    const Ground other = ground_of(static_cast<Place>(random.below(6)));
    canvas.fill(outline, vary(chance(random, 50) ? other.top : other.bottom, 2 * style.colour_spread, random));
  }
}

/// From object units to Points: stretched, mirrored, turned, moved.
struct Pose {
  int across, down;  ///< Points per 64 object units
  int turn;
  Point middle;

  Point operator()(Point p) const {
    const int x = p.x * across / 64, y = p.y * down / 64;
    return {middle.x + (x * sine(turn + 90) - y * sine(turn)) / 16384,
            middle.y + (x * sine(turn) + y * sine(turn + 90)) / 16384};
  }
};

Pose choose_pose(const Style& style, Random& random) {
  Pose pose{};
  // At 100 percent an object of 112 units fills 28 of the 32 pixels: 1/4 pixel a unit.
  const int size = between(random, style.smallest, style.largest) * 64 * Canvas::kUnit / 4 / 100;
  const int stretch = between(random, -style.stretch, style.stretch);
  pose.across = size * (100 + stretch) / 100;
  pose.down = size * (100 - stretch) / 100;
  if (chance(random, style.mirrored)) pose.across = -pose.across;
  pose.turn = between(random, -style.turn, style.turn);
  const int eighth = Canvas::kUnit / 8;
  pose.middle.x = 16 * Canvas::kUnit + between(random, -style.shift, style.shift) * eighth;
  pose.middle.y = 16 * Canvas::kUnit + between(random, -style.shift, style.shift) * eighth;
  return pose;
}

void draw_object(Canvas& canvas, const ObjectKind& kind, const Style& style, Random& random) {
  Colour body = kind.body, second = kind.second;
  if (!chance(random, style.own_colour)) {
    const auto count = static_cast<std::uint32_t>(kind.other_colours.size());
    const auto any = [&] { return kind.other_colours[random.below(count)]; };
    body = any();
    second = any();
  }
  const std::array<Colour, 5> tints{vary(body, style.colour_spread, random), vary(second, style.colour_spread, random),
                                    vary({34, 32, 32}, style.colour_spread, random),
                                    vary({236, 232, 214}, style.colour_spread, random),
                                    vary({150, 184, 206}, style.colour_spread, random)};
  const Pose pose = choose_pose(style, random);
  const bool malformed = chance(random, style.malformed);
  const int spread = malformed ? kMalformedSpread : style.proportions;
  for (const Part& part : kind.parts) {
    if (malformed && chance(random, kMissingParts)) continue;
    // A part moves as a whole and is stretched a little: proportions differ, shapes stay closed.
    const int dx = between(random, -spread, spread), dy = between(random, -spread, spread);
    const int grown = 100 + 3 * between(random, -spread, spread);
    const Point anchor = part.outline.front();
    const auto stretched = [&](int from, int to) { return from + (to - from) * grown / 100; };
    std::vector<Point> outline;
    for (const Point& p : part.outline) {
      outline.push_back(pose({stretched(anchor.x, p.x) + dx, stretched(anchor.y, p.y) + dy}));
    }
    canvas.fill(outline, tints[static_cast<std::size_t>(part.tint)]);
  }
}

// A pole, a branch or a rail in front of the object.
void draw_obstacle(Canvas& canvas, Random& random) {
  const int at = between(random, 2, 30) * Canvas::kUnit, wide = between(random, 1, 4) * Canvas::kUnit / 2;
  const int lean = between(random, -12, 12) * Canvas::kUnit, end = 32 * Canvas::kUnit;
  std::vector<Point> bar{{at - wide, 0}, {at + wide, 0}, {at + wide + lean, end}, {at - wide + lean, end}};
  if (chance(random, 40)) {
    for (Point& point : bar) std::swap(point.x, point.y);
  }
  canvas.fill(bar, vary({110, 100, 86}, 60, random));
}

}  // namespace

std::vector<std::uint8_t> draw_demo_image(int label, const Style& style, Random& random) {
  const ObjectKind& kind = demo_object_kinds().at(static_cast<std::size_t>(label));
  Canvas canvas;
  const Place place = chance(random, style.own_place) ? kind.place : static_cast<Place>(random.below(6));
  draw_background(canvas, place, style, random);
  draw_object(canvas, kind, style, random);
  if (chance(random, style.obstacles)) draw_obstacle(canvas, random);

  std::vector<std::uint8_t> pixels = canvas.pixels();
  if (chance(random, style.blurred)) blur(pixels);
  const int contrast = between(random, style.lowest_contrast, 100);
  const int light = between(random, -style.light, style.light);
  expose(pixels, contrast, light, between(random, -style.light, style.light));
  add_noise(pixels, between(random, style.noise / 3, style.noise), random);
  return pixels;
}

}  // namespace ersatz::data
