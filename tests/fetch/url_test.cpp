#include "fetch/url.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fetch/catalogue.hpp"

namespace ersatz::fetch {
namespace {

TEST(Url, HttpsIsAllowedAnywhereAndHttpOnThisMachineOnly) {
  for (const char* good : {"https://example.org/x.zip", "HTTPS://EXAMPLE.org/x", "http://localhost:8000/x",
                           "http://127.0.0.1/x", "http://127.9.8.7:80/x", "http://[::1]:1234/x"}) {
    EXPECT_NO_THROW(parse_url(good)) << good;
  }
  for (const char* bad : {"http://example.org/x", "ftp://example.org/x", "file:///etc/passwd", "http://127.evil.org/x",
                          "http://localhost.example.org/x", "http://[::2]/x", "data/cifake.zip", "", "https://"}) {
    EXPECT_THROW(parse_url(bad), Error) << bad;
  }
}

TEST(Url, ARedirectFromHttpsStaysOnHttps) {
  const Url secure = parse_url("https://example.org/x");
  EXPECT_EQ(parse_redirect(secure, "https://cdn.example.org/y").host, "cdn.example.org");
  EXPECT_THROW(parse_redirect(secure, "http://example.org/x"), Error);
  EXPECT_THROW(parse_redirect(secure, "http://127.0.0.1/x"), Error);

  const Url local = parse_url("http://127.0.0.1:8000/x");
  EXPECT_TRUE(parse_redirect(local, "http://localhost:8000/y").loopback);
  EXPECT_EQ(parse_redirect(local, "https://example.org/y").scheme, "https");
  EXPECT_THROW(parse_redirect(local, "http://example.org/y"), Error);
}

TEST(Catalogue, EveryKnownFileSaysWhereItComesFromAndUnderWhichTerms) {
  for (const KnownFile& file : known_files()) {
    EXPECT_EQ(parse_url(file.url).scheme, "https") << file.name;
    EXPECT_EQ(parse_url(file.page).scheme, "https") << file.name;
    EXPECT_FALSE(file.licence.empty()) << file.name;
    EXPECT_FALSE(file.citations.empty()) << file.name;
    EXPECT_GT(file.size, 0U) << file.name;
    EXPECT_EQ(find_known_file(file.name), &file);
  }
  EXPECT_EQ(find_known_file("vgg16")->default_path("/cache").parent_path(), "/cache/weights");
  EXPECT_EQ(find_known_file("cifake")->default_path("/cache"), "data/cifake.zip");
  EXPECT_EQ(find_known_file("imagenet"), nullptr);
}

}  // namespace
}  // namespace ersatz::fetch
