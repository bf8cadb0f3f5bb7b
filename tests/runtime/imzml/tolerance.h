// How a deviation is tested: with a warning it is read, with `strict` it is refused in the same words.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/imzml/test_documents.h"

namespace fanfold::imzml::testing {

using ::testing::HasSubstr;

// Two pixels, float64 m/z and float32 intensities, in 16 + 2 * (24 + 12) bytes. Nothing is odd about them.
inline DocumentText plain_document() {
  DocumentText document;
  document.add(1, 1, {"16", "3", "24"}, {"40", "3", "12"});
  document.add(2, 1, {"52", "3", "24"}, {"76", "3", "12"});
  return document;
}
inline constexpr std::size_t k_plain_bytes = 88;

inline std::string message_of(const Outcome& outcome) {
  return outcome.description ? "no error" : outcome.description.error().message();
}

// Reads without a word.
inline Outcome read_cleanly(const std::string& xml, const std::string& ibd) {
  Outcome outcome = read(xml, ibd, {.strict = true});
  EXPECT_TRUE(outcome.description) << message_of(outcome);
  return outcome;
}

// Reads with exactly this warning; strict reading refuses with it.
inline Outcome read_with_warning(const std::string& xml, const std::string& ibd, const char* warning) {
  Outcome outcome = read(xml, ibd);
  EXPECT_TRUE(outcome.description) << message_of(outcome);
  if (outcome.description) {
    EXPECT_THAT(outcome.description->warnings, ::testing::ElementsAre(HasSubstr(warning)));
  }
  const Outcome strict = read(xml, ibd, {.strict = true});
  EXPECT_THAT(message_of(strict), HasSubstr(warning));
  if (!strict.description) {
    EXPECT_EQ(strict.description.error().kind(), ErrorKind::corrupt_data);
  }
  return outcome;
}

// The same for a document whose arrays lie in an empty .ibd of the size that the plain document needs.
inline ImageDescription described(const DocumentText& document) {
  return read_cleanly(document.text(), ibd_of_size(k_plain_bytes)).description.value();
}
inline ImageDescription described_with_warning(const DocumentText& document, const char* warning) {
  return read_with_warning(document.text(), ibd_of_size(k_plain_bytes), warning).description.value();
}

}  // namespace fanfold::imzml::testing
