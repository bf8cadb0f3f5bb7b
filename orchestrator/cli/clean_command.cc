#include <cstdio>
#include <vector>

#include "orchestrator/cleaning/cleaning.h"
#include "orchestrator/cli/commands.h"

namespace fanfold::cli {

Status run_clean_command(const CleanCommand& command, StandardOutput& output, std::stop_token stop) {
  FANFOLD_ASSIGN(const Uri folder, Uri::parse(command.folder));
  const cleaning::Options options{command.older_than, command.dry_run};
  StoreRegistry stores;
  std::vector<cleaning::Item> items;
  const auto tell = [&](const cleaning::Item& item) -> Status {
    items.push_back(item);
    if (command.json) return {};
    FANFOLD_TRY(output.write(cleaning::to_text(item)));
    return output.flush();
  };
  const Status cleaned = cleaning::clean(stores, folder, options, tell, stop);
  if (!cleaned && items.empty()) return cleaned;
  if (command.json) {
    FANFOLD_TRY(output.write(cleaning::to_json(folder.name(), options, items)));
  } else {
    std::fprintf(stderr, "%s\n", cleaning::summary(options, items).c_str());
  }
  return cleaned;
}

}  // namespace fanfold::cli
