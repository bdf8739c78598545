#include "study/amount.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/json.hpp"

namespace ersatz::study {

Json to_json(const Amount& amount) {
  switch (amount.kind) {
    case Amount::Kind::all: return "all";
    case Amount::Kind::count: return static_cast<std::uint64_t>(amount.value);
    case Amount::Kind::fraction: break;
  }
  return amount.value;
}

Amount amount_from_json(const Json& value) {
  if (value.is_number_integer() && value.get<std::int64_t>() >= 0) return {Amount::Kind::count, value.get<double>()};
  if (value.is_number_float() && value >= 0.0 && value <= 1.0) return {Amount::Kind::fraction, value.get<double>()};
  if (value == "all") return {};
  throw Error(fmt::format("a run description has the amount {}", value.dump()));
}

Json to_json(const Amounts& amounts) {
  Json value = Json::object();
  for (const auto& [source, amount] : amounts) value[source] = to_json(amount);
  return value;
}

Amounts amounts_from_json(const Json& value) {
  Amounts amounts;
  for (const auto& [source, amount] : value.items()) amounts.emplace_back(source, amount_from_json(amount));
  return amounts;
}

}  // namespace ersatz::study
