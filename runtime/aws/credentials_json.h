// The JSON in which containers, instances and programs hand out credentials.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/aws/credentials.h"
#include "runtime/core/result.h"

namespace fanfold::aws {

// endpoint: AccessKeyId, SecretAccessKey, Token, Expiration. program: the token is SessionToken, and there is
// "Version": 1.
enum class CredentialsDialect : std::uint8_t { endpoint, program };

// Token and expiration may be missing. Error: corrupt_data naming the field that is missing or malformed,
// never a value; for {"Code": ..., "Message": ...} of an instance it says that.
Result<Credentials> parse_credentials_json(std::string_view text, CredentialsDialect dialect);

}  // namespace fanfold::aws
