// Any bytes as a job file and as a parameter file.
#include <cstdint>

#include "orchestrator/job/job.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)fanfold::parse_job(text, "job.json", "/in");
  (void)fanfold::parse_parameters(text, "parameters.json");
  return 0;
}
