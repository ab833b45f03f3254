#include "server/main/operator_call.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "client/transport/grpc_identity_link.h"
#include "server/main/org_file.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_facts.h"

namespace bangfu::server {
namespace {

// The address that the node noted, as this machine reaches it.
absl::StatusOr<std::string> NotedAddress(const std::string& data_dir) {
  std::ifstream file(absl::StrCat(data_dir, "/", kAddressFile));
  std::string address;
  if (!std::getline(file, address) || address.empty()) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {absl::StrCat("数据目录 ", data_dir,
                                   " 的节点没有运行；请先启动节点，或用 --address 指定。"),
                      absl::StrCat("The node of ", data_dir,
                                   " does not run; start it first, or name it with --address.")});
  }
  // A node that listens everywhere is reached on this machine.
  for (const char* everywhere : {"0.0.0.0:", "[::]:"}) {
    if (address.rfind(everywhere, 0) == 0)
      address = absl::StrCat("localhost:", address.substr(std::string(everywhere).size()));
  }
  return address;
}

}  // namespace

void AddOperatorOptions(CLI::App& command, OperatorOptions& options) {
  command.add_option("--data", options.data_dir, "节点的数据目录 / data folder of the node")
      ->required();
  command
      .add_option("--tls", options.tls,
                  "节点自己的证书目录 / folder with the node's own certificate")
      ->required();
  command.add_option("--address", options.address,
                     "节点地址；不给则取数据目录中记录的 / address of the node, if not as noted in "
                     "its data folder");
}

absl::StatusOr<std::unique_ptr<client::IdentityLink>> ConnectAsOperator(
    const OperatorOptions& options) {
  std::string address = options.address;
  if (address.empty()) {
    auto noted = NotedAddress(options.data_dir);
    if (!noted.ok()) return noted.status();
    address = *std::move(noted);
  }
  auto bundle = LoadBundle(options.tls, absl::Now());
  if (!bundle.ok()) return bundle.status();
  // The other end shows the same certificate, whatever name this machine dials it by.
  auto facts = FactsOfCertificate(bundle->cert_pem);
  if (!facts.ok()) return facts.status();
  std::optional<std::string> name;
  if (!facts->dns_names.empty()) {
    name = facts->dns_names.front();
  } else if (!facts->ip_addresses.empty()) {
    name = facts->ip_addresses.front();
  }
  auto link = client::GrpcIdentityLink::Connect(
      address, {bundle->ca_pem, bundle->cert_pem, bundle->key_pem}, name);
  if (!link.ok()) return link.status();
  return std::unique_ptr<client::IdentityLink>(*std::move(link));
}

}  // namespace bangfu::server
