#include "data/demo/demo_objects.hpp"

namespace ersatz::data {
namespace {

Part polygon(Tint tint, std::vector<Point> outline) { return {std::move(outline), tint}; }

Part box(Tint tint, int left, int top, int right, int bottom) {
  return {{{left, top}, {right, top}, {right, bottom}, {left, bottom}}, tint};
}

Part oval(Tint tint, int x, int y, int across, int down) {
  Part part{{}, tint};
  for (int degrees = 0; degrees < 360; degrees += 24) {
    part.outline.push_back({x + across * sine(degrees + 90) / 16384, y + down * sine(degrees) / 16384});
  }
  return part;
}

// A limb from (x0, y0) to (x1, y1), `wide` on either side; limbs are steeper than they are flat.
Part limb(Tint tint, int x0, int y0, int x1, int y1, int wide) {
  return {{{x0 - wide, y0}, {x0 + wide, y0}, {x1 + wide, y1}, {x1 - wide, y1}}, tint};
}

constexpr Colour kWhite{232, 232, 228}, kBlack{38, 36, 36}, kGrey{130, 130, 132}, kBrown{112, 72, 42};
constexpr Colour kTan{186, 142, 92}, kOrange{214, 130, 52}, kRed{190, 38, 34}, kBlue{44, 84, 168};
constexpr Colour kGreen{74, 142, 54}, kYellow{222, 190, 60}, kSilver{178, 182, 188};

const std::vector<Colour> kPaints{kWhite, kBlack, kGrey, kRed, kBlue, kGreen, kYellow, kSilver};
const std::vector<Colour> kFurs{kWhite, kBlack, kGrey, kBrown, kTan, kOrange};

ObjectKind airplane() {
  return {{polygon(Tint::second, {{-52, -26}, {-42, -26}, {-28, -4}, {-46, -4}}), oval(Tint::body, 0, 0, 52, 9),
           polygon(Tint::second, {{8, 2}, {-10, 2}, {-30, 28}, {-20, 28}}),
           polygon(Tint::second, {{8, -4}, {-8, -4}, {-20, -22}, {-12, -22}}), oval(Tint::glass, 40, -3, 6, 3)},
          kWhite,
          kSilver,
          kPaints,
          Place::sky};
}

ObjectKind automobile() {
  return {{polygon(Tint::body, {{-32, -2}, {-20, -22}, {16, -22}, {32, -2}}),
           polygon(Tint::glass, {{-24, -3}, {-16, -17}, {-2, -17}, {-2, -3}}),
           polygon(Tint::glass, {{2, -3}, {2, -17}, {13, -17}, {23, -3}}),
           polygon(Tint::body, {{-52, 0}, {-46, -4}, {44, -4}, {53, 4}, {53, 16}, {-52, 16}}),
           oval(Tint::dark, -30, 17, 12, 12), oval(Tint::dark, 30, 17, 12, 12), oval(Tint::second, -30, 17, 5, 5),
           oval(Tint::second, 30, 17, 5, 5), box(Tint::light, 47, 4, 53, 8)},
          kRed,
          kSilver,
          kPaints,
          Place::road};
}

ObjectKind bird() {
  return {{polygon(Tint::second, {{-20, -2}, {-52, 8}, {-46, 18}, {-16, 10}}), limb(Tint::dark, -2, 14, -4, 36, 2),
           limb(Tint::dark, 8, 14, 8, 36, 2), oval(Tint::body, 0, 2, 28, 18), oval(Tint::body, 24, -18, 13, 12),
           polygon(Tint::light, {{34, -22}, {50, -16}, {34, -12}}),
           polygon(Tint::second, {{12, -4}, {-14, -6}, {-34, 8}, {-4, 12}}), oval(Tint::dark, 27, -21, 3, 3)},
          kBlue,
          kGrey,
          {kWhite, kBlack, kGrey, kBrown, kRed, kYellow, kGreen},
          Place::sky};
}

ObjectKind cat() {
  return {{limb(Tint::body, -30, 30, -46, -8, 6), oval(Tint::body, -8, 28, 28, 24),
           polygon(Tint::body, {{-12, -22}, {-8, -48}, {8, -30}}),
           polygon(Tint::body, {{16, -30}, {32, -48}, {36, -22}}), oval(Tint::body, 12, -12, 26, 22),
           oval(Tint::light, 3, -16, 5, 5), oval(Tint::light, 23, -16, 5, 5), oval(Tint::dark, 3, -16, 2, 4),
           oval(Tint::dark, 23, -16, 2, 4), oval(Tint::second, 13, -3, 9, 6), box(Tint::second, -12, 40, 6, 52)},
          kOrange,
          kWhite,
          kFurs,
          Place::room};
}

ObjectKind deer() {
  return {{limb(Tint::dark, 30, -30, 22, -54, 2), limb(Tint::dark, 34, -30, 44, -54, 2),
           limb(Tint::dark, 26, -42, 14, -48, 2), limb(Tint::dark, 39, -42, 50, -46, 2),
           limb(Tint::body, -24, 4, -28, 50, 3), limb(Tint::body, -16, 4, -14, 50, 3),
           limb(Tint::body, 12, 4, 12, 50, 3), limb(Tint::body, 20, 4, 25, 50, 3), oval(Tint::body, -2, 4, 29, 14),
           limb(Tint::body, 20, 4, 31, -24, 6), oval(Tint::body, 36, -25, 13, 7), oval(Tint::light, -29, 0, 5, 6)},
          kTan,
          kWhite,
          {kBrown, kTan, kGrey, kOrange},
          Place::forest};
}

ObjectKind dog() {
  return {{polygon(Tint::body, {{-34, -6}, {-52, -30}, {-44, -32}, {-26, -10}}), limb(Tint::body, -28, 8, -30, 44, 6),
           limb(Tint::body, -16, 8, -14, 44, 6), limb(Tint::body, 8, 8, 6, 44, 6), limb(Tint::body, 18, 8, 20, 44, 6),
           oval(Tint::body, -6, 6, 34, 17), oval(Tint::body, 26, -14, 19, 17), oval(Tint::second, 44, -9, 11, 8),
           oval(Tint::dark, 52, -12, 4, 3), oval(Tint::second, 14, -12, 7, 17), oval(Tint::dark, 31, -19, 3, 3)},
          kBrown,
          kTan,
          kFurs,
          Place::grass};
}

ObjectKind frog() {
  return {{oval(Tint::second, -36, 22, 16, 20), oval(Tint::second, 36, 22, 16, 20), oval(Tint::body, 0, 10, 40, 26),
           oval(Tint::body, -18, -16, 12, 12), oval(Tint::body, 18, -16, 12, 12), oval(Tint::light, -18, -17, 8, 8),
           oval(Tint::light, 18, -17, 8, 8), oval(Tint::dark, -17, -17, 4, 5), oval(Tint::dark, 19, -17, 4, 5),
           polygon(Tint::dark, {{-24, 8}, {0, 14}, {24, 8}, {0, 18}}), oval(Tint::second, -14, 36, 12, 6),
           oval(Tint::second, 14, 36, 12, 6)},
          kGreen,
          {112, 164, 66},
          {kBrown, kYellow, kGrey, kTan, kGreen},
          Place::water};
}

ObjectKind horse() {
  return {
      {polygon(Tint::dark, {{-32, -6}, {-50, 4}, {-48, 36}, {-40, 34}, {-36, 6}}), limb(Tint::body, -28, 6, -32, 50, 5),
       limb(Tint::body, -18, 6, -16, 50, 5), limb(Tint::body, 12, 6, 10, 50, 5), limb(Tint::body, 22, 6, 26, 50, 5),
       oval(Tint::body, -4, 2, 36, 18), polygon(Tint::body, {{10, -8}, {24, -42}, {38, -40}, {32, 6}}),
       polygon(Tint::dark, {{8, -8}, {20, -48}, {28, -44}, {18, -6}}),
       polygon(Tint::body, {{24, -46}, {36, -46}, {54, -24}, {46, -18}, {30, -28}}),
       polygon(Tint::body, {{26, -44}, {28, -54}, {34, -44}})},
      {96, 54, 30},
      kBlack,
      kFurs,
      Place::grass};
}

ObjectKind ship() {
  return {{box(Tint::dark, -14, -40, -4, -16), box(Tint::light, -32, -18, 22, -6), box(Tint::light, -24, -28, 8, -18),
           box(Tint::glass, -20, -25, -14, -21), box(Tint::glass, -8, -25, -2, -21),
           limb(Tint::dark, 34, -34, 34, -4, 1), polygon(Tint::body, {{-54, -6}, {56, -8}, {40, 18}, {-44, 18}}),
           polygon(Tint::second, {{-48, 8}, {46, 8}, {40, 18}, {-44, 18}})},
          {52, 60, 84},
          kRed,
          kPaints,
          Place::water};
}

ObjectKind truck() {
  return {
      {box(Tint::second, -54, -34, 20, 12), polygon(Tint::body, {{22, -20}, {40, -20}, {53, -2}, {53, 18}, {22, 18}}),
       polygon(Tint::glass, {{27, -16}, {38, -16}, {46, -3}, {27, -3}}), box(Tint::dark, -54, 12, 53, 19),
       oval(Tint::dark, -38, 21, 10, 10), oval(Tint::dark, -14, 21, 10, 10), oval(Tint::dark, 36, 21, 10, 10),
       oval(Tint::light, -38, 21, 4, 4), oval(Tint::light, -14, 21, 4, 4), oval(Tint::light, 36, 21, 4, 4)},
      kBlue,
      kWhite,
      kPaints,
      Place::road};
}

}  // namespace

const std::vector<ObjectKind>& demo_object_kinds() {
  static const std::vector<ObjectKind> kinds{airplane(), automobile(), bird(),  cat(),  deer(),
                                             dog(),      frog(),       horse(), ship(), truck()};
  return kinds;
}

}  // namespace ersatz::data
