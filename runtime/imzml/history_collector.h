// What a document says about the programs that made it: softwareList and the methods of its dataProcessing.
#pragma once

#include <string_view>

#include "runtime/imzml/description.h"
#include "runtime/imzml/terms.h"

namespace fanfold::imzml {

// Keeps the first programs and methods of a document, as many as files sensibly have.
class HistoryCollector {
 public:
  void begin_software(std::string_view id, std::string_view version);
  void begin_method(std::string_view software);
  // To the program or method begun last.
  void apply_to_software(const Param& param);
  void apply_to_method(const Param& param);

  const History& history() const { return m_history; }

 private:
  History m_history;
  bool m_keeps_software = false;
  bool m_keeps_method = false;
};

}  // namespace fanfold::imzml
