#ifndef BANGFU_SERVER_MAIN_CONFIG_FILE_H_
#define BANGFU_SERVER_MAIN_CONFIG_FILE_H_

#include <CLI/CLI.hpp>
#include <istream>
#include <vector>

namespace bangfu::server {

// The configuration file of a node, a small part of TOML: one section [serve] with lines
// `name = value`; a value is "text" (with \" and \\), 'text' as it is, or a bare word; comments
// begin with # outside of quotes. CLI11's own reader cuts a quoted password at # and takes empty
// and repeated names. `migrate` reads the same section.
class ConfigFile final : public CLI::ConfigTOML {
 public:
  explicit ConfigFile(const CLI::App& app) : app_(app) {}

  // Throws CLI::ConfigError with the line and what is wrong, as CLI11 expects.
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

 private:
  const CLI::App& app_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_CONFIG_FILE_H_
