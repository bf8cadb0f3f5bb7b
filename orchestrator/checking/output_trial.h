// Everything a job does in a bucket's folder, done once with a few bytes. Private to this folder.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "orchestrator/checking/findings.h"
#include "runtime/storage/s3/access.h"
#include "runtime/storage/s3/object_requests.h"
#include "runtime/storage/uri.h"

namespace fanfold::checking {

// Used once. `access` and `findings` outlive it.
class OutputTrial {
 public:
  // `folder`: its path is empty or ends in '/'.
  OutputTrial(s3::Access& access, Uri folder, Findings& findings);
  // Leaves nothing behind that it is allowed to remove, wherever it fails.
  void run();

 private:
  bool write();
  bool read();
  bool upload_in_parts();
  bool abort_upload();
  void list_uploads();
  void clean_up();

  Status try_reading() const;
  Status try_upload();
  Status try_abort();
  Result<std::string> begin_upload(const s3::Object& object);
  std::string what(std::string_view deed) const;
  s3::SendChecksum checksum() const;

  s3::Access& m_access;
  const Uri m_folder;
  Findings& m_findings;
  const std::string m_content;
  const s3::Object m_object;                                  // written at once
  const s3::Object m_parts;                                   // uploaded in parts
  std::vector<s3::Object> m_written;                          // or perhaps written
  std::vector<std::pair<s3::Object, std::string>> m_uploads;  // begun, neither completed nor aborted
};

}  // namespace fanfold::checking
