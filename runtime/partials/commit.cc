#include "runtime/partials/commit.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "runtime/core/digest.h"
#include "runtime/core/uuid.h"
#include "runtime/partials/commit_scripts.h"

namespace fanfold {
namespace {

constexpr std::string_view k_done_batch = "1000";

template <typename T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

Error unexpected(std::string_view where) {
  return make_error(ErrorKind::corrupt_data, "Redis holds something else than Fanfold wrote: {}", where);
}

Status check_stage(std::string_view stage) {
  const auto is_safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (stage.empty() || stage.size() > 64 || !std::all_of(stage.begin(), stage.end(), is_safe)) {
    return make_error(ErrorKind::invalid_argument, "a stage's name is 1 to 64 letters, digits, '_' or '-'");
  }
  return {};
}

template <typename T>
T take_token(std::string_view& text, bool& ok) {
  const auto end = std::min(text.find(' '), text.size());
  const auto value = whole_number<T>(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  ok = ok && value.has_value();
  return value.value_or(T{});
}

Result<StartNote> parse_note(std::string_view text) {
  bool ok = true;
  StartNote note;
  note.attempt.epoch = take_token<std::uint64_t>(text, ok);
  note.attempt.number = take_token<std::uint32_t>(text, ok);
  note.started = std::chrono::milliseconds{take_token<std::int64_t>(text, ok)};
  note.heartbeat = std::chrono::milliseconds{take_token<std::int64_t>(text, ok)};
  if (!ok || !text.empty()) return unexpected("a note of a start");
  return note;
}

// A hash of cubes as HGETALL gives it: field, value, field, value.
template <typename T, typename Parse>
Result<std::map<std::uint32_t, T>> by_cube(const RedisReply& reply, std::string_view key, Parse parse) {
  if (!reply.is_array() || reply.elements.size() % 2 != 0) return unexpected(key);
  std::map<std::uint32_t, T> values;
  for (std::size_t i = 0; i < reply.elements.size(); i += 2) {
    const auto cube = whole_number<std::uint32_t>(reply.elements[i].text);
    if (!cube) return unexpected(key);
    auto value = parse(reply.elements[i + 1].text);
    if (!value) return value.error().with_context(fmt::format("{}, cube {}", key, *cube));
    values.emplace(*cube, std::move(value).value());
  }
  return values;
}

// One entry of the stream: [id, ["stage", stage, "cube", cube]].
Result<Done> parse_done(const RedisReply& entry) {
  const bool shaped = entry.elements.size() == 2 && entry.elements[1].elements.size() == 4;
  if (!shaped) return unexpected("an entry of the done stream");
  const auto& fields = entry.elements[1].elements;
  const auto cube = whole_number<std::uint32_t>(fields[3].text);
  if (fields[0].text != "stage" || fields[2].text != "cube" || !cube) {
    return unexpected("an entry of the done stream");
  }
  return Done{fields[1].text, *cube};
}

Status check_size_of_partial(const CommitRecord& record, Bytes partial) {
  if (!record.scratch_key.empty() && !partial.empty()) {
    return make_error(ErrorKind::internal, "a partial is either inline or in scratch, not both");
  }
  if (partial.size() > k_max_inline_partial_bytes) {
    return make_error(ErrorKind::internal,
                      "a partial of {} bytes is too large for Redis (at most {}): it belongs "
                      "into scratch",
                      partial.size(), k_max_inline_partial_bytes);
  }
  return {};
}

}  // namespace

std::string_view to_string(CommitOutcome outcome) {
  switch (outcome) {
    case CommitOutcome::committed:
      return "committed";
    case CommitOutcome::lost_race:
      return "lost_race";
    case CommitOutcome::fenced:
      return "fenced";
  }
  return "unknown";
}

std::string_view to_string(CallStanding standing) {
  switch (standing) {
    case CallStanding::open:
      return "open";
    case CallStanding::already_committed:
      return "already_committed";
    case CallStanding::fenced:
      return "fenced";
  }
  return "unknown";
}

PartialStore::PartialStore(RedisConnection& connection, std::string job, std::chrono::seconds ttl)
    : m_connection(connection), m_job(std::move(job)), m_ttl(std::to_string(ttl.count())) {
  FANFOLD_ASSERT(check_job_id(m_job).has_value());
  FANFOLD_ASSERT(ttl.count() > 0);
}

std::string PartialStore::key(std::string_view kind) const {
  return fmt::format("fanfold:{{{}}}:{}", m_job, kind);
}

std::string PartialStore::key(std::string_view kind, std::string_view stage) const {
  return fmt::format("fanfold:{{{}}}:{}:{}", m_job, kind, stage);
}

Error PartialStore::gone() const {
  return make_error(
      ErrorKind::not_found,
      "job {} is not in Redis: it was never started there, was removed, or its keys have expired", m_job);
}

Status PartialStore::check_call(const CallId& call) const {
  if (call.job != m_job) {
    return make_error(ErrorKind::internal, "a call of job {} was given to the store of job {}", call.job,
                      m_job);
  }
  return check_stage(call.stage);
}

// Everything asked here may be asked twice: a lost answer costs one more round trip, not an attempt.
Result<RedisReply> PartialStore::ask(std::span<const std::string_view> arguments,
                                     std::chrono::milliseconds blocking_for) {
  auto reply = m_connection.command(arguments, blocking_for);
  if (reply || !reply.error().is_retryable()) return reply;
  return m_connection.command(arguments, blocking_for);
}

Result<RedisReply> PartialStore::ask(std::initializer_list<std::string_view> arguments) {
  return ask(std::span<const std::string_view>(arguments.begin(), arguments.size()));
}

Result<RedisReply> PartialStore::run(const RedisScript& script, std::span<const std::string> keys,
                                     std::span<const std::string_view> arguments) {
  auto reply = script.run(m_connection, keys, arguments);
  if (reply || !reply.error().is_retryable()) return reply;
  return script.run(m_connection, keys, arguments);
}

Status PartialStore::create_job(std::uint64_t epoch) {
  FANFOLD_ASSIGN(const RedisReply reply,
                 m_connection.command({"SET", key("epoch"), std::to_string(epoch), "NX", "EX", m_ttl}));
  if (!reply.is_nil()) return {};
  return make_error(ErrorKind::invalid_argument, "job {} is in Redis already: resume it or take another id",
                    m_job);
}

Result<std::uint64_t> PartialStore::epoch() {
  FANFOLD_ASSIGN(const RedisReply reply, ask({"GET", key("epoch")}));
  if (reply.is_nil()) return gone();
  const auto epoch = whole_number<std::uint64_t>(reply.text);
  if (!epoch) return unexpected("the job's epoch");
  return *epoch;
}

Result<std::uint64_t> PartialStore::raise_epoch() {
  const std::array keys{key("epoch")};
  const std::array<std::string_view, 1> arguments{m_ttl};
  FANFOLD_ASSIGN(const RedisReply reply, raise_epoch_script().run(m_connection, keys, arguments));
  if (reply.is_nil()) return gone();
  if (!reply.is_integer() || reply.integer < 0) return unexpected("the job's epoch");
  return static_cast<std::uint64_t>(reply.integer);
}

// The stages of a job need not be known here, so that a job can be cleaned by its id alone. A job's id holds
// no character that SCAN takes for a pattern.
Result<std::vector<std::string>> PartialStore::all_keys() {
  std::vector<std::string> keys;
  const std::string pattern = key("*");
  std::string cursor = "0";
  do {
    FANFOLD_ASSIGN(const RedisReply reply, ask({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"}));
    if (!reply.is_array() || reply.elements.size() != 2) return unexpected("the answer to SCAN");
    cursor = reply.elements[0].text;
    for (const RedisReply& found : reply.elements[1].elements) keys.push_back(found.text);
  } while (cursor != "0");
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

Status PartialStore::refresh_ttl() {
  FANFOLD_ASSIGN(const RedisReply alive, ask({"EXPIRE", key("epoch"), m_ttl}));
  if (alive.integer != 1) return gone();
  FANFOLD_ASSIGN(const auto keys, all_keys());
  for (const std::string& name : keys) FANFOLD_TRY(ask({"EXPIRE", name, m_ttl}));
  return {};
}

// The epoch goes first: from then on no attempt can write a key that would be missed.
Status PartialStore::remove_job() {
  FANFOLD_TRY(ask({"DEL", key("epoch")}));
  FANFOLD_ASSIGN(const auto keys, all_keys());
  for (const std::string& name : keys) FANFOLD_TRY(ask({"UNLINK", name}));
  return {};
}

Result<CallStanding> PartialStore::note(const CallId& call, const Attempt& attempt) {
  FANFOLD_TRY(check_call(call));
  const std::array keys{key("epoch"), key("commit", call.stage), key("started", call.stage)};
  const std::string epoch = std::to_string(attempt.epoch);
  const std::string cube = std::to_string(call.cube);
  const std::string number = std::to_string(attempt.number);
  const std::array<std::string_view, 4> arguments{epoch, cube, number, m_ttl};
  FANFOLD_ASSIGN(const RedisReply reply, run(note_script(), keys, arguments));
  for (const auto standing : {CallStanding::open, CallStanding::already_committed, CallStanding::fenced}) {
    if (reply.text == to_string(standing)) return standing;
  }
  return unexpected("the answer to a start or heartbeat");
}

Result<CallStanding> PartialStore::note_start(const CallId& call, const Attempt& attempt) {
  return note(call, attempt);
}

Result<CallStanding> PartialStore::heartbeat(const CallId& call, const Attempt& attempt) {
  return note(call, attempt);
}

Result<CommitOutcome> PartialStore::commit(const CallId& call, const Attempt& attempt, CommitRecord record,
                                           Bytes partial) {
  FANFOLD_TRY(check_call(call));
  FANFOLD_TRY(check_size_of_partial(record, partial));
  const bool is_inline = record.scratch_key.empty();
  record.writer = fmt::format("{:016x}", random_u64());
  record.epoch = attempt.epoch;
  record.attempt = attempt.number;
  if (is_inline) {
    record.partial_bytes = partial.size();
    record.partial_sha256 = sha256_hex(partial);
  }
  const std::string encoded = record.encode();
  // What the orchestrator could not read is not committed: the attempt fails here, where the reason is known.
  if (auto read_back = CommitRecord::decode(encoded); !read_back) {
    return Error(ErrorKind::internal, read_back.error().message());
  }

  const std::array keys{key("epoch"), key("commit", call.stage), key("partial", call.stage), key("done")};
  const std::string epoch_text = std::to_string(attempt.epoch);
  const std::string cube = std::to_string(call.cube);
  const std::array<std::string_view, 7> arguments{
      epoch_text, cube, encoded, is_inline ? "inline" : "scratch", as_text(partial), call.stage, m_ttl};
  FANFOLD_ASSIGN(const RedisReply reply, run(commit_script(), keys, arguments));
  for (const auto outcome : {CommitOutcome::committed, CommitOutcome::lost_race, CommitOutcome::fenced}) {
    if (reply.text == to_string(outcome)) return outcome;
  }
  return unexpected("the answer to a commit");
}

Result<std::vector<Done>> PartialStore::wait_done(std::string& last_id, std::chrono::milliseconds timeout) {
  const std::string stream = key("done");
  const std::string block = std::to_string(timeout.count());
  std::vector<std::string_view> command{"XREAD", "COUNT", k_done_batch};
  // To Redis, BLOCK 0 means for ever.
  if (timeout.count() > 0) command.insert(command.end(), {"BLOCK", block});
  command.insert(command.end(), {"STREAMS", stream, last_id});
  FANFOLD_ASSIGN(const RedisReply reply, ask(command, timeout));
  std::vector<Done> done;
  if (reply.is_nil()) return done;
  const bool shaped = reply.elements.size() == 1 && reply.elements[0].elements.size() == 2;
  if (!shaped) return unexpected(stream);
  for (const RedisReply& entry : reply.elements[0].elements[1].elements) {
    FANFOLD_ASSIGN(Done one, parse_done(entry));
    done.push_back(std::move(one));
    last_id = entry.elements[0].text;
  }
  return done;
}

Result<std::optional<CommitRecord>> PartialStore::commit_record(std::string_view stage, std::uint32_t cube) {
  FANFOLD_TRY(check_stage(stage));
  FANFOLD_ASSIGN(const RedisReply reply, ask({"HGET", key("commit", stage), std::to_string(cube)}));
  if (reply.is_nil()) return std::optional<CommitRecord>();
  auto record = CommitRecord::decode(reply.text);
  if (!record) return record.error().with_context(fmt::format("{}, cube {}", key("commit", stage), cube));
  return std::optional(std::move(record).value());
}

Result<std::map<std::uint32_t, CommitRecord>> PartialStore::commit_records(std::string_view stage) {
  FANFOLD_TRY(check_stage(stage));
  const std::string hash = key("commit", stage);
  FANFOLD_ASSIGN(const RedisReply reply, ask({"HGETALL", hash}));
  return by_cube<CommitRecord>(reply, hash, CommitRecord::decode);
}

Result<std::map<std::uint32_t, StartNote>> PartialStore::start_notes(std::string_view stage) {
  FANFOLD_TRY(check_stage(stage));
  const std::string hash = key("started", stage);
  FANFOLD_ASSIGN(const RedisReply reply, ask({"HGETALL", hash}));
  return by_cube<StartNote>(reply, hash, parse_note);
}

Result<std::vector<std::byte>> PartialStore::read_partial(std::string_view stage, std::uint32_t cube,
                                                          const CommitRecord& record) {
  FANFOLD_TRY(check_stage(stage));
  const std::string name = fmt::format("{}, cube {}", stage, cube);
  if (!record.scratch_key.empty()) {
    return make_error(ErrorKind::internal, "the partial of {} lies in scratch, not in Redis", name);
  }
  FANFOLD_ASSIGN(const RedisReply reply, ask({"HGET", key("partial", stage), std::to_string(cube)}));
  if (reply.is_nil()) {
    return make_error(ErrorKind::not_found, "the partial of {} is not in Redis: it expired or was released",
                      name);
  }
  const Bytes bytes = as_byte_span(reply.text);
  FANFOLD_TRY(verify_partial(record, bytes, name));
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

Status PartialStore::release_partial(std::string_view stage, std::uint32_t cube) {
  FANFOLD_TRY(check_stage(stage));
  FANFOLD_TRY(ask({"HDEL", key("partial", stage), std::to_string(cube)}));
  return {};
}

Status PartialStore::revoke(std::string_view stage, std::uint32_t cube, std::uint64_t epoch) {
  FANFOLD_TRY(check_stage(stage));
  const std::array keys{key("epoch"), key("commit", stage), key("partial", stage)};
  const std::string epoch_text = std::to_string(epoch);
  const std::string cube_text = std::to_string(cube);
  const std::array<std::string_view, 2> arguments{epoch_text, cube_text};
  FANFOLD_ASSIGN(const RedisReply reply, run(revoke_script(), keys, arguments));
  if (reply.text == "revoked") return {};
  return make_error(ErrorKind::cancelled,
                    "job {} is no longer at epoch {}: another orchestrator has taken it over", m_job, epoch);
}

}  // namespace fanfold
