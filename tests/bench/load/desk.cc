#include "tests/bench/load/desk.h"

#include <filesystem>

#include "tests/bench/load/families.h"

namespace bangfu::bench {

Desk::Desk(CityNode& city, const LoadOptions& options, const std::string& name)
    : program_(options.client_binary), folder_(city.world().Path(name)) {
  Run({"join", "--server", city.node().address(), "--tls",
       city.world().CertificateOf(name, kDistrict, scenario::NodeKind::kDesk)});
}

Desk::~Desk() { std::filesystem::remove_all(folder_); }

double Desk::PullSeconds() const {
  const Stopwatch watch;
  Run({"pull"});
  return watch.Seconds();
}

void Desk::Run(std::vector<std::string> command) const {
  command.insert(command.begin(), {program_, "--data", folder_, "--lang", "en"});
  RunProgram(command);
}

}  // namespace bangfu::bench
