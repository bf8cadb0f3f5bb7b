#include "runtime/aws/timestamps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace fanfold::aws {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Takes fixed pieces off the front of a text; after the first mismatch nothing fits any more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : m_rest(text) {}

  void literal(std::string_view expected) {
    m_good = m_good && m_rest.starts_with(expected);
    if (m_good) m_rest.remove_prefix(expected.size());
  }
  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      m_good = m_good && !m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9';
      if (!m_good) return 0;
      value = value * 10 + (m_rest.front() - '0');
      m_rest.remove_prefix(1);
    }
    return value;
  }
  std::string_view take(std::size_t count) {
    m_good = m_good && m_rest.size() >= count;
    if (!m_good) return {};
    const std::string_view taken = m_rest.substr(0, count);
    m_rest.remove_prefix(count);
    return taken;
  }
  bool accept(char c) {
    if (!m_good || !m_rest.starts_with(c)) return false;
    m_rest.remove_prefix(1);
    return true;
  }
  void skip_digits() {
    m_rest.remove_prefix(std::min(m_rest.find_first_not_of("0123456789"), m_rest.size()));
  }
  void fail() { m_good = false; }
  bool good() const { return m_good; }
  bool at_end() const { return m_good && m_rest.empty(); }

 private:
  std::string_view m_rest;
  bool m_good = true;
};

struct Fields {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;  // 60 in a leap second
};

std::optional<SystemTime> to_time(const Fields& fields) {
  const std::chrono::year_month_day date{std::chrono::year(fields.year), std::chrono::month(fields.month),
                                         std::chrono::day(fields.day)};
  if (!date.ok() || fields.year < 1970 || fields.hour > 23 || fields.minute > 59 || fields.second > 60) {
    return std::nullopt;
  }
  // Beyond 2262 nanoseconds do not reach; whoever writes such a date means "never".
  const std::chrono::sys_days day =
      std::min(std::chrono::sys_days(date), std::chrono::sys_days(std::chrono::year(2200) / 1 / 1));
  return SystemTime(day) + hours(fields.hour) + minutes(fields.minute) + seconds(fields.second);
}

seconds read_offset(Scanner& scanner) {
  if (scanner.accept('Z')) return {};
  const bool east = scanner.accept('+');
  if (!east && !scanner.accept('-')) scanner.fail();
  const int offset_hours = scanner.digits(2);
  scanner.accept(':');
  const seconds offset = hours(offset_hours) + minutes(scanner.digits(2));
  return east ? offset : -offset;
}

}  // namespace

std::string compact_timestamp(SystemTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<seconds>(time) - day);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<SystemTime> parse_iso_timestamp(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  fields.year = scanner.digits(4);
  scanner.literal("-");
  fields.month = static_cast<unsigned>(scanner.digits(2));
  scanner.literal("-");
  fields.day = static_cast<unsigned>(scanner.digits(2));
  scanner.literal("T");
  fields.hour = scanner.digits(2);
  scanner.literal(":");
  fields.minute = scanner.digits(2);
  scanner.literal(":");
  fields.second = scanner.digits(2);
  if (scanner.accept('.')) scanner.skip_digits();
  const seconds offset = read_offset(scanner);
  if (!scanner.at_end()) return std::nullopt;
  const std::optional<SystemTime> local = to_time(fields);
  if (!local) return std::nullopt;
  return *local - offset;
}

std::optional<SystemTime> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> k_months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Scanner scanner(text);
  Fields fields;
  scanner.take(3);
  scanner.literal(", ");
  fields.day = static_cast<unsigned>(scanner.digits(2));
  scanner.literal(" ");
  const auto month = std::find(k_months.begin(), k_months.end(), scanner.take(3));
  fields.month = static_cast<unsigned>(month - k_months.begin()) + 1;  // 13 is no month
  scanner.literal(" ");
  fields.year = scanner.digits(4);
  scanner.literal(" ");
  fields.hour = scanner.digits(2);
  scanner.literal(":");
  fields.minute = scanner.digits(2);
  scanner.literal(":");
  fields.second = scanner.digits(2);
  scanner.literal(" GMT");
  return scanner.at_end() ? to_time(fields) : std::nullopt;
}

}  // namespace fanfold::aws
