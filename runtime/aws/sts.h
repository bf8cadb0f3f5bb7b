// The Security Token Service: lends the credentials of a role.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "runtime/aws/context.h"
#include "runtime/aws/credentials.h"
#include "runtime/core/result.h"

namespace fanfold::aws {

struct Role {
  std::string arn;
  std::string session_name;                        // empty: "fanfold-" and the time
  std::string external_id;                         // optional
  std::optional<std::chrono::seconds> duration{};  // none: the service's hour
};

// Region and endpoint come from the context; without either it is us-east-1's. Tried up to four times within
// half a minute. Errors: the service's words with every secret of ours cut out; permission_denied where it
// refuses.
class Sts {
 public:
  explicit Sts(Context context) : m_context(std::move(context)) {}

  Result<Credentials> assume_role(const Role& role, const Credentials& by);
  // The token is read from its file for each attempt: it is replaced from time to time.
  Result<Credentials> assume_role_with_web_identity(const Role& role, const std::string& token_file);

 private:
  struct Place {
    std::string url;
    std::string region;
  };
  Result<Place> place() const;

  Context m_context;
};

}  // namespace fanfold::aws
