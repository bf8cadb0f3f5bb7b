// What is old enough, and what becomes of it. Private to this folder.
#pragma once

#include <functional>
#include <utility>

#include "orchestrator/cleaning/cleaning.h"

namespace fanfold::cleaning {

// Not thread-safe.
class Judge {
 public:
  // `now`: the time of the store. `options` and `tell` outlive the judge.
  Judge(const Options& options, SystemTime now, const Tell& tell, std::stop_token stop)
      : m_options(options), m_now(now), m_tell(tell), m_stop(std::move(stop)) {}

  // Fills in the item's age. Removes it where it is old enough and this is no rehearsal; tells about it.
  Status settle(Item item, const std::function<Status()>& remove);
  // The same whatever its age is.
  Status settle_dead(Item item, const std::function<Status()>& remove);
  Status keep(Item item, std::string reason);

  // Of things that could not be removed, the first error.
  const Status& failure() const { return m_failure; }

 private:
  void date(Item& item) const;
  bool is_old_enough(const Item& item) const;

  const Options& m_options;
  const SystemTime m_now;
  const Tell& m_tell;
  const std::stop_token m_stop;
  Status m_failure;
};

}  // namespace fanfold::cleaning
