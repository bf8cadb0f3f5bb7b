// The .ibd of an image held against the digests that its imzML declares.
#pragma once

#include <stop_token>

#include "orchestrator/image_files/opened_image.h"
#include "orchestrator/progress/status_sink.h"
#include "runtime/imzml/checksum_state.h"

namespace fanfold {

// One pass over the .ibd; `status` hears of it once it has taken a second. cancelled when stop was requested;
// errors of the source. That a digest differs is told by the states.
Result<imzml::ChecksumStates> check_checksums(const OpenedImage& image,
                                              const imzml::DeclaredChecksums& declared, StatusSink& status,
                                              const std::stop_token& stop);

}  // namespace fanfold
