#include "domain/policy/policy_values.h"

namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using v1::Policy;

constexpr int kMaxPercent = 100;            // percent
constexpr int kMaxDecemberFilings = 10000;  // filings of one unit in a year
constexpr int kMaxDeadlineDays = 366;  // days: a deadline of more than a year is a slip of the pen

const FieldDescriptor& FieldOf(const PolicyNumberSpec& spec) {
  return *Policy::descriptor()->FindFieldByNumber(spec.field);
}

}  // namespace

const PolicyNumberSpec kPolicyNumberSpecs[kPolicyNumbers] = {
    {PolicyNumber::kDibaoLine, Policy::kDibaoLineYuanFieldNumber, "R43", true, 0, 0, "低保标准",
     "dibao line"},
    {PolicyNumber::kTierAStandard, Policy::kTierAStandardYuanFieldNumber, "R41", true, 0, 0,
     "一级档案收入标准", "income standard of tier A"},
    {PolicyNumber::kTierBStandard, Policy::kTierBStandardYuanFieldNumber, "R42", true, 0, 0,
     "二级档案收入标准", "income standard of tier B"},
    {PolicyNumber::kDecemberSharePercent, Policy::kDecemberSharePercentFieldNumber, "R46", false, 1,
     kMaxPercent, "12月建档占比（%）", "share of December in percent"},
    {PolicyNumber::kDecemberMinFilings, Policy::kDecemberMinFilingsFieldNumber, "R46", false, 0,
     kMaxDecemberFilings, "12月占比的最少建档数", "least filings for the share of December"},
    {PolicyNumber::kDeregistrationDays, Policy::kDeregistrationDaysFieldNumber, "R50", false, 0,
     kMaxDeadlineDays, "注销期限（日）", "days to deregister"},
    {PolicyNumber::kExpiryNoticeDays, Policy::kExpiryNoticeDaysFieldNumber, "R20", false, 0,
     kMaxDeadlineDays, "到期提醒（日）", "days of notice before expiry"},
};

const std::string& FieldName(const PolicyNumberSpec& spec) { return FieldOf(spec).name(); }

bool Sets(const Policy& policy, const PolicyNumberSpec& spec) {
  return policy.GetReflection()->HasField(policy, &FieldOf(spec));
}

Parsed<int64_t, MoneyError> ReadNumber(const Policy& policy, const PolicyNumberSpec& spec) {
  const auto& reflection = *policy.GetReflection();
  if (spec.is_amount) return ParseYuan(reflection.GetString(policy, &FieldOf(spec)));
  return int64_t{reflection.GetInt32(policy, &FieldOf(spec))};
}

}  // namespace bangfu::domain
