// What a file's first bytes tell before an XML parser sees them.
#pragma once

#include <string_view>

#include "runtime/core/bytes.h"
#include "runtime/core/result.h"

namespace fanfold::imzml {

// corrupt_data, with what the file seems to be instead, when `head` cannot begin an XML document.
Status check_begins_like_xml(Bytes head, std::string_view name);

// A Git LFS pointer stands where the file itself should be.
bool is_lfs_pointer(Bytes head);

// Whether the head holds bytes that are not UTF-8 although the document claims, or by silence implies, UTF-8.
bool is_mislabelled_latin1(Bytes head);

}  // namespace fanfold::imzml
