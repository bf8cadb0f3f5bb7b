// The usual order in which credentials are looked for.
#pragma once

#include <memory>

#include "runtime/aws/context.h"
#include "runtime/aws/credentials_provider.h"
#include "runtime/aws/credentials_source.h"

namespace fanfold::aws {

// Environment, profile, web identity, container, instance metadata. A profile that the caller has named
// (Context::profile) comes before the environment's keys, for it was asked for on the command line.
std::unique_ptr<CredentialsSource> default_chain(const Context& context);

// The same, kept fresh. Nothing is asked before the first get().
std::unique_ptr<CredentialsProvider> default_provider(const Context& context);

}  // namespace fanfold::aws
