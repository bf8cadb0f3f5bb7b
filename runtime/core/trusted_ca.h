// Whom to trust over TLS: one answer for every protocol.
#pragma once

#include <string>

#include "runtime/core/environment_variables.h"

namespace fanfold {

inline constexpr char k_ca_file_variable[] = "FANFOLD_CA_FILE";
inline constexpr char k_ssl_cert_file_variable[] = "SSL_CERT_FILE";  // known to most programs

// The file of certificates (PEM) to trust in place of the system's: FANFOLD_CA_FILE, else SSL_CERT_FILE.
// Empty: the system's. Whether the file is there is for the library that reads it to find out.
std::string trusted_ca_file(const EnvironmentVariables& environment = EnvironmentVariables::of_process());

}  // namespace fanfold
