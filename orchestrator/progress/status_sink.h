// Where a run tells how far it is. Work code speaks to this interface and never prints.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/core/log.h"

namespace fanfold {

// All members are thread-safe and return quickly; none fails. One stage is current at a time; what concerns
// calls belongs to it.
class StatusSink {
 public:
  virtual ~StatusSink() = default;

  virtual void stage_started(std::string_view stage, std::uint64_t total_calls) = 0;
  virtual void call_done() = 0;
  // An attempt failed and its call will be issued again.
  virtual void call_retried(std::string_view reason) = 0;
  virtual void stage_finished() = 0;

  enum class Unit : std::uint8_t { items, bytes };
  // Sequential work beside the calls: a reduce, a checksum. `total` 0: unknown.
  virtual void progress(std::string_view what, std::uint64_t done, std::uint64_t total,
                        Unit unit = Unit::items) = 0;
  virtual void message(log::Level level, std::string_view text) = 0;
};

// Says nothing; for tests and --quiet.
class SilentStatus final : public StatusSink {
 public:
  void stage_started(std::string_view, std::uint64_t) override {}
  void call_done() override {}
  void call_retried(std::string_view) override {}
  void stage_finished() override {}
  void progress(std::string_view, std::uint64_t, std::uint64_t, Unit) override {}
  void message(log::Level, std::string_view) override {}
};

}  // namespace fanfold
