#include "tests/orchestrator/validation/good_document.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/core/byte_source.h"
#include "runtime/core/digest.h"

namespace fanfold::validation::testing {
namespace {

constexpr std::string_view k_head = R"xml(<?xml version="1.0" encoding="UTF-8"?>
<mzML xmlns="http://psi.hupo.org/ms/mzml" version="1.1.0">
<cvList count="3">
<cv id="MS" fullName="Mass Spectrometry" URI="http://purl.obolibrary.org/obo/ms.obo"/>
<cv id="UO" fullName="Units" URI="http://purl.obolibrary.org/obo/uo.obo"/>
<cv id="IMS" fullName="Imaging" URI="https://example.org/imagingMS.obo"/>
</cvList>
<fileDescription>
<fileContent>
<referenceableParamGroupRef ref="content"/>
<cvParam cvRef="MS" accession="MS:1000579" name="MS1 spectrum"/>
<cvParam cvRef="IMS" accession="IMS:1000080" name="universally unique identifier" value="00112233-4455-6677-8899-aabbccddeeff"/>
<cvParam cvRef="IMS" accession="IMS:1000091" name="ibd SHA-1" value="@SHA1@"/>
</fileContent>
<sourceFileList count="1">
<sourceFile id="raw" name="a.raw" location="file:///data">
<cvParam cvRef="MS" accession="MS:1000563" name="Thermo RAW format"/>
<cvParam cvRef="MS" accession="MS:1000768" name="Thermo nativeID format"/>
<cvParam cvRef="MS" accession="MS:1000568" name="MD5" value="900150983cd24fb0d6963f7d28e17f72"/>
</sourceFile>
</sourceFileList>
<contact>
<cvParam cvRef="MS" accession="MS:1000586" name="contact name" value="N. N."/>
<cvParam cvRef="MS" accession="MS:1000590" name="contact affiliation" value="Here"/>
</contact>
</fileDescription>
<referenceableParamGroupList count="4">
<referenceableParamGroup id="content">
<cvParam cvRef="IMS" accession="IMS:1000030" name="continuous"/>
</referenceableParamGroup>
<referenceableParamGroup id="mz">
<cvParam cvRef="MS" accession="MS:1000514" name="m/z array" unitCvRef="MS" unitAccession="MS:1000040" unitName="m/z"/>
<cvParam cvRef="MS" accession="MS:1000523" name="64-bit float"/>
<cvParam cvRef="MS" accession="MS:1000576" name="no compression"/>
<cvParam cvRef="IMS" accession="IMS:1000101" name="external data" value="true"/>
</referenceableParamGroup>
<referenceableParamGroup id="intensity">
<cvParam cvRef="MS" accession="MS:1000515" name="intensity array"/>
<cvParam cvRef="MS" accession="MS:1000521" name="32-bit float"/>
<cvParam cvRef="MS" accession="MS:1000576" name="no compression"/>
</referenceableParamGroup>
<referenceableParamGroup id="spectrum">
<cvParam cvRef="MS" accession="MS:1000579" name="MS1 spectrum"/>
<cvParam cvRef="MS" accession="MS:1000511" name="ms level" value="1"/>
<cvParam cvRef="MS" accession="MS:1000128" name="profile spectrum"/>
</referenceableParamGroup>
</referenceableParamGroupList>
<softwareList count="1">
<software id="tool" version="1"><cvParam cvRef="MS" accession="MS:1000799" name="custom unreleased software tool" value="Tool"/></software>
</softwareList>
<scanSettingsList count="1">
<scanSettings id="settings">
<cvParam cvRef="IMS" accession="IMS:1000401" name="top down"/>
<cvParam cvRef="IMS" accession="IMS:1000413" name="flyback"/>
<cvParam cvRef="IMS" accession="IMS:1000480" name="horizontal line scan"/>
<cvParam cvRef="IMS" accession="IMS:1000491" name="linescan left right"/>
<cvParam cvRef="IMS" accession="IMS:1000042" name="max count of pixels x" value="2"/>
<cvParam cvRef="IMS" accession="IMS:1000043" name="max count of pixels y" value="1"/>
<cvParam cvRef="IMS" accession="IMS:1000044" name="max dimension x" value="100"/>
<cvParam cvRef="IMS" accession="IMS:1000045" name="max dimension y" value="50"/>
<cvParam cvRef="IMS" accession="IMS:1000046" name="pixel size (x)" value="50" unitCvRef="UO" unitAccession="UO:0000017" unitName="micrometer"/>
</scanSettings>
</scanSettingsList>
<instrumentConfigurationList count="1">
<instrumentConfiguration id="instrument">
<cvParam cvRef="MS" accession="MS:1000557" name="LTQ FT Ultra"/>
<componentList count="3">
<source order="1"><cvParam cvRef="MS" accession="MS:1000075" name="matrix-assisted laser desorption ionization"/></source>
<analyzer order="2"><cvParam cvRef="MS" accession="MS:1000084" name="time-of-flight"/></analyzer>
<detector order="3"><cvParam cvRef="MS" accession="MS:1000114" name="microchannel plate detector"/></detector>
</componentList>
</instrumentConfiguration>
</instrumentConfigurationList>
<dataProcessingList count="1">
<dataProcessing id="processing">
<processingMethod order="1" softwareRef="tool"><cvParam cvRef="IMS" accession="IMS:1000500" name="conversion to imzML"/></processingMethod>
</dataProcessing>
</dataProcessingList>
<run id="run" defaultInstrumentConfigurationRef="instrument">
<spectrumList count="2" defaultDataProcessingRef="processing">
)xml";

// {0}: number from 1; {1}: offset of the intensities.
constexpr std::string_view k_spectrum = R"xml(<spectrum id="scan={0}" index="0" defaultArrayLength="0">
<referenceableParamGroupRef ref="spectrum"/>
<cvParam cvRef="MS" accession="MS:1000285" name="total ion current" value="1.5e+03"/>
<scanList count="1">
<cvParam cvRef="MS" accession="MS:1000795" name="no combination"/>
<scan instrumentConfigurationRef="instrument">
<cvParam cvRef="IMS" accession="IMS:1000050" name="position x" value="{0}"/>
<cvParam cvRef="IMS" accession="IMS:1000051" name="position y" value="1"/>
</scan>
</scanList>
<binaryDataArrayList count="2">
<binaryDataArray encodedLength="0">
<referenceableParamGroupRef ref="mz"/>
<cvParam cvRef="IMS" accession="IMS:1000102" name="external offset" value="16"/>
<cvParam cvRef="IMS" accession="IMS:1000103" name="external array length" value="3"/>
<cvParam cvRef="IMS" accession="IMS:1000104" name="external encoded length" value="24"/>
<binary/>
</binaryDataArray>
<binaryDataArray encodedLength="0">
<referenceableParamGroupRef ref="intensity"/>
<cvParam cvRef="IMS" accession="IMS:1000102" name="external offset" value="{1}"/>
<cvParam cvRef="IMS" accession="IMS:1000103" name="external array length" value="3"/>
<cvParam cvRef="IMS" accession="IMS:1000104" name="external encoded length" value="12"/>
<binary/>
</binaryDataArray>
</binaryDataArrayList>
</spectrum>
)xml";

MemoryByteSource source_of(std::string name, std::string_view text) {
  const Bytes bytes = as_byte_span(text);
  return MemoryByteSource(std::move(name), std::vector<std::byte>(bytes.begin(), bytes.end()));
}

}  // namespace

Image good_image() {
  Image image;
  for (unsigned i = 0; i < 16; ++i) image.ibd += static_cast<char>(i * 0x11);
  image.ibd.resize(64, '\0');
  auto sha1 = Digest::create(DigestAlgorithm::sha1);
  EXPECT_TRUE(sha1);
  if (!sha1) return image;
  sha1->update(as_byte_span(image.ibd));
  image.xml = replaced(std::string(k_head), "@SHA1@", sha1->finish_hex()) +
              fmt::format(fmt::runtime(k_spectrum), 1, 40) + fmt::format(fmt::runtime(k_spectrum), 2, 52) +
              "</spectrumList>\n</run>\n</mzML>\n";
  return image;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string replaced_everywhere(std::string text, std::string_view from, std::string_view to) {
  text = replaced(std::move(text), from, to);
  for (std::size_t at; (at = text.find(from)) != std::string::npos;) text.replace(at, from.size(), to);
  return text;
}

Validation validated(const Image& image, const ValidationOptions& options) {
  const MemoryByteSource xml = source_of("a.imzML", image.xml);
  const MemoryByteSource ibd = source_of("a.ibd", image.ibd);
  auto validation = validate(xml, &ibd, options);
  EXPECT_TRUE(validation) << validation.error().message();
  return validation ? std::move(*validation) : Validation(1);
}

std::string kinds_of(const Validation& validation) {
  std::string text;
  for (const FindingGroup& group : validation.log.groups()) {
    text += fmt::format("{} {}", to_string(group.level), group.rule);
    if (group.count > 1) text += fmt::format(" x{}", group.count);
    text += '\n';
  }
  return text;
}

bool has_finding(const Validation& validation, std::string_view rule, Level level) {
  return std::ranges::any_of(validation.log.groups(), [&](const FindingGroup& group) {
    return group.rule == rule && group.level == level;
  });
}

Finding first_of(const Validation& validation, std::string_view rule) {
  for (const FindingGroup& group : validation.log.groups()) {
    if (group.rule == rule) return group.first.front();
  }
  return {};
}

}  // namespace fanfold::validation::testing
