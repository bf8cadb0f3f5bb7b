#include <gtest/gtest.h>

#include "runtime/net/base64.h"
#include "runtime/net/http_headers.h"
#include "runtime/net/percent.h"

namespace fanfold {
namespace {

TEST(Base64, AgreesWithTheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : examples) {
    EXPECT_EQ(base64_encode(plain), encoded);
    EXPECT_EQ(base64_decode(encoded), plain);
  }
}

TEST(Base64, ReturnsEveryByteUnharmed) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  for (std::size_t cut = 0; cut < 4; ++cut) {
    const std::string some = bytes.substr(cut);
    EXPECT_EQ(base64_decode(base64_encode(some)), some);
  }
}

TEST(Base64, RefusesWhatIsNotCanonical) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Zm-_"}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

TEST(Percent, EncodesAllButTheUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a/b c\xff%"), "a%2Fb%20c%FF%25");
  EXPECT_EQ(percent_decode("a%2Fb%20c%FF%25"), "a/b c\xff%");
  EXPECT_EQ(percent_decode("%2f"), "/");
}

TEST(Percent, RefusesABrokenEscape) {
  for (const char* text : {"%", "%2", "%zz", "a%-1", "%2%20"}) EXPECT_FALSE(percent_decode(text)) << text;
}

TEST(HttpHeaders, FindNamesInAnyCase) {
  HttpHeaders headers;
  headers.add("Content-Type", "text/plain");
  headers.add("content-type", "second");
  headers.add("Empty", "");
  EXPECT_EQ(headers.find("CONTENT-TYPE"), "text/plain");
  EXPECT_EQ(headers.find("empty"), "");
  EXPECT_FALSE(headers.find("absent"));
  EXPECT_EQ(headers.value_or_empty("absent"), "");
}

}  // namespace
}  // namespace fanfold
