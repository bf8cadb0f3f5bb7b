// The sinks that write text, and the choice between them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/progress/run_progress.h"
#include "orchestrator/progress/status_sink.h"
#include "runtime/core/clock.h"

namespace fanfold {

// Takes one piece of text, whole; called under the sink's lock.
using TextOutput = std::function<void(std::string_view)>;

// "error: ", "warning: ", or nothing.
std::string_view message_label(log::Level level);

// What the sinks have in common: counting under a lock, and `changed` after each event.
class TextStatus : public StatusSink {
 public:
  void stage_started(std::string_view stage, std::uint64_t total_calls) final;
  void call_done() final;
  void call_retried(std::string_view reason) final;
  void stage_finished() final;
  void progress(std::string_view what, std::uint64_t done, std::uint64_t total, Unit unit) final;
  void message(log::Level level, std::string_view text) final;

 protected:
  TextStatus(TextOutput output, Clock& clock, std::chrono::milliseconds interval)
      : m_output(std::move(output)), m_clock(clock), m_interval(interval) {}

  // Under the lock. A line of progress that may be replaced by the next, and one that stays.
  virtual void show(std::string_view line) = 0;
  virtual void keep(std::string_view line) = 0;

  TextOutput m_output;

 private:
  void show_if_due();

  Clock& m_clock;
  const std::chrono::milliseconds m_interval;
  std::mutex m_mutex;
  RunProgress m_progress;
  std::optional<SteadyTime> m_last_shown;
};

// Redraws one line, at most 30 times a second.
class TerminalStatus final : public TextStatus {
 public:
  enum class Color { off, on };
  TerminalStatus(TextOutput output, Clock& clock, std::size_t width, Color color);
  ~TerminalStatus() override;

 private:
  void show(std::string_view line) override;
  void keep(std::string_view line) override;

  std::size_t m_width;
  Color m_color;
  bool m_drawn = false;
};

// A line at the end of each stage, and one every five seconds in between.
class LineStatus final : public TextStatus {
 public:
  LineStatus(TextOutput output, Clock& clock);

 private:
  void show(std::string_view line) override;
  void keep(std::string_view line) override;
};

// Lets warnings and errors through.
class QuietStatus final : public StatusSink {
 public:
  explicit QuietStatus(TextOutput output) : m_output(std::move(output)) {}
  void stage_started(std::string_view, std::uint64_t) override {}
  void call_done() override {}
  void call_retried(std::string_view) override {}
  void stage_finished() override {}
  void progress(std::string_view, std::uint64_t, std::uint64_t, Unit) override {}
  void message(log::Level level, std::string_view text) override;

 private:
  TextOutput m_output;
  std::mutex m_mutex;
};

// What is known of the terminal behind stderr.
struct Terminal {
  bool is_terminal = false;
  std::size_t width = 80;
  bool color = false;  // a terminal, NO_COLOR unset or empty, TERM not "dumb"
};
Terminal stderr_terminal();

enum class Verbosity { quiet, normal };
// The sink for stderr as it is: redrawn line, plain lines, or warnings alone.
std::unique_ptr<StatusSink> make_stderr_status(Verbosity verbosity);

}  // namespace fanfold
