#include "orchestrator/local_host/extension_session.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace fanfold {
namespace {

using testing::HasSubstr;
using Kind = Reaction::Kind;

ServerRequest request(std::string method, const std::string& verb, std::string body = "{}") {
  ServerRequest made;
  made.method = std::move(method);
  made.target = "/2020-01-01/extension/" + verb;
  made.body = std::move(body);
  return made;
}

class ExtensionSessionTest : public testing::Test {
 protected:
  Reaction take(const ServerRequest& asked, bool open = true) {
    return m_session.take(asked, open, m_parked_for);
  }
  Reaction registering(const std::string& name, const std::string& body, bool open = true) {
    ServerRequest asked = request("POST", "register", body);
    asked.headers.add("Lambda-Extension-Name", name);
    return take(asked, open);
  }
  std::string registered(const std::string& name, const std::string& events) {
    const Reaction reaction = registering(name, R"({"events":)" + events + "}");
    EXPECT_EQ(reaction.reply.status, 200) << reaction.reply.body;
    return std::string(reaction.reply.headers.value_or_empty("Lambda-Extension-Identifier"));
  }
  Reaction from(const std::string& id, const std::string& method, const std::string& verb) {
    ServerRequest asked = request(method, verb);
    asked.headers.add("Lambda-Extension-Identifier", id);
    return take(asked);
  }
  static void expect_refused(const Reaction& reaction, const char* type) {
    EXPECT_EQ(reaction.kind, Kind::reply);
    EXPECT_EQ(reaction.reply.status, 403);
    EXPECT_THAT(reaction.reply.body, HasSubstr(type));
  }

  ExtensionSession m_session{"fold", "000000000000", false};
  std::string m_parked_for;
};

TEST_F(ExtensionSessionTest, RegistersAnExtension) {
  EXPECT_FALSE(m_session.any());
  ServerRequest asked = request("POST", "register", R"({"events":[]})");
  asked.headers.add("Lambda-Extension-Name", "one");
  asked.headers.add("Lambda-Extension-Accept-Feature", "accountId");
  const Reaction reaction = take(asked);
  EXPECT_EQ(reaction.reply.status, 200);
  EXPECT_EQ(reaction.reply.headers.value_or_empty("Lambda-Extension-Identifier").size(), 36U);
  const auto body = nlohmann::json::parse(reaction.reply.body);
  EXPECT_EQ(body["functionName"], "fold");
  EXPECT_EQ(body["functionVersion"], "$LATEST");
  EXPECT_EQ(body["handler"], "fold");
  EXPECT_EQ(body["accountId"], "000000000000");
  EXPECT_TRUE(m_session.any());
}

TEST_F(ExtensionSessionTest, RefusesWhatThePlatformRefuses) {
  expect_refused(registering("", R"({"events":[]})"), "Extension.InvalidExtensionName");
  expect_refused(registering("a", "no json"), "InvalidRequestFormat");
  expect_refused(registering("a", R"({"events":1})"), "InvalidRequestFormat");
  expect_refused(registering("a", R"({"events":["OTHER"]})"), "Extension.InvalidEventType");
  expect_refused(registering("a", R"({"events":["SHUTDOWN"]})"), "Extension.InvalidEventType");
  expect_refused(registering("a", R"({"events":[]})", false), "Extension.RegistrationClosed");
  registered("a", "[]");
  expect_refused(registering("a", R"({"events":[]})"), "Extension.InvalidExtensionState");
  for (int i = 1; i < 10; ++i) registered("a" + std::to_string(i), "[]");
  expect_refused(registering("b", R"({"events":[]})"), "Extension.TooManyExtensions");
  EXPECT_EQ(take(request("POST", "unknown")).reply.status, 404);
  EXPECT_EQ(take(request("GET", "register")).reply.status, 404);
}

TEST_F(ExtensionSessionTest, TakesNoEventsWithManyInvocationsAtOnce) {
  ExtensionSession concurrent("fold", "000000000000", true);
  ServerRequest asked = request("POST", "register", R"({"events":["INVOKE"]})");
  asked.headers.add("Lambda-Extension-Name", "a");
  std::string parked_for;
  expect_refused(concurrent.take(asked, true, parked_for), "Extension.InvalidEventType");
}

TEST_F(ExtensionSessionTest, KnowsExtensionsByTheirIdentifiers) {
  expect_refused(take(request("GET", "event/next")), "Extension.MissingExtensionIdentifier");
  expect_refused(from("x", "GET", "event/next"), "Extension.InvalidExtensionIdentifier");
  expect_refused(from("00000000-0000-4000-8000-000000000000", "GET", "event/next"),
                 "Extension.UnknownExtensionIdentifier");
}

TEST_F(ExtensionSessionTest, ParksForEverWithoutEvents) {
  const std::string id = registered("a", "[]");
  EXPECT_EQ(from(id, "GET", "event/next").kind, Kind::park);
  EXPECT_EQ(m_parked_for, id);
  m_session.announce({}, 5);
  EXPECT_FALSE(m_session.next_for(id));
  EXPECT_TRUE(m_session.idle());
}

TEST_F(ExtensionSessionTest, AnnouncesInvocationsAndWaitsUntilTheyAreHandled) {
  const std::string id = registered("a", R"(["INVOKE"])");
  EXPECT_EQ(from(id, "GET", "event/next").kind, Kind::park);
  FunctionEvent event;
  event.request_id = "id-1";
  event.trace_id = "Root=1";
  m_session.announce(event, 5);
  EXPECT_FALSE(m_session.idle());
  const auto told = m_session.next_for(id);
  ASSERT_TRUE(told);
  const auto body = nlohmann::json::parse(told->body);
  EXPECT_EQ(body["eventType"], "INVOKE");
  EXPECT_EQ(body["deadlineMs"], 5);
  EXPECT_EQ(body["requestId"], "id-1");
  EXPECT_EQ(body["tracing"]["value"], "Root=1");
  EXPECT_FALSE(m_session.idle()) << "the invocation is over when the extension asks again";
  EXPECT_EQ(from(id, "GET", "event/next").kind, Kind::park);
  EXPECT_TRUE(m_session.idle());
}

TEST_F(ExtensionSessionTest, TakesErrorsOfExtensions) {
  const std::string id = registered("a", R"(["INVOKE"])");
  expect_refused(from(id, "POST", "init/error"), "Extension.MissingHeader");
  ServerRequest error = request("POST", "exit/error", "{\"why\":1}");
  error.headers.add("Lambda-Extension-Identifier", id);
  error.headers.add("Lambda-Extension-Function-Error-Type", "Extension.Bad");
  EXPECT_EQ(take(error).reply.status, 202);
  ASSERT_TRUE(m_session.failure());
  EXPECT_EQ(m_session.failure()->error_type, "Extension.Bad");
  EXPECT_EQ(m_session.failure()->body, "{\"why\":1}");
  expect_refused(from(id, "GET", "event/next"), "Extension.InvalidExtensionState");
}

}  // namespace
}  // namespace fanfold
