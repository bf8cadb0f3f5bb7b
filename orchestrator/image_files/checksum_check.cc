#include "orchestrator/image_files/checksum_check.h"

#include "runtime/core/clock.h"

namespace fanfold {

Result<imzml::ChecksumStates> check_checksums(const OpenedImage& image,
                                              const imzml::DeclaredChecksums& declared, StatusSink& status,
                                              const std::stop_token& stop) {
  const SteadyTime started = system_clock().steady_now();
  const std::uint64_t size = image.ibd->size_bytes();
  const std::string what = "verifying " + image.ibd->name();
  bool is_shown = false;
  const auto tell = [&](std::uint64_t done) -> Status {
    if (stop.stop_requested()) {
      return make_error(ErrorKind::cancelled, "stopped while verifying '{}'", image.ibd->name());
    }
    is_shown = is_shown || system_clock().steady_now() - started > std::chrono::seconds(1);
    if (is_shown) status.progress(what, done, size, StatusSink::Unit::bytes);
    return {};
  };
  return imzml::verify_checksums(*image.ibd, declared, tell);
}

}  // namespace fanfold
