#include "runtime/core/trusted_ca.h"

namespace fanfold {

std::string trusted_ca_file(const EnvironmentVariables& environment) {
  for (const char* name : {k_ca_file_variable, k_ssl_cert_file_variable}) {
    if (const auto path = environment.find(name)) return std::string(*path);
  }
  return {};
}

}  // namespace fanfold
