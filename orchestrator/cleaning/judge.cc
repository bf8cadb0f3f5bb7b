#include "orchestrator/cleaning/judge.h"

#include <algorithm>

namespace fanfold::cleaning {

void Judge::date(Item& item) const {
  if (!item.since) return;
  // What comes from the future, by a clock that differs, has just begun.
  item.age = std::max(std::chrono::floor<std::chrono::seconds>(m_now - *item.since), std::chrono::seconds(0));
}

bool Judge::is_old_enough(const Item& item) const {
  if (m_options.older_than.count() == 0) return true;
  return item.age && *item.age >= m_options.older_than;
}

Status Judge::settle(Item item, const std::function<Status()>& remove) {
  date(item);
  if (is_old_enough(item)) return settle_dead(std::move(item), remove);
  const bool is_dated = item.age.has_value();
  return keep(std::move(item), is_dated ? "too young" : "of unknown age");
}

Status Judge::settle_dead(Item item, const std::function<Status()>& remove) {
  if (m_stop.stop_requested()) return make_error(ErrorKind::cancelled, "interrupted; what remains was left");
  date(item);
  item.state = State::would_remove;
  if (!m_options.dry_run) {
    const Status removed = remove();
    item.state = removed ? State::removed : State::failed;
    if (!removed) item.reason = removed.error().message();
    if (!removed && m_failure) m_failure = removed;
  }
  return m_tell(item);
}

Status Judge::keep(Item item, std::string reason) {
  date(item);
  item.state = State::kept;
  item.reason = std::move(reason);
  return m_tell(item);
}

}  // namespace fanfold::cleaning
