#include "orchestrator/engine/report_step.h"

#include <nlohmann/json.hpp>

#include "orchestrator/quality_report/figures_json.h"
#include "orchestrator/quality_report/page.h"
#include "orchestrator/report/report_document.h"

namespace fanfold {

Status write_reports(const Job& job, StoreRegistry& stores, const quality::Figures& figures,
                     RunReport& report) {
  FANFOLD_ASSIGN(const Uri folder, Uri::parse(job.output));
  FANFOLD_ASSIGN(Store* const store, stores.store_for(folder));
  const Uri page = folder.join("report.html");
  const Uri json = folder.join("report.json");
  report.outputs.push_back(page.name());
  report.outputs.push_back(json.name());
  nlohmann::ordered_json document = report_document(report);
  document["quality"] = quality::to_json(figures, quality::Detail::full);
  const std::string text = quality::make_page(document);
  FANFOLD_TRY(store->put(page, as_byte_span(text)));
  document["quality"] = quality::to_json(figures, quality::Detail::summary);
  report.document = to_text(document);
  return store->put(json, as_byte_span(report.document));
}

}  // namespace fanfold
