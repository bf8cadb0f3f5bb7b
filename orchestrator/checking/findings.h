// Where checks say what they found. Private to this folder.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/checking/checking.h"
#include "runtime/core/secret.h"

namespace fanfold::checking {

// Not thread-safe. Both outlive it.
class Findings {
 public:
  Findings(const Tell& tell, const std::stop_token& stop) : m_tell(tell), m_stop(stop) {}

  void ok(std::string what, std::string detail);
  void note(std::string what, std::string detail);
  void skip(std::string what, std::string why);
  void fail(std::string what, const Error& error);

  // Never to be seen, whoever quotes it: a belt besides the braces of those who write messages.
  void hide(std::string_view secret);

  // Why there is no point in going on: an error of the listener, or cancelled.
  Status status() const;
  bool must_end() const { return !status(); }

 private:
  void add(Finding finding);

  const Tell& m_tell;
  const std::stop_token& m_stop;
  std::vector<Secret> m_secrets;
  Status m_told;
};

}  // namespace fanfold::checking
