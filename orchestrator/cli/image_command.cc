#include "orchestrator/cli/commands.h"
#include "orchestrator/ion_image/ion_image.h"
#include "runtime/storage/interruptible_work.h"

namespace fanfold::cli {

Status run_image_command(const ImageCommand& command, StandardOutput& output, std::stop_token stop) {
  StoreRegistry stores;
  const InterruptibleWork work(stores, stop);
  const auto print = [&](const std::string& path) { return output.write(path + "\n"); };
  return ion_image::write_ion_images(stores, command.options, print, std::move(stop));
}

}  // namespace fanfold::cli
