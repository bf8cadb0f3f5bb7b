// Real files of many writers, each with the worst that is to be found in it. They lie outside the project;
// without them the test skips.
#include <gtest/gtest.h>

#include "orchestrator/validation/validator.h"
#include "tests/orchestrator/validation/good_document.h"
#include "tests/runtime/imzml/test_documents.h"

namespace fanfold::validation::testing {
namespace {

namespace fs = std::filesystem;

struct Expectation {
  const char* file;
  Level worst;
  const char* rule;  // of one of the worst findings
};

constexpr Expectation k_expected[] = {
    {"BROKEN_checksum_uuid_112/112_auto_combined.imzML", Level::error, "checksum-mismatch"},
    {"BROKEN_checksum_uuid_12/12_combined.imzML", Level::error, "uuid-mismatch"},
    {"BROKEN_wrong_ibd_peaks/preprocessing_results3.imzML", Level::error, "uuid-mismatch"},
    {"galaxy_112_auto_combined/112_auto_combined.imzML", Level::error, "mapping-must"},
    {"galaxy_123_combined_auto/123_combined_auto.imzML", Level::error, "mapping-must"},
    // Its SHA-1 is right, its MD5 is not.
    {"galaxy_combat_40px/Combat_40pixel.imzML", Level::error, "checksum-mismatch"},
    {"galaxy_combat_result_negative/preprocessing_results_combat_40pixel.imzML", Level::warning, "term-name"},
    {"galaxy_example_continuous_1199/Example_Continuous.imzML", Level::error, "mapping-must"},
    {"galaxy_maldiquant_out2_f64/outfile2.imzML", Level::error, "mapping-must"},
    {"galaxy_out3_pixelsize_inf/out3.imzML", Level::error, "value-type"},
    {"galaxy_out5_tiny/out5.imzML", Level::error, "mapping-must"},
    {"galaxy_out8_processed/out8.imzML", Level::warning, "term-name"},
    {"galaxy_preproc_transform_baseline/preprocessing_results5.imzML", Level::warning, "term-name"},
    {"i2nca_cc/cc.imzML", Level::error, "array-lengths"},
    {"i2nca_cp_18k/pc_test5.imzML", Level::error, "unresolved-reference"},
    {"i2nca_cp_71k/pc_test2.imzML", Level::error, "unresolved-reference"},
    {"i2nca_pc/pc.imzML", Level::error, "unresolved-reference"},
    {"imzy_simple/simple_imzml.imzML", Level::error, "unresolved-reference"},
    {"jimzml_matrixtests_n2_nomode/MatrixTests_N2.imzML", Level::error, "mapping-must"},
    {"maldiquant_tiny_continuous/tiny_continuous.imzML", Level::error, "missing-position"},
    {"maldiquant_tiny_processed/tiny_processed.imzML", Level::error, "unknown-term"},
    {"metaspace_untreated_tiny/Untreated_3_434_tiny.imzML", Level::error, "unresolved-reference"},
    {"pym2aia_test/test.imzML", Level::error, "mapping-must"},
    // UUIDs with braces or without hyphens, from before imzML 1.1.1 settled their form.
    {"ref_continuous_110_metaspace/Example_Continuous.imzML", Level::warning, "uuid-form"},
    {"ref_continuous_111/Example_Continuous.imzML", Level::warning, "uuid-form"},
    {"ref_processed_110/Example_Processed.imzML", Level::warning, "uuid-form"},
    {"ref_processed_111/Example_Processed.imzML", Level::warning, "uuid-form"},
    {"ref_processed_ascii/Example_Processed.imzML", Level::warning, "uuid-form"},
    {"thyra_continuous_26x14/test_continuous.imzML", Level::error, "unresolved-reference"},
    {"thyra_iontof_sparse/iontof_sparse.imzML", Level::error, "missing-attribute"},
    {"thyra_processed_26x14/test_processed.imzML", Level::error, "unresolved-reference"},
    {"thyra_two_scansettings/two_scansettings.imzML", Level::error, "missing-element"},
    {"thyra_unit_nanometre/unit_nanometre.imzML", Level::error, "missing-element"},
};

class RealFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const fs::path shared = imzml::testing::shared_folder();
    if (shared.empty()) GTEST_SKIP() << "no shared sample data: set FANFOLD_SHARED to their folder";
    m_data = shared / "data";
  }
  Validation validated(const char* file) const {
    const auto xml = imzml::testing::load_file(m_data / file);
    const auto ibd = imzml::testing::load_file(imzml::ibd_path_for((m_data / file).string()));
    EXPECT_TRUE(xml) << file;
    EXPECT_TRUE(ibd) << file;
    if (!xml || !ibd) return Validation(1);
    auto validation = validate(*xml, &*ibd, {});
    EXPECT_TRUE(validation) << file << ": " << validation.error().message();
    return validation ? std::move(*validation) : Validation(1);
  }
  fs::path m_data;
};

TEST_F(RealFiles, HaveTheFaultsThatAreKnownOfThem) {
  for (const Expectation& expected : k_expected) {
    SCOPED_TRACE(expected.file);
    const Validation validation = validated(expected.file);
    EXPECT_EQ(validation.worst(), expected.worst) << kinds_of(validation);
    EXPECT_TRUE(has_finding(validation, expected.rule, expected.worst)) << kinds_of(validation);
  }
}

TEST_F(RealFiles, AreNeverFatalWhereTheReaderReadsThem) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(m_data)) {
    if (!entry.is_directory() || entry.path().filename() == "expected") continue;
    for (const auto& file : fs::directory_iterator(entry.path())) {
      const std::string extension = file.path().extension();
      if (extension != ".imzML" && extension != ".imzml") continue;
      const Validation validation = validated(fs::relative(file.path(), m_data).c_str());
      EXPECT_EQ(validation.log.count(Level::fatal), 0U) << file.path() << "\n" << kinds_of(validation);
      ++files;
    }
  }
  EXPECT_GE(files, 30U);
}

}  // namespace
}  // namespace fanfold::validation::testing
