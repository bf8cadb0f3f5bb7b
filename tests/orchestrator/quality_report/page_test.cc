#include "orchestrator/quality_report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "orchestrator/quality_report/figures_json.h"
#include "runtime/core/digest.h"
#include "runtime/net/base64.h"

namespace fanfold::quality {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

const std::string k_hostile =
    "</script><script>alert(1)</script><!-- \xe2\x80\xa8 \" ' & {{SCRIPT}} {{DATA}}";

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t begin = text.find(from) + from.size();
  EXPECT_NE(text.find(from), std::string::npos) << from;
  return text.substr(begin, text.find(to, begin) - begin);
}

std::size_t occurrences(const std::string& text, const std::string& wanted) {
  std::size_t count = 0;
  for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) ++count;
  return count;
}

std::string embedded_data(const std::string& page) {
  return between(page, "<script type=\"application/json\" id=\"data\">", "</script>");
}

Figures example() {
  Figures figures;
  GroupFigure& group = figures.groups.emplace_back();
  group.pixels = 3;
  group.channels = 4;
  group.axis = axis_figure(std::vector<double>{100, 101, 102, 103}, 1);
  group.bins_in_all = 2;
  group.bins = {{.mz = 101, .pixels = 3}, {.mz = 102, .pixels = 2, .deviations = 5, .deviation_median = 1.5}};
  group.ions = {{1, {quantize(std::vector<float>{1, 2, 3}, 0, 3, Bits::eight)}}};
  ImageFigure& image = figures.images.emplace_back();
  image.name = k_hostile;
  image.pixels = 3;
  image.drawn = true;
  image.grid = make_grid(std::vector<Position>{{1, 1}, {3, 1}}, 100);
  const std::vector<double> tic{1, 2, 4};
  image.tic = {distribution(tic), quantize(std::vector<float>{1, 2, 4}, 0, 4, Bits::sixteen)};
  image.spectra.mean = trace(std::vector<double>{0, 1, 4, 0}, 1);
  image.deviations.emplace();
  image.deviations->pixel_medians = {0.5, std::numeric_limits<double>::quiet_NaN()};
  return figures;
}

TEST(EscapeForScript, LeavesNoTag) {
  const std::string json = Json(k_hostile).dump();
  EXPECT_THAT(escape_for_script(json), Not(HasSubstr("<")));
  EXPECT_EQ(Json::parse(escape_for_script(json)), k_hostile);
}

TEST(Page, HoldsItsDocumentUnchanged) {
  Json document = {{"names", {k_hostile, "caf\xc3\xa9"}}, {"number", 0.1}};
  document["quality"] = to_json(example(), Detail::full);
  const std::string page = make_page(document);
  EXPECT_EQ(Json::parse(embedded_data(page)), document);
}

TEST(Page, HasNoMarkupOfItsData) {
  const std::string empty = make_page(Json::object());
  const std::string page = make_page({{"name", k_hostile}});
  EXPECT_EQ(occurrences(page, "<script"), occurrences(empty, "<script"));
  EXPECT_EQ(occurrences(page, "</script>"), occurrences(empty, "</script>"));
  EXPECT_EQ(between(page, "</script>", "</html>"), between(empty, "</script>", "</html>"));
}

TEST(Page, StandsNamesThatAreNotUtf8) {
  EXPECT_NO_THROW(Json::parse(embedded_data(make_page({{"name", "caf\xe9"}}))));
}

TEST(Page, AllowsNothingButItsOwnScriptAndStyle) {
  const std::string page = make_page(Json::object());
  const auto hash_of = [](const std::string& content) {
    const std::string hex = sha256_hex(std::as_bytes(std::span(content)));
    std::string digest;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
      digest.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return "'sha256-" + base64_encode(digest) + "'";
  };
  const std::string policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("script-src " + hash_of(between(page, "<script>", "</script>"))));
  EXPECT_THAT(policy, HasSubstr("style-src " + hash_of(between(page, "<style>", "</style>"))));
}

TEST(Page, NamesNoOtherFile) {
  const std::string page = make_page(Json::object());
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(HasSubstr("url(")));
}

TEST(Page, IsFilledInCompletely) {
  EXPECT_THAT(make_page(Json::object()), Not(HasSubstr("{{")));
}

TEST(FiguresJson, PacksLevelsLittleEndian) {
  Figures figures = example();
  figures.images[0].tic.map->levels = {0, 0x0102, 0xffff};
  const Json map = to_json(figures, Detail::full)["images"][0]["total_ion_current"]["map"];
  EXPECT_EQ(map["bits"], 16);
  EXPECT_EQ(base64_decode(map["levels"].get<std::string>()), std::string("\0\0\x02\x01\xff\xff", 6));
}

TEST(FiguresJson, HasNoNumberForWhatIsNone) {
  const Json json = to_json(example(), Detail::full);
  EXPECT_EQ(json["images"][0]["mass_deviations"]["pixel_medians_ppm"], Json::array({0.5, nullptr}));
}

TEST(FiguresJson, LeavesPicturesOutOfTheSummary) {
  const Json json = to_json(example(), Detail::summary);
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  EXPECT_THAT(text, Not(HasSubstr("levels")));
  EXPECT_EQ(json["images"][0]["total_ion_current"]["quartiles"], Json::array({1.5, 2.0, 3.0}));
  EXPECT_EQ(json["images"][0]["pixel_grid_dimensions"], Json::array({3, 1}));
  EXPECT_EQ(json["groups"][0]["bins_in_all"], 2);
  EXPECT_EQ(json["groups"][0]["most_frequent"][0]["mz"], 102);
  EXPECT_EQ(json["groups"][0]["most_frequent"][0]["deviation_ppm"]["median"], 1.5);
}

TEST(FiguresJson, LeavesOutWhatARunDidNotCompute) {
  Figures figures;
  figures.groups.emplace_back();
  figures.images.emplace_back().drawn = true;
  const Json json = to_json(figures, Detail::full);
  for (const char* name : {"total_ion_current", "peaks_per_pixel", "alignment", "mass_deviations"}) {
    EXPECT_FALSE(json["images"][0].contains(name)) << name;
  }
  EXPECT_TRUE(json["images"][0]["spectra"].empty());
  EXPECT_FALSE(json["groups"][0].contains("axis"));
}

}  // namespace
}  // namespace fanfold::quality
