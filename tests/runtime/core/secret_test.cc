#include "runtime/core/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "runtime/core/environment_variables.h"

namespace fanfold {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& stream, const T& value) {
  stream << value;
};
static_assert(Streamable<std::string>);
static_assert(!Streamable<Secret>);
static_assert(!std::convertible_to<Secret, std::string> && !std::convertible_to<Secret, std::string_view>);
static_assert(!std::convertible_to<std::string, Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

TEST(Secret, IsNeverFormatted) {
  const Secret secret("hunter2");
  EXPECT_EQ(fmt::format("{}", secret), "[redacted]");
  EXPECT_EQ(fmt::format("{:>12}", secret), "  [redacted]");
}

TEST(Secret, IsCopiedAndMoved) {
  Secret first("one");
  Secret copy(first);
  EXPECT_EQ(copy, first);
  EXPECT_NE(copy.reveal().data(), first.reveal().data());
  const char* const bytes = first.reveal().data();
  Secret moved(std::move(first));
  EXPECT_EQ(moved.reveal().data(), bytes);  // no copy was made that would have to be wiped
  EXPECT_TRUE(first.empty());               // NOLINT(bugprone-use-after-move): that is the promise
  copy = Secret("two");
  EXPECT_EQ(copy.reveal(), "two");
  moved = copy;
  EXPECT_EQ(moved, copy);
  Secret& self = moved;
  moved = self;
  EXPECT_EQ(moved.reveal(), "two");
  moved = std::move(self);
  EXPECT_EQ(moved.reveal(), "two");
}

TEST(Secret, ComparesWholeTexts) {
  EXPECT_EQ(Secret("abc"), Secret("abc"));
  EXPECT_FALSE(Secret("abc") == Secret("abd"));
  EXPECT_FALSE(Secret("abc") == Secret("abcd"));
  EXPECT_EQ(Secret(), Secret(""));
}

TEST(WipedText, HoldsNothingOfWhatWasThere) {
  std::string text(200, 's');
  text.resize(100);  // the rest still lies behind the end
  const char* const bytes = text.data();
  wipe_text(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), bytes);
  // The memory is still the string's, and holds what wiping left there.
  EXPECT_EQ(std::count(bytes, bytes + 200, 's'), 0);
}

TEST(WipedText, IsWipedOnEveryWayOut) {
  std::string text(64, 's');
  {
    const WipeAtEnd wipe(text);
    EXPECT_EQ(text.size(), 64u);
  }
  EXPECT_TRUE(text.empty());
}

TEST(EnvironmentVariables, TreatEmptyAsUnset) {
  const EnvironmentVariables variables({{"A", "1"}, {"B", ""}});
  EXPECT_EQ(variables.find("A"), "1");
  EXPECT_FALSE(variables.find("B"));
  EXPECT_FALSE(variables.find("C"));
  EXPECT_EQ(variables.entries(), (std::vector<std::string>{"A=1", "B="}));
}

TEST(EnvironmentVariables, OfTheProcessAreThoseOfGetenv) {
  const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  ASSERT_NE(path, nullptr);
  EXPECT_EQ(EnvironmentVariables::of_process().find("PATH"), path);
}

}  // namespace
}  // namespace fanfold
