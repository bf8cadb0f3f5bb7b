#include "orchestrator/cli/commands.h"
#include "orchestrator/cli/image_info.h"
#include "orchestrator/cli/pixel_table.h"
#include "orchestrator/image_files/checksum_check.h"
#include "orchestrator/image_files/opened_image.h"
#include "orchestrator/progress/text_status.h"
#include "runtime/imzml/reader.h"
#include "runtime/storage/interruptible_work.h"

namespace fanfold::cli {
namespace {

using imzml::ImageDescription;

Result<ImageDescription> describe(const InfoCommand& command, const OpenedImage& image,
                                  const std::stop_token& stop) {
  const auto unless_stopped = [&](const imzml::PixelRecord&) -> Status {
    if (!stop.stop_requested()) return {};
    return make_error(ErrorKind::cancelled, "stopped while reading '{}'", command.image);
  };
  return imzml::read_imzml(*image.xml, *image.ibd, {.strict = command.strict}, unless_stopped);
}

// What it finds amiss is a warning, or an error where the command is strict.
Result<imzml::ChecksumStates> verify(const InfoCommand& command, const OpenedImage& image,
                                     ImageDescription& description, const std::stop_token& stop) {
  const auto status = make_stderr_status(Verbosity::normal);
  FANFOLD_ASSIGN(const imzml::ChecksumStates states,
                 check_checksums(image, description.checksums, *status, stop));
  if (!states.any_differs()) return states;
  std::string sentence = imzml::differs_sentence(*image.ibd, states);
  if (command.strict) return Error(ErrorKind::corrupt_data, std::move(sentence));
  description.warnings.push_back(std::move(sentence));
  return states;
}

}  // namespace

Status run_info_command(const InfoCommand& command, StandardOutput& output, std::stop_token stop) {
  StoreRegistry stores;
  const InterruptibleWork work(stores, stop);
  FANFOLD_ASSIGN(const OpenedImage image, open_image(stores, command.image));
  FANFOLD_ASSIGN(ImageDescription description, describe(command, image, stop));
  FANFOLD_TRY(check_unchanged(stores, image));
  // A table of pixels has no line for the checksum.
  const bool is_table = command.form == InfoCommand::Form::pixels;
  imzml::ChecksumStates checksums = imzml::unverified_checksums(description.checksums);
  if (command.strict || !(command.fast || is_table)) {
    FANFOLD_ASSIGN(checksums, verify(command, image, description, stop));
  }
  if (is_table) return write_pixel_table(image, description, output, stop);
  const ImageInfo info{command.image, std::move(description), checksums, image.ibd->size_bytes()};
  return output.write(command.form == InfoCommand::Form::json ? to_json(info) : to_text(info));
}

}  // namespace fanfold::cli
