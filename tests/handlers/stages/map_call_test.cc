// One call from event to commit, on a real Redis and real files: what happens to duplicates, late attempts
// and attempts of an older epoch.
#include "handlers/map/map_call.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "handlers/normalizations_and_means/partial.h"
#include "handlers/objects/objects.h"
#include "runtime/imzml/pixel_record.h"
#include "tests/runtime/partials/live_redis.h"

namespace fanfold::handlers {
namespace {

constexpr std::size_t k_pixels = 20;
constexpr std::size_t k_channels = 8;

class MapCallTest : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    if (IsSkipped()) return;
    m_folder = std::filesystem::temp_directory_path() / ("fanfold-map-call-" + new_job_id());
    std::filesystem::create_directories(m_folder);
    write_image();
    m_job = new_job_id();
    m_partials.emplace(*m_redis, m_job);
    ASSERT_TRUE(m_partials->create_job(1));
  }
  void TearDown() override {
    if (!m_folder.empty()) std::filesystem::remove_all(m_folder);
  }

  // A continuous image: float32 intensities pixel + channel.
  void write_image() {
    std::vector<float> ibd;
    std::vector<imzml::PixelRecord> records;
    for (std::size_t pixel = 0; pixel < k_pixels; ++pixel) {
      imzml::PixelRecord record;
      record.mz_length = record.intensity_length = k_channels;
      record.intensity_offset = ibd.size() * sizeof(float);
      record.intensity_encoded_bytes = k_channels * sizeof(float);
      record.mz_encoded_bytes = k_channels * sizeof(double);
      records.push_back(record);
      for (std::size_t channel = 0; channel < k_channels; ++channel)
        ibd.push_back(static_cast<float>(pixel + channel));
    }
    ASSERT_TRUE(put_object(m_stores, path("image.ibd"), std::as_bytes(std::span(ibd))));
    ASSERT_TRUE(put_object(m_stores, path("index"), std::as_bytes(std::span(records))));

    protocol::StageArguments arguments;
    arguments.cube_pixels = 16;
    arguments.window_bytes = 1 << 20;
    arguments.images.resize(1);
    arguments.images[0].ibd = path("image.ibd");
    arguments.images[0].index = path("index");
    arguments.images[0].pixels = k_pixels;
    arguments.images[0].continuous = arguments.images[0].matches_axis = true;
    arguments.arrays.set("axis", std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8});
    ASSERT_TRUE(put_object(m_stores, path("arguments"), arguments.encode()));
  }

  std::string path(const std::string& name) const { return (m_folder / name).string(); }

  protocol::Event event(std::uint32_t cube, std::uint32_t attempt, std::uint64_t epoch = 1) const {
    return {m_job,
            epoch,
            "normalizations_and_means",
            1,
            cube,
            attempt,
            path("arguments"),
            path("scratch"),
            s_live->server->url()};
  }
  static constexpr char k_stage[] = "normalizations_and_means-1";

  Result<std::string> run(const protocol::Event& event, MapCallHooks hooks = {}) {
    MapRunner runner(m_stores, std::move(hooks));
    return runner.run(protocol::encode(event));
  }

  std::filesystem::path m_folder;
  StoreRegistry m_stores;
  std::string m_job;
  std::optional<PartialStore> m_partials;
};

TEST_F(MapCallTest, CommitsThePartialOfItsCube) {
  const auto answer = run(event(1, 1));
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(*answer, R"({"outcome":"committed"})");
  const auto record = m_partials->commit_record(k_stage, 1);
  ASSERT_TRUE(record && *record);
  EXPECT_EQ((*record)->attempt, 1u);
  EXPECT_GT((*record)->bytes_read, 0u);
  const auto partial = m_partials->read_partial(k_stage, 1, **record);
  ASSERT_TRUE(partial);
  const auto bundle = protocol::Bundle::decode(*partial);
  ASSERT_TRUE(bundle);
  const auto tic = bundle->f64(normalizations::k_tic, 4);  // pixels 16 to 19
  ASSERT_TRUE(tic);
  EXPECT_EQ((*tic)[0], 16.0 * 8 + 28);
  EXPECT_EQ((*bundle->f64(normalizations::k_sum))[0], 16.0 + 17 + 18 + 19);
}

TEST_F(MapCallTest, DeliveredTwiceCommitsOnce) {
  ASSERT_TRUE(run(event(0, 1)));
  const auto first = m_partials->commit_record(k_stage, 0);
  const auto again = run(event(0, 1));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, R"({"outcome":"lost_race"})");
  EXPECT_EQ(**m_partials->commit_record(k_stage, 0), **first);
}

TEST_F(MapCallTest, OfALateAttemptChangesNothing) {
  // The second attempt overtakes the first between its work and its commit.
  MapCallHooks hooks;
  hooks.before_commit = [this](const protocol::Event&) { ASSERT_TRUE(run(event(0, 2))); };
  const auto late = run(event(0, 1), hooks);
  ASSERT_TRUE(late);
  EXPECT_EQ(*late, R"({"outcome":"lost_race"})");
  EXPECT_EQ((*m_partials->commit_record(k_stage, 0))->attempt, 2u);
}

TEST_F(MapCallTest, OfAnOlderEpochIsFenced) {
  ASSERT_TRUE(m_partials->raise_epoch());
  const auto answer = run(event(0, 1, 1));
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, R"({"outcome":"fenced"})");
  EXPECT_FALSE(m_partials->commit_record(k_stage, 0)->has_value());
}

TEST_F(MapCallTest, ThatIsFencedBetweenWorkAndCommitDoesNotCommit) {
  MapCallHooks hooks;
  hooks.before_commit = [this](const protocol::Event&) { ASSERT_TRUE(m_partials->raise_epoch()); };
  const auto answer = run(event(0, 1), hooks);
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, R"({"outcome":"fenced"})");
  EXPECT_FALSE(m_partials->commit_record(k_stage, 0)->has_value());
}

TEST_F(MapCallTest, StopsAtItsDeadline) {
  MapRunner runner(m_stores);
  const auto answer = runner.run(protocol::encode(event(0, 1)), {.deadline = system_clock().system_now()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::timeout);
  EXPECT_FALSE(m_partials->commit_record(k_stage, 0)->has_value());
}

TEST_F(MapCallTest, StopsWhenTheProcessIsShutDown) {
  std::stop_source stop;
  stop.request_stop();
  MapRunner runner(m_stores);
  const auto answer = runner.run(protocol::encode(event(0, 1)), {.stop = stop.get_token()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::transient);
  EXPECT_FALSE(m_partials->commit_record(k_stage, 0)->has_value());
}

TEST_F(MapCallTest, ThatIsStoppedBetweenWorkAndCommitDoesNotCommit) {
  std::stop_source stop;
  MapCallHooks hooks;
  hooks.before_commit = [&stop](const protocol::Event&) { stop.request_stop(); };
  MapRunner runner(m_stores, hooks);
  EXPECT_EQ(runner.run(protocol::encode(event(0, 1)), {.stop = stop.get_token()}).error().kind(),
            ErrorKind::transient);
  EXPECT_FALSE(m_partials->commit_record(k_stage, 0)->has_value());
}

TEST_F(MapCallTest, CanUseItsStoresAgainAfterAStopOfTheirRequests) {
  std::stop_source stop;
  stop.request_stop();
  MapRunner runner(m_stores);
  const auto stopped =
      runner.run(protocol::encode(event(0, 1)), {.stop = stop.get_token(), .stops_requests = true});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind(), ErrorKind::transient);
  EXPECT_TRUE(runner.run(protocol::encode(event(0, 2)),
                         {.stop = std::stop_source().get_token(), .stops_requests = true}));
}

TEST_F(MapCallTest, RunsBesideOthersOverTheSameStores) {
  std::vector<std::thread> workers;
  for (std::uint32_t cube = 0; cube < 2; ++cube) {
    for (std::uint32_t worker = 0; worker < 2; ++worker) {
      workers.emplace_back([this, cube, worker] {
        MapRunner runner(m_stores);
        for (std::uint32_t attempt = 1; attempt <= 10; ++attempt) {
          const auto answer = runner.run(protocol::encode(event(cube, 2 * attempt + worker)));
          EXPECT_TRUE(answer) << answer.error().message();
        }
      });
    }
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(m_partials->commit_records(k_stage)->size(), 2u);
}

// Drops all connections of the server but the one that says so.
void drop_connections(RedisConnection& redis) {
  ASSERT_TRUE(redis.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}));
}

TEST_F(MapCallTest, SurvivesAConnectionThatWasClosedMeanwhile) {
  MapRunner runner(m_stores);
  ASSERT_TRUE(runner.run(protocol::encode(event(0, 1))));
  drop_connections(*m_redis);
  const auto answer = runner.run(protocol::encode(event(1, 1)));
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(*answer, R"({"outcome":"committed"})");
}

// The machine's clock, whose wall time can be put forward as that of a process that was frozen.
class ThawedClock final : public Clock {
 public:
  SteadyTime steady_now() const override { return system_clock().steady_now(); }
  SystemTime system_now() const override { return system_clock().system_now() + frozen; }
  void sleep_for(std::chrono::nanoseconds duration) override { system_clock().sleep_for(duration); }
  std::chrono::seconds frozen{0};
};

TEST_F(MapCallTest, TakesANewConnectionAfterALongFreeze) {
  ThawedClock clock;
  MapRunner runner(m_stores, {}, clock);
  const auto connections = [this] {
    const auto stats = m_redis->command({"INFO", "stats"});
    const std::string text = stats->text.substr(stats->text.find("total_connections_received:") + 27);
    return std::stoi(text);
  };
  ASSERT_TRUE(runner.run(protocol::encode(event(0, 1))));
  const int before = connections();
  ASSERT_TRUE(runner.run(protocol::encode(event(0, 2))));
  EXPECT_EQ(connections(), before);
  clock.frozen = std::chrono::minutes(10);
  ASSERT_TRUE(runner.run(protocol::encode(event(1, 1))));
  EXPECT_EQ(connections(), before + 1);
}

TEST_F(MapCallTest, NamesAStageThatDoesNotExist) {
  protocol::Event unknown = event(0, 1);
  unknown.stage = "normalisations";
  const auto answer = run(unknown);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::invalid_argument);
  EXPECT_NE(answer.error().message().find("'normalisations'"), std::string::npos);
}

TEST_F(MapCallTest, RefusesACubeThatDoesNotExist) {
  const auto answer = run(event(2, 1));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::invalid_argument);
}

TEST_F(MapCallTest, RefusesDamagedArguments) {
  ASSERT_TRUE(put_object(m_stores, path("arguments"), as_byte_span("nonsense")));
  const auto answer = run(event(0, 1));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::corrupt_data);
}

TEST_F(MapCallTest, FailsWhereTheImageIsNotTheOneThatWasPlanned) {
  protocol::StageArguments arguments =
      *protocol::StageArguments::decode(*read_object(m_stores, path("arguments"), 1 << 20));
  arguments.images[0].ibd_identity = "another";
  ASSERT_TRUE(put_object(m_stores, path("arguments"), arguments.encode()));
  const auto answer = run(event(0, 1));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::corrupt_data);
}

}  // namespace
}  // namespace fanfold::handlers
