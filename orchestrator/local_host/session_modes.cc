// The two modes of the Runtime API.
#include <algorithm>
#include <list>

#include "orchestrator/local_host/runtime_session.h"

namespace fanfold {
namespace {

// One event at a time. While it is unanswered, asking again gets it again.
class ClassicSession final : public RuntimeSession {
 public:
  void begin(const FunctionEvent& event) override { m_event = &event; }
  void end(const std::string& id) override {
    if (m_event != nullptr && m_event->request_id == id) m_event = nullptr;
  }
  const FunctionEvent* waiting() const override { return m_phase == Phase::ready ? m_event : nullptr; }
  // Only now: the function may still say something about the event before.
  void sent(const FunctionEvent& event) override {
    m_phase = Phase::running;
    m_last_id = event.request_id;
  }
  bool idle() const override { return m_phase == Phase::ready && m_event == nullptr; }
  std::size_t late() const override { return 0; }

 protected:
  bool may_ask() override {
    if (m_phase == Phase::stuck || m_phase == Phase::init_failed) return false;
    m_phase = Phase::ready;
    return true;
  }
  bool may_fail_init() const override { return m_phase == Phase::starting; }
  void init_failed() override { m_phase = Phase::init_failed; }
  Verdict verdict(const std::string& id) const override {
    if (id.empty() || id != m_last_id) return Verdict::unknown_id;
    return m_phase == Phase::running ? Verdict::fine : Verdict::answered_before;
  }
  void answered(const std::string&) override {
    m_phase = Phase::answered;
    m_event = nullptr;  // it was the one that runs
  }
  void broke_response_mode() override { m_phase = Phase::stuck; }
  std::size_t max_error_bytes() const override { return HttpLimits{}.max_body_bytes; }

 private:
  enum class Phase : std::uint8_t {
    starting,  // no request for an event yet
    ready,     // has asked for one
    running,   // has one
    answered,  // has answered it and not yet asked again
    stuck,     // broke the protocol; only the timeout ends it, as on the real platform
    init_failed
  };

  Phase m_phase = Phase::starting;
  const FunctionEvent* m_event = nullptr;
  std::string m_last_id;  // of the event that was sent last
};

// Many events at once; every request for an event is a free worker.
class ConcurrentSession final : public RuntimeSession {
 public:
  void begin(const FunctionEvent& event) override { m_works.push_back({event.request_id, &event, false}); }
  void end(const std::string& id) override {
    const auto work = find(id);
    if (work == m_works.end()) return;
    work->event = nullptr;
    if (!work->sent) m_works.erase(work);
  }
  const FunctionEvent* waiting() const override {
    const auto work =
        std::find_if(m_works.begin(), m_works.end(), [](const Work& candidate) { return !candidate.sent; });
    return work == m_works.end() ? nullptr : work->event;
  }
  void sent(const FunctionEvent& event) override {
    const auto work = find(event.request_id);
    if (work != m_works.end()) work->sent = true;
  }
  bool idle() const override { return initialised() && m_works.empty(); }
  std::size_t late() const override {
    const auto is_late = [](const Work& work) { return work.sent && work.event == nullptr; };
    return static_cast<std::size_t>(std::count_if(m_works.begin(), m_works.end(), is_late));
  }

 protected:
  bool may_ask() override { return !m_init_failed; }
  bool may_fail_init() const override { return !m_init_failed; }
  void init_failed() override { m_init_failed = true; }
  Verdict verdict(const std::string& id) const override {
    const auto work = std::find_if(m_works.begin(), m_works.end(),
                                   [&](const Work& candidate) { return candidate.id == id; });
    if (work == m_works.end() || !work->sent) return Verdict::unknown_id;
    return work->event == nullptr ? Verdict::too_late : Verdict::fine;
  }
  void answered(const std::string& id) override {
    const auto work = find(id);
    if (work != m_works.end()) m_works.erase(work);
  }
  void broke_response_mode() override {}  // the invocation can still be answered properly
  std::size_t max_error_bytes() const override { return std::size_t{1} << 20; }

 private:
  struct Work {
    std::string id;
    const FunctionEvent* event = nullptr;  // null: nobody waits any more
    bool sent = false;
  };
  std::list<Work>::iterator find(const std::string& id) {
    return std::find_if(m_works.begin(), m_works.end(), [&](const Work& work) { return work.id == id; });
  }

  std::list<Work> m_works;  // in the order they came
  bool m_init_failed = false;
};

}  // namespace

std::unique_ptr<RuntimeSession> make_runtime_session(std::uint32_t concurrency) {
  if (concurrency == 0) return std::make_unique<ClassicSession>();
  return std::make_unique<ConcurrentSession>();
}

}  // namespace fanfold
