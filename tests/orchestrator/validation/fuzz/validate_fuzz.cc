// The input is an imzML document beside a small .ibd.
#include <cstdlib>

#include "orchestrator/validation/validation_report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanfold;
  const auto* const bytes = reinterpret_cast<const std::byte*>(data);
  const MemoryByteSource xml("a.imzML", std::vector<std::byte>(bytes, bytes + size));
  const MemoryByteSource ibd("a.ibd", std::vector<std::byte>(64));
  const auto found =
      validation::validate(xml, size % 5 == 0 ? nullptr : &ibd, {.max_findings = 1 + size % 3});
  if (!found) abort();  // whatever the bytes are, they have an answer
  if (validation::to_text(*found).empty()) abort();
  (void)validation::to_json(std::span(&*found, 1));
  return 0;
}
