// A stage without calls, carried out by the orchestrator: it has a row in the report like the others.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "orchestrator/engine/job_context.h"
#include "runtime/core/clock.h"

namespace fanfold {

// Begins with its construction; without finish() it leaves no row.
class LocalStage {
 public:
  LocalStage(JobContext& context, std::uint32_t group, std::string name)
      : m_context(context),
        m_started(system_clock().steady_now()),
        m_cpu(process_cpu_seconds()),
        m_traffic(context.stores.traffic()) {
    m_report.name = std::move(name);
    m_report.group = group;
    context.status.stage_started(m_report.name, 0);
  }
  void finish() {
    m_report.wall_seconds = std::chrono::duration<double>(system_clock().steady_now() - m_started).count();
    m_report.reduce_cpu_seconds = process_cpu_seconds() - m_cpu;
    m_report.bytes_read = m_context.stores.traffic().bytes_read - m_traffic.bytes_read;
    m_report.bytes_written = m_context.stores.traffic().bytes_written - m_traffic.bytes_written;
    m_report.peak_memory_bytes = peak_memory_bytes();
    m_context.report.stages.push_back(m_report);
    m_context.status.stage_finished();
  }

 private:
  JobContext& m_context;
  StageReport m_report;
  SteadyTime m_started;
  double m_cpu;
  StoreTraffic m_traffic;
};

}  // namespace fanfold
