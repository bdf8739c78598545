#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ersatz {
namespace {

// RFC 4648, section 10.
TEST(Base64, IsAsInTheStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xef\xbe"), "/+++");
}

TEST(Base64, JoinsItsPiecesWithoutASeam) {
  const std::string bytes((3 << 20) + 4, 'f');
  std::string expected;
  for (std::size_t i = 0; i < bytes.size() / 3; ++i) expected += "ZmZm";
  EXPECT_EQ(base64(bytes), expected + base64(bytes.substr(bytes.size() / 3 * 3)));
}

TEST(Base64, KnowsItsOwn) {
  for (const char* text : {"", "Zg==", "Zm8=", "/+++"}) EXPECT_TRUE(is_base64(text)) << text;
  for (const char* text : {"Z", "Zg=", "Z===", "Zm9v)", "Zg==Zg==", "Zm;v", "=Zg="})
    EXPECT_FALSE(is_base64(text)) << text;
}

}  // namespace
}  // namespace ersatz
