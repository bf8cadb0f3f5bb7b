// Where credentials come from: one interface for all places.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/aws/credentials.h"
#include "runtime/core/result.h"

namespace fanfold::aws {

// What a source answers: credentials, or why it has none for us, which is no failure.
struct Lookup {
  std::optional<Credentials> credentials;
  std::string absence;  // a clause: "AWS_ACCESS_KEY_ID is not set"

  static Lookup found(Credentials credentials) { return {std::move(credentials), {}}; }
  static Lookup absent(std::string why) { return {std::nullopt, std::move(why)}; }
};

// Not thread-safe: CredentialsProvider asks one thread at a time.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;
  virtual std::string name() const = 0;  // "environment"
  // Asks the place itself, each time anew. An error means: this source is meant to be used and does not work,
  // so that no other should be taken in its place. Messages hold no secrets.
  virtual Result<Lookup> load() = 0;
};

// The same credentials for ever.
class FixedCredentials final : public CredentialsSource {
 public:
  explicit FixedCredentials(Credentials credentials) : m_credentials(std::move(credentials)) {}
  std::string name() const override { return m_credentials.source; }
  Result<Lookup> load() override { return Lookup::found(m_credentials); }

 private:
  Credentials m_credentials;
};

// The first source that has credentials. Errors: permission_denied where none has, naming each and what it
// lacks; that of the first source that fails, naming those before it.
class CredentialsChain final : public CredentialsSource {
 public:
  explicit CredentialsChain(std::vector<std::unique_ptr<CredentialsSource>> sources)
      : m_sources(std::move(sources)) {}
  std::string name() const override { return "chain"; }
  Result<Lookup> load() override;

 private:
  std::vector<std::unique_ptr<CredentialsSource>> m_sources;
};

}  // namespace fanfold::aws
