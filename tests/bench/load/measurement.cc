#include "tests/bench/load/measurement.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace bangfu::bench {
namespace {

double Rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  constexpr int kDigits = 4;
  const double scale = std::pow(10, kDigits - 1 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

}  // namespace

void Measurements::Add(absl::string_view name, double ours, double baseline,
                       absl::string_view unit) {
  const auto [it, fresh] = series_.try_emplace(std::string(name));
  if (fresh) order_.emplace_back(name);
  it->second.ours.push_back(ours);
  it->second.baseline.push_back(baseline);
  it->second.unit = std::string(unit);
  Progress(absl::StrCat(name, ": ", ours, " / ", baseline, " ", unit, " = ", ours / baseline));
}

void Measurements::Note(absl::string_view name, absl::string_view text) {
  notes_.emplace_back(name, text);
  Progress(absl::StrCat(name, ": ", text));
}

void Measurements::Fail(absl::string_view what) {
  failed_ = true;
  std::cerr << "失败 / failed: " << what << std::endl;
}

std::string Measurements::JsonLines() const {
  std::string lines;
  for (const std::string& name : order_) {
    const Series& series = series_.find(name)->second;
    std::vector<double> ratios;
    for (size_t i = 0; i < series.ours.size(); ++i) {
      ratios.push_back(series.ours[i] / series.baseline[i]);
    }
    const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
    const double ratio = Quantile(ratios, 0.5);
    nlohmann::ordered_json line;
    line["name"] = name;
    line["ratio"] = Rounded(ratio);
    line["ours"] = Rounded(Quantile(series.ours, 0.5));
    line["baseline"] = Rounded(Quantile(series.baseline, 0.5));
    line["unit"] = series.unit;
    line["runs"] = ratios.size();
    line["spread"] = Rounded((*most - *least) / ratio);
    absl::StrAppend(&lines, line.dump(), "\n");
  }
  for (const auto& [name, text] : notes_) {
    nlohmann::ordered_json line;
    line["name"] = name;
    line["note"] = text;
    absl::StrAppend(&lines, line.dump(), "\n");
  }
  return lines;
}

void Progress(absl::string_view text) {
  std::cerr << absl::FormatTime("%H:%M:%S ", absl::Now(), absl::UTCTimeZone()) << text << std::endl;
}

double Quantile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double place = part * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (place - static_cast<double>(below));
}

}  // namespace bangfu::bench
