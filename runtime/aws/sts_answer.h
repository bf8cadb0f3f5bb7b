// The XML answers of the Security Token Service.
#pragma once

#include <string>
#include <string_view>

#include "runtime/aws/credentials.h"
#include "runtime/core/result.h"

namespace fanfold::aws {

// The credentials in an answer to AssumeRole or AssumeRoleWithWebIdentity. Error: corrupt_data naming what is
// missing, never a value.
Result<Credentials> parse_sts_credentials(std::string_view xml);

struct ServiceError {
  std::string code;     // empty where the document is none
  std::string message;  // of the service: may quote what it was sent
};

// <ErrorResponse><Error><Code> and <Message>; also with <Error> as the root, as S3 has it.
ServiceError parse_service_error(std::string_view xml);

}  // namespace fanfold::aws
