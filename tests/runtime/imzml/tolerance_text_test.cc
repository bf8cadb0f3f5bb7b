// The document as text: encodings, line ends, wrong counts, and files that are no imzML.
#include <algorithm>

#include "runtime/imzml/xml_sniff.h"
#include "tests/runtime/imzml/tolerance.h"

namespace fanfold::imzml::testing {
namespace {

const std::string k_ibd = ibd_of_size(k_plain_bytes);

TEST(TolerantText, MayBeIso88591WithGermanLetters) {
  DocumentText document = plain_document();
  document.prolog = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n";
  document.more_content =
      "<userParam name=\"contact\" value=\"Schubertstra\xdf"
      "e, Gie\xdf"
      "en, M\xfcnchen\"/>";
  EXPECT_EQ(read_cleanly(document.text(), k_ibd).pixels.size(), 2U);
}

TEST(TolerantText, IsReadAsIso88591WhereItWronglySaysUtf8OrNothing) {
  for (const char* const prolog :
       {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "<?xml version=\"1.0\"?>\n", ""}) {
    DocumentText document = plain_document();
    document.prolog = prolog;
    document.more_content = "<userParam name=\"contact\" value=\"M\xfcnchen\"/>";
    const Outcome outcome =
        read_with_warning(document.text(), k_ibd, "holds bytes that are not UTF-8; read as ISO-8859-1");
    EXPECT_EQ(outcome.pixels.size(), 2U) << prolog;
  }
}

TEST(TolerantText, NeedsNoDeclarationNoIndentationAndNoNewLines) {
  DocumentText document = plain_document();
  document.prolog = "";
  std::string text = document.text();
  std::erase(text, '\n');
  EXPECT_EQ(read_cleanly(text, k_ibd).pixels.size(), 2U);
}

TEST(TolerantText, MayHaveCarriageReturns) {
  std::string text;
  for (const char c : plain_document().text()) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(read_cleanly(text, k_ibd).pixels.size(), 2U);
  std::ranges::replace(text, '\n', ' ');
  EXPECT_EQ(read_cleanly(text, k_ibd).pixels.size(), 2U);
}

TEST(TolerantText, MayBeginWithAByteOrderMark) {
  EXPECT_EQ(read_cleanly("\xef\xbb\xbf" + plain_document().text(), k_ibd).pixels.size(), 2U);
}

TEST(TolerantText, MayBeAnIndexedDocument) {
  DocumentText document = plain_document();
  document.root_open = "<indexedmzML xmlns=\"http://psi.hupo.org/ms/mzml\"><mzML version=\"1.1.0\">";
  document.root_close =
      "</mzML><indexList count=\"1\"><index name=\"spectrum\"><offset "
      "idRef=\"s0\">99</offset></index></indexList>"
      "<indexListOffset>0</indexListOffset><fileChecksum>00</fileChecksum></indexedmzML>";
  EXPECT_EQ(read_cleanly(document.text(), k_ibd).pixels.size(), 2U);
}

TEST(TolerantText, IsReadAsVersion11WhereItNamesNone) {
  DocumentText document = plain_document();
  document.root_open = "<mzML>";
  EXPECT_EQ(
      read_with_warning(document.text(), k_ibd, "does not say which version of mzML it is").pixels.size(),
      2U);
}

TEST(TolerantText, IsCountedByItselfWhateverItAnnounces) {
  DocumentText document = plain_document();
  document.count = 7;
  EXPECT_EQ(read_with_warning(document.text(), k_ibd, "announces 7 spectra and has 2").description->pixels,
            2U);
}

TEST(TolerantText, IsToldFromWhatIsNoImzml) {
  const auto refused = [](std::string_view text) { return message_of(read(text, ibd_of_size(16))); };
  EXPECT_THAT(refused("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 12\n"),
              HasSubstr("it is a Git LFS pointer; fetch the file itself (git lfs pull)"));
  EXPECT_THAT(refused("<html><head><title>Index of /data</title></head></html>"),
              HasSubstr("it is a web page, perhaps an error page of the download"));
  EXPECT_THAT(refused("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\na.imzML\na.ibd\n"),
              HasSubstr("it does not begin with '<'; give the .imzML file"));
  EXPECT_THAT(refused("[{\"name\": \"a.imzML\", \"type\": \"file\"}]"), HasSubstr("does not begin with '<'"));
  EXPECT_THAT(refused("../other/a.imzML"), HasSubstr("does not begin with '<'"));
  EXPECT_THAT(refused("<?xml version=\"1.0\"?><ListBucketResult/>"),
              HasSubstr("the document is a <ListBucketResult>, not an <mzML>"));
}

TEST(TolerantText, OfAnIbdThatIsAPointerIsToldToo) {
  EXPECT_THAT(message_of(read(plain_document().text(), "version https://git-lfs.github.com/spec/v1\n")),
              HasSubstr("'a.ibd' is a Git LFS pointer, not an .ibd"));
}

TEST(TolerantText, OfATruncatedIbdIsRefusedWithBothSizes) {
  EXPECT_THAT(message_of(read(plain_document().text(), ibd_of_size(k_plain_bytes - 1))),
              HasSubstr("'a.ibd' has 87 bytes where the whole image needs 88"));
}

}  // namespace
}  // namespace fanfold::imzml::testing
