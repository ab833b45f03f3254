// Changes that claim what is not theirs to claim: orgs, ids, actors, paths, fields.

#include "absl/strings/str_cat.h"
#include "bangfu/v1/options.pb.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "tests/security/forged.h"

namespace bangfu::security {
namespace {

constexpr int kFirstForged = 100;  // number of the first household that is filed by forgery

// A desk files for, or with an actor of, every org that is not in its subtree.
void ForeignOrgs(Stage& stage, std::vector<Attempt>& attempts) {
  int number = kFirstForged;
  for (const v1::Org& org : stage.city().orgs().proto().orgs()) {
    if (domain::IsWithin(org.id(), kUnit)) continue;
    const v1::Archive archive = Stage::Household(number++, org.id());
    attempts.push_back({"foreign org", absl::StrCat("a street's desk files for ", org.id()),
                        Audited::kAtCity, [&stage, archive] {
                          return stage.AtDesk(kUnit, "fc.handler",
                                              stage.Filing("fc.handler", archive));
                        }});
    attempts.push_back({"forged actor", absl::StrCat("an actor moves himself to ", org.id()),
                        Audited::kAtCity, [&stage, org] {
                          v1::Change change = stage.EditOf("fc.handler", stage.draft(), "phone");
                          change.mutable_actor()->set_org(org.id());
                          return stage.AtDesk(kUnit, "fc.handler", change);
                        }});
  }
}

// The server of a district vouches for people and records of others.
void ForeignPeopleOfAServer(Stage& stage, std::vector<Attempt>& attempts) {
  for (const char* person : {"gy.all", "ce.handler", "ce.approver", "ce.all", "hz.all"}) {
    attempts.push_back({"forged actor", absl::StrCat("a district vouches for ", person),
                        Audited::kAtCity, [&stage, person = std::string(person)] {
                          City& city = stage.city();
                          v1::Change change = stage.EditOf(person, stage.draft(), "phone");
                          change.mutable_put()->set_correction_reason("更正");
                          return stage.Send(city.city().address, city.OfServer(city.district()),
                                            {{change}});
                        }});
  }
  int number = kFirstForged + 50;
  for (const char* unit : {kIndustry, kIndustryUnit, kCenter, kCity, "hz.xihu", "hz.elsewhere"}) {
    const v1::Archive archive = Stage::Household(number++, unit);
    attempts.push_back({"foreign org", absl::StrCat("a district's server files for ", unit),
                        Audited::kAtCity, [&stage, archive] {
                          City& city = stage.city();
                          return stage.Send(city.city().address, city.OfServer(city.district()),
                                            {{stage.Filing("fy.handler", archive)}});
                        }});
  }
}

// At a desk, everybody but who has signed in; people that there are not.
void ForgedActors(Stage& stage, std::vector<Attempt>& attempts) {
  for (const std::string& person : stage.people()) {
    if (person == "fc.handler") continue;
    attempts.push_back({"forged actor", absl::StrCat("fc.handler writes as ", person),
                        Audited::kAtCity, [&stage, person] {
                          return stage.AtDesk(kUnit, "fc.handler",
                                              stage.EditOf(person, stage.draft(), "phone"));
                        }});
  }
  for (const char* id : {"nobody", "", "FC.HANDLER", "fc.handler ", "fc.handler\n", "operator"}) {
    attempts.push_back({"forged actor", absl::StrCat("an actor without account: \"", id, "\""),
                        Audited::kAtCity, [&stage, id = std::string(id)] {
                          v1::Change change = stage.EditOf("fc.handler", stage.draft(), "phone");
                          change.mutable_actor()->set_person_id(id);
                          return stage.AtDesk(kUnit, "fc.handler", change);
                        }});
  }
  attempts.push_back(
      {"forged actor", "a forged change twice in one push", Audited::kAtCity, [&stage] {
         v1::Change forged = stage.EditOf("fy.handler", stage.draft(), "phone");
         const std::string desk = stage.NewDesk();
         City& city = stage.city();
         return stage.Send(
             city.city().address, city.OfDesk(kUnit, desk),
             {{forged, forged}, {city.SignedFor("fc.handler", absl::StrCat(kUnit, "/", desk))}});
       }});
}

// The id of a change that others have made.
void ForeignChangeIds(Stage& stage, std::vector<Attempt>& attempts) {
  const auto with_first_id = [&stage](v1::Change change) {
    change.set_change_id(stage.first_filing().change_id());
    return change;
  };
  attempts.push_back({"foreign change_id", "another union answers for a change", Audited::kAtCity,
                      [&stage, with_first_id] {
                        const v1::Archive archive = Stage::Household(300, kIndustryUnit);
                        return stage.AtDesk(kIndustry, "gy.all",
                                            with_first_id(stage.Filing("gy.all", archive)));
                      }});
  attempts.push_back(
      {"foreign change_id", "another union repeats a change as it was", Audited::kAtCity,
       [&stage] { return stage.AtDesk(kIndustry, "gy.all", stage.first_filing()); }});
  attempts.push_back({"foreign change_id", "a sibling repeats it in its own name", Audited::kAtCity,
                      [&stage, with_first_id] {
                        return stage.AtDesk(kSibling, "lu.handler",
                                            with_first_id(stage.Filing(
                                                "lu.handler", Stage::Household(301, kSibling))));
                      }});
}

// An archive goes to where its editor cannot send it.
void MovedPaths(Stage& stage, std::vector<Attempt>& attempts) {
  for (const v1::Org& org : stage.city().orgs().proto().orgs()) {
    if (domain::IsWithin(org.id(), kDistrict)) continue;
    attempts.push_back({"moved path", absl::StrCat("an archive is moved to ", org.id()),
                        Audited::kAtCity, [&stage, org] {
                          v1::Archive moved = stage.draft();
                          moved.set_unit(org.id());
                          return stage.AtDesk(kUnit, "fc.handler",
                                              stage.EditOf("fc.handler", moved, "unit"));
                        }});
  }
  for (const char* path : {"", "hz", "hz.fuyang.fuchun.", "hz..fuyang", "../hz", "hz.elsewhere"}) {
    attempts.push_back({"moved path", absl::StrCat("an archive is moved to \"", path, "\""),
                        Audited::kAtCity, [&stage, path = std::string(path)] {
                          v1::Archive moved = stage.draft();
                          moved.set_unit(path);
                          return stage.AtDesk(kUnit, "fc.handler",
                                              stage.EditOf("fc.handler", moved, "unit"));
                        }});
  }
}

// The center's and the server's fields, written by the filing side; by the center the server's.
void ForeignFields(Stage& stage, std::vector<Attempt>& attempts) {
  const google::protobuf::Descriptor& descriptor = *v1::Archive::descriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *descriptor.field(i);
    const v1::Owner owner = domain::SpecOf(field).owner();
    if (owner == v1::OWNER_FILING || field.is_repeated() || !domain::IsValue(field)) continue;
    for (const auto& [person, org] :
         {std::pair{"fc.handler", kUnit}, std::pair{"fy.handler", kDistrict},
          std::pair{"ce.all", kCenter}}) {
      if (owner == v1::OWNER_CENTER && org == kCenter) continue;
      attempts.push_back({"foreign field", absl::StrCat(person, " writes ", field.name()),
                          Audited::kAtCity,
                          [&stage, &field, person = std::string(person), org = std::string(org)] {
                            v1::Archive archive = stage.draft();
                            const auto& reflection = *archive.GetReflection();
                            switch (field.cpp_type()) {
                              case google::protobuf::FieldDescriptor::CPPTYPE_STRING:
                                reflection.SetString(&archive, &field, "2014-03-01");
                                break;
                              case google::protobuf::FieldDescriptor::CPPTYPE_ENUM:
                                reflection.SetEnumValue(&archive, &field, 2);
                                break;
                              case google::protobuf::FieldDescriptor::CPPTYPE_INT32:
                                reflection.SetInt32(&archive, &field, 2014);
                                break;
                              case google::protobuf::FieldDescriptor::CPPTYPE_INT64:
                                reflection.SetInt64(&archive, &field, 2014);
                                break;
                              case google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE:
                                reflection.MutableMessage(&archive, &field);
                                break;
                              default:
                                reflection.SetBool(&archive, &field, true);
                            }
                            v1::Change change = stage.EditOf(person, stage.draft(), field.name());
                            change.mutable_put()->set_record(archive.SerializeAsString());
                            change.mutable_put()->set_correction_reason("更正");
                            return stage.AtDesk(org, person, change);
                          }});
    }
  }
  attempts.push_back(
      {"foreign field", "the center corrects without a reason", Audited::kAtCity, [&stage] {
         v1::Archive archive = stage.draft();
         archive.set_phone("13900000000");
         return stage.AtDesk(kCenter, "ce.all", stage.EditOf("ce.all", archive, "phone"));
       }});
}

}  // namespace

void AddForgedChanges(Stage& stage, std::vector<Attempt>& attempts) {
  ForeignOrgs(stage, attempts);
  ForeignPeopleOfAServer(stage, attempts);
  ForgedActors(stage, attempts);
  ForeignChangeIds(stage, attempts);
  MovedPaths(stage, attempts);
  ForeignFields(stage, attempts);
}

}  // namespace bangfu::security
