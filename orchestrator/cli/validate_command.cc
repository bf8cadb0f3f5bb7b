#include <optional>
#include <vector>

#include "orchestrator/cli/commands.h"
#include "orchestrator/image_files/opened_image.h"
#include "orchestrator/validation/validation_report.h"
#include "runtime/storage/interruptible_work.h"

namespace fanfold::cli {
namespace {

using validation::Level;
using validation::Validation;

// A document without an .ibd is validated too.
Result<OpenedImage> open_with_or_without_ibd(StoreRegistry& stores, const std::string& location) {
  FANFOLD_ASSIGN(const Uri uri, Uri::parse(location));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(uri));
  OpenedImage alone;
  FANFOLD_ASSIGN(alone.xml, store->open(uri));
  auto image = open_image(stores, location);
  if (image || image.error().kind() != ErrorKind::not_found) return image;
  return alone;
}

Result<Validation> validate_file(StoreRegistry& stores, const std::string& file,
                                 const validation::ValidationOptions& options, const std::stop_token& stop) {
  FANFOLD_ASSIGN(const OpenedImage image, open_with_or_without_ibd(stores, file));
  return validation::validate(*image.xml, image.ibd.get(), options, stop);
}

// Files that could not be looked at: they do not keep the others from it.
class Unreadable {
 public:
  void add(const std::string& file, const Error& error) {
    if (!m_first) {
      m_first = error;
    } else {
      m_others += fmt::format("{}'{}'", m_others.empty() ? "" : ", ", file);
    }
  }
  bool any() const { return m_first.has_value(); }
  // That of the first file; the others are named. REQUIRES: any().
  Error error() const {
    if (m_others.empty()) return *m_first;
    return make_error(m_first->kind(), "{} (nor can be read: {})", m_first->message(), m_others);
  }

 private:
  std::optional<Error> m_first;
  std::string m_others;
};

bool passes(const Validation& validation, bool is_strict) {
  const auto worst = validation.worst();
  return !worst || (*worst == Level::warning && !is_strict);
}

}  // namespace

Result<ExitCode> run_validate_command(const ValidateCommand& command, StandardOutput& output,
                                      std::stop_token stop) {
  StoreRegistry stores;
  const InterruptibleWork work(stores, stop);
  const validation::ValidationOptions options{command.max_findings, command.no_checksum
                                                                        ? validation::ChecksumPass::skip
                                                                        : validation::ChecksumPass::read};
  ExitCode code = ExitCode::done;
  std::vector<Validation> all;
  Unreadable unreadable;
  for (const std::string& file : command.files) {
    auto found = validate_file(stores, file, options, stop);
    if (!found) {
      if (found.error().kind() == ErrorKind::cancelled) return found.error();
      unreadable.add(file, found.error());
      continue;
    }
    if (!passes(*found, command.strict)) code = ExitCode::invalid;
    if (command.json) {
      all.push_back(std::move(*found));
    } else {
      FANFOLD_TRY(output.write(validation::to_text(*found)));
    }
  }
  if (command.json) FANFOLD_TRY(output.write(validation::to_json(all)));
  if (unreadable.any()) return unreadable.error();
  return code;
}

}  // namespace fanfold::cli
