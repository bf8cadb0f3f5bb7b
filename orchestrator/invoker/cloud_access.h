// Whether the requests to an endpoint are signed, and by whom.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "orchestrator/invoker/request_signer.h"
#include "runtime/core/clock.h"
#include "runtime/core/environment_variables.h"
#include "runtime/core/result.h"
#include "runtime/net/url.h"

namespace fanfold {

// An endpoint of the cloud is one with TLS, or one on a host of the provider's.
bool is_cloud_endpoint(const Url& endpoint);

// Of lambda.REGION.amazonaws.com and its kin; empty for a host that does not say.
std::string region_of_host(std::string_view host);

// The usual credentials and the region: the host's, else the environment's, the profile's or the instance's.
// Null for an endpoint that takes unsigned requests. The credentials are fetched once, so that missing ones
// show now. Errors: invalid_argument for a malformed URL or no region; those of the credentials. The clock
// must outlive the signer.
Result<std::shared_ptr<RequestSigner>> signer_for_endpoint(
    const std::string& endpoint, const EnvironmentVariables& environment = EnvironmentVariables::of_process(),
    Clock& clock = system_clock());

}  // namespace fanfold
