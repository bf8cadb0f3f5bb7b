// A process that is started for a measurement and killed after it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace fanfold::bench {

class MeasuredProcess {
 public:
  MeasuredProcess(const std::string& program, const std::string& api);
  ~MeasuredProcess();
  MeasuredProcess(const MeasuredProcess&) = delete;
  MeasuredProcess& operator=(const MeasuredProcess&) = delete;
  // VmHWM.
  std::uint64_t peak_memory_kib() const;

 private:
  pid_t m_pid;
};

}  // namespace fanfold::bench
