// What the arrays are and where they lie: types that contradict their lengths, numbers in odd notations, any
// order, any alignment, lengths that differ.
#include <bit>
#include <cstring>

#include "runtime/imzml/points.h"
#include "runtime/imzml/spectrum_reader.h"
#include "tests/runtime/imzml/tolerance.h"

namespace fanfold::imzml::testing {
namespace {

using Values = std::vector<double>;

// Appends numbers to an .ibd and says where they lie.
class IbdText {
 public:
  template <typename T>
  ArrayText add(const std::vector<T>& values) {
    const ArrayText text{std::to_string(m_bytes.size()), std::to_string(values.size()),
                         std::to_string(values.size() * sizeof(T))};
    for (const T value : values) {
      std::array<char, sizeof(T)> raw{};
      std::memcpy(raw.data(), &value, sizeof(T));
      m_bytes.append(raw.data(), raw.size());
    }
    return text;
  }
  void skip(std::size_t bytes) { m_bytes.append(bytes, '\x7f'); }
  const std::string& bytes() const { return m_bytes; }

 private:
  std::string m_bytes = ibd_of_size(16);
};

struct Decoded {
  Values mz, intensity;
};

// The arrays of all pixels, read as one block.
std::vector<Decoded> decode(const Outcome& outcome, const std::string& ibd) {
  const MemoryByteSource source = source_of("a.ibd", ibd);
  SpectrumReader reader(source, {outcome.description->mz, outcome.description->intensity}, 1 << 20);
  const auto block = reader.read(outcome.pixels, WhichArrays::both);
  EXPECT_TRUE(block) << block.error().message();
  std::vector<Decoded> decoded(outcome.pixels.size());
  for (std::size_t i = 0; block && i < decoded.size(); ++i) {
    block->mz(i, decoded[i].mz);
    block->intensity(i, decoded[i].intensity);
  }
  return decoded;
}

std::string group(std::string_view kind, std::string_view types) {
  return std::string(kind) + std::string(types) + cv("MS:1000576", "no compression");
}
const std::string k_mz = cv("MS:1000514", "m/z array");
const std::string k_intensity = cv("MS:1000515", "intensity array");

template <typename T>
Values stored_as(std::string_view type_term) {
  IbdText ibd;
  DocumentText document;
  document.intensity_params = group(k_intensity, type_term);
  const ArrayText mz = ibd.add<double>({1, 2, 3});
  document.add(1, 1, mz, ibd.add<T>({T(5), T(0), T(120)}));
  const Outcome outcome = read_cleanly(document.text(), ibd.bytes());
  return decode(outcome, ibd.bytes()).at(0).intensity;
}

TEST(TolerantArrays, HoldIntegersAndFloatsOfEverySize) {
  const Values wanted{5, 0, 120};
  EXPECT_EQ(stored_as<std::int8_t>(cv("IMS:1100000", "8-bit integer")), wanted);
  EXPECT_EQ(stored_as<std::int16_t>(cv("IMS:1100001", "16-bit integer")), wanted);
  EXPECT_EQ(stored_as<std::int32_t>(cv("MS:1000519", "32-bit integer")), wanted);
  EXPECT_EQ(stored_as<std::int32_t>(cv("IMS:1000141", "32-bit integer")), wanted);
  EXPECT_EQ(stored_as<std::int64_t>(cv("MS:1000522", "64-bit integer")), wanted);
  EXPECT_EQ(stored_as<std::int64_t>(cv("IMS:1000142", "64-bit integer")), wanted);
  EXPECT_EQ(stored_as<float>(cv("MS:1000521", "32-bit float")), wanted);
  EXPECT_EQ(stored_as<double>(cv("MS:1000523", "64-bit float")), wanted);
}

// One pixel with float32 m/z values under the given terms of type.
Outcome three_floats(const std::string& types, const std::string& encoded, const char* warning) {
  IbdText ibd;
  DocumentText document;
  document.mz_params = group(k_mz, types);
  ArrayText mz = ibd.add<float>({1, 2, 3});
  mz.encoded = encoded;
  document.add(1, 1, mz, ibd.add<float>({4, 5, 6}));
  Outcome outcome = warning == nullptr ? read_cleanly(document.text(), ibd.bytes())
                                       : read_with_warning(document.text(), ibd.bytes(), warning);
  EXPECT_EQ(outcome.description->mz.type, ValueType::float32);
  EXPECT_EQ(decode(outcome, ibd.bytes()).at(0).mz, (Values{1, 2, 3}));
  return outcome;
}

TEST(TolerantArrays, HaveTheTypeThatTheirBytesTell) {
  const char* const disagrees = "disagrees with its 12 bytes for 3 values; read as float32";
  three_floats(cv("MS:1000523", "32-bit float"), "12", disagrees);
  three_floats(cv("MS:1000523", "64-bit float"), "12", disagrees);
  three_floats(cv("MS:1000521", "32-bit float") + cv("MS:1000523", "64-bit float"), "12", disagrees);
  three_floats(cv("MS:1000523", "64-bit float") + cv("MS:1000521", "32-bit float"), "12", disagrees);
  three_floats(cv("MS:1000521", "64-bit float"), "12", nullptr);  // the name alone is wrong
}

TEST(TolerantArrays, HaveTheTypeOfItsNumberWhereNoBytesTell) {
  three_floats(cv("MS:1000521", "32-bit float"), "", nullptr);
  three_floats(cv("MS:1000521", "64-bit float"), "", "no encoded length decides; read as float32");
}

TEST(TolerantArrays, OfTwoTypesAreRefusedWhereNoBytesTell) {
  DocumentText document;
  document.mz_params = group(k_mz, cv("MS:1000521", "32-bit float") + cv("MS:1000523", "64-bit float"));
  document.add(1, 1, {"16", "3", ""}, {"40", "3", "12"});
  EXPECT_THAT(message_of(read(document.text(), ibd_of_size(52))),
              HasSubstr("declares several data types and no encoded length that decides"));
}

TEST(TolerantArrays, HaveNumbersInScientificNotation) {
  IbdText ibd;
  DocumentText document;
  ibd.add<double>({1, 2, 3});
  ibd.add<float>({4, 5, 6});
  document.add(1, 1, {"1.6e+01", "3.000000e+00", "2.4E1"}, {" 40 ", "+3", "12.0"});
  const Outcome outcome = read_cleanly(document.text(), ibd.bytes());
  EXPECT_EQ(outcome.pixels.at(0), (PixelRecord{16, 40, 24, 12, 3, 3, 1, 1}));
}

TEST(TolerantArrays, MayStandAndLieInAnyOrder) {
  IbdText ibd;
  DocumentText document;
  // In the document intensities come first; in the .ibd the second pixel does, and its m/z values last.
  const ArrayText second_intensity = ibd.add<float>({7, 8});
  const ArrayText first_intensity = ibd.add<float>({4, 5, 6});
  const ArrayText first_mz = ibd.add<double>({1, 2, 3});
  const ArrayText second_mz = ibd.add<double>({2, 4});
  const auto add = [&](std::string_view x, const ArrayText& mz, const ArrayText& intensity) {
    document.add(DocumentText::scan(x, "1"),
                 DocumentText::array("int", intensity) + DocumentText::array("mz", mz));
  };
  add("1", first_mz, first_intensity);
  add("2", second_mz, second_intensity);
  const auto decoded = decode(read_cleanly(document.text(), ibd.bytes()), ibd.bytes());
  EXPECT_EQ(decoded.at(0).mz, (Values{1, 2, 3}));
  EXPECT_EQ(decoded.at(0).intensity, (Values{4, 5, 6}));
  EXPECT_EQ(decoded.at(1).mz, (Values{2, 4}));
  EXPECT_EQ(decoded.at(1).intensity, (Values{7, 8}));
}

TEST(TolerantArrays, OfMassesMayBeSharedInProcessedMode) {
  IbdText ibd;
  DocumentText document;
  const ArrayText shared = ibd.add<double>({1, 2, 3});
  const ArrayText own = ibd.add<double>({4, 5});
  document.add(1, 1, shared, ibd.add<float>({1, 1, 1}));
  document.add(2, 1, own, ibd.add<float>({2, 2}));
  document.add(3, 1, shared, ibd.add<float>({3, 3, 3}));
  const Outcome outcome = read_cleanly(document.text(), ibd.bytes());
  EXPECT_EQ(outcome.description->mode, Mode::processed);
  const auto decoded = decode(outcome, ibd.bytes());
  EXPECT_EQ(decoded.at(2).mz, (Values{1, 2, 3}));
  EXPECT_EQ(decoded.at(2).intensity, (Values{3, 3, 3}));
  EXPECT_EQ(decoded.at(1).mz, (Values{4, 5}));
}

TEST(TolerantArrays, MayBeginAtAnyByte) {
  for (const std::size_t shift : {1U, 3U, 4U, 7U}) {
    IbdText ibd;
    DocumentText document;
    ibd.skip(shift);
    const ArrayText mz = ibd.add<double>({1.5, 2.5});
    document.add(1, 1, mz, ibd.add<float>({4, 5}));
    const auto decoded = decode(read_cleanly(document.text(), ibd.bytes()), ibd.bytes());
    EXPECT_EQ(decoded.at(0).mz, (Values{1.5, 2.5})) << shift;
    EXPECT_EQ(decoded.at(0).intensity, (Values{4, 5})) << shift;
  }
}

Decoded fitted(const Outcome& outcome, const std::string& ibd, std::size_t pixel) {
  Decoded spectrum = decode(outcome, ibd).at(pixel);
  const bool is_continuous = outcome.description->mode == Mode::continuous;
  fit_to_points(points_of(outcome.pixels.at(pixel), is_continuous), spectrum.mz, spectrum.intensity);
  return spectrum;
}

TEST(TolerantArrays, OfDifferentLengthsCountAsFarAsBothGoInProcessedMode) {
  IbdText ibd;
  DocumentText document;
  const ArrayText mz = ibd.add<double>({1, 2, 3});
  document.add(1, 1, mz, ibd.add<float>({4, 5}));
  const ArrayText other = ibd.add<double>({6, 7});
  document.add(2, 1, other, ibd.add<float>({8, 9, 10}));
  const Outcome outcome =
      read_with_warning(document.text(), ibd.bytes(), "it has 3 m/z values and 2 intensities");
  EXPECT_EQ(fitted(outcome, ibd.bytes(), 0).mz, (Values{1, 2}));
  EXPECT_EQ(fitted(outcome, ibd.bytes(), 0).intensity, (Values{4, 5}));
  EXPECT_EQ(fitted(outcome, ibd.bytes(), 1).mz, (Values{6, 7}));
  EXPECT_EQ(fitted(outcome, ibd.bytes(), 1).intensity, (Values{8, 9}));
}

TEST(TolerantArrays, ShorterThanTheSharedAxisAreFilledWithZeros) {
  IbdText ibd;
  DocumentText document;
  document.mode = cv("IMS:1000030", "continuous");
  const ArrayText axis = ibd.add<double>({1, 2, 3});
  document.add(1, 1, axis, ibd.add<float>({4, 5}));
  document.add(2, 1, axis, ibd.add<float>({6, 7, 8, 9}));
  const Outcome outcome = read_with_warning(document.text(), ibd.bytes(), "3 m/z values and 2 intensities");
  EXPECT_EQ(fitted(outcome, ibd.bytes(), 0).mz, (Values{1, 2, 3}));
  EXPECT_EQ(fitted(outcome, ibd.bytes(), 0).intensity, (Values{4, 5, 0}));
  EXPECT_EQ(fitted(outcome, ibd.bytes(), 1).intensity, (Values{6, 7, 8}));
}

TEST(TolerantArrays, KeepZerosAndRepeatedMasses) {
  IbdText ibd;
  DocumentText document;
  document.more_content = cv("MS:1000127", "centroid spectrum");
  const ArrayText mz = ibd.add<double>({1, 2, 2, 3});
  document.add(1, 1, mz, ibd.add<float>({0, 5, 6, 0}));
  const auto decoded = decode(read_cleanly(document.text(), ibd.bytes()), ibd.bytes());
  EXPECT_EQ(decoded.at(0).mz, (Values{1, 2, 2, 3}));
  EXPECT_EQ(decoded.at(0).intensity, (Values{0, 5, 6, 0}));
}

TEST(TolerantArrays, OfOneSpectrumMayBeAbsent) {
  DocumentText document = plain_document();
  document.add(DocumentText::scan("3", "1"), "");
  const Outcome outcome =
      read_with_warning(document.text(), ibd_of_size(k_plain_bytes), "it has no arrays; taken as empty");
  EXPECT_EQ(outcome.pixels.at(2).mz_length, 0U);
}

}  // namespace
}  // namespace fanfold::imzml::testing
