#include "domain/rules/org_tree.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using ::testing::HasSubstr;

void AddOrg(v1::OrgTree& tree, const char* id, const char* name, v1::OrgKind kind,
            const char* abbreviation) {
  v1::Org& org = *tree.add_orgs();
  org.set_id(id);
  org.set_name(name);
  org.set_kind(kind);
  org.set_abbreviation(abbreviation);
}

v1::OrgTree Hangzhou() {
  v1::OrgTree tree;
  tree.set_version(3);
  AddOrg(tree, "hz", "杭州市总工会", v1::ORG_KIND_CITY, "杭州");
  AddOrg(tree, "hz.fuwu", "市职工服务中心", v1::ORG_KIND_SERVICE_CENTER, "");
  AddOrg(tree, "hz.baozhang", "保障部", v1::ORG_KIND_PROTECTION_DEPARTMENT, "");
  AddOrg(tree, "hz.gongye", "工业工会", v1::ORG_KIND_INDUSTRY, "工业");
  AddOrg(tree, "hz.gongye.xiangjiao", "橡胶集团", v1::ORG_KIND_ENTERPRISE, "橡胶");
  tree.mutable_orgs(4)->add_aliases("杭州橡胶（集团）公司");
  AddOrg(tree, "hz.gongye.jichuang", "机床厂", v1::ORG_KIND_ENTERPRISE, "机床");
  AddOrg(tree, "hz.gongye.xin", "新厂", v1::ORG_KIND_ENTERPRISE, "");
  AddOrg(tree, "hz.jiaoyu", "教育工会", v1::ORG_KIND_INDUSTRY, "教育");
  AddOrg(tree, "hz.jiaoyu.erzhong", "市第二中学", v1::ORG_KIND_ENTERPRISE, "二中");
  AddOrg(tree, "hz.jiaoyu.xin", "新厂", v1::ORG_KIND_ENTERPRISE, "新");
  AddOrg(tree, "hz.fuyang", "富阳市总工会", v1::ORG_KIND_DISTRICT, "富阳");
  AddOrg(tree, "hz.fuyang.fuchun", "富春街道", v1::ORG_KIND_STREET, "富春");
  return tree;
}

OrgTree Built(const v1::OrgTree& tree) {
  absl::StatusOr<OrgTree> built = OrgTree::Build(tree);
  EXPECT_TRUE(built.ok()) << built.status();
  return *std::move(built);
}

TEST(OrgPathTest, WithinStopsAtLabels) {
  EXPECT_TRUE(IsWithin("hz.fuyang.fuchun", "hz.fuyang"));
  EXPECT_TRUE(IsWithin("hz.fuyang", "hz.fuyang"));
  EXPECT_FALSE(IsWithin("hz.fuyangx", "hz.fuyang"));
  EXPECT_FALSE(IsWithin("hz", "hz.fuyang"));
  EXPECT_FALSE(IsWithin("hz.gongye", "hz.fuyang"));
  EXPECT_FALSE(IsWithin("hz", ""));
  EXPECT_FALSE(IsWithin("", ""));
}

TEST(OrgPathTest, LimitsOfLabels) {
  const std::string longest(32, 'a');
  EXPECT_TRUE(IsOrgPath("hz"));
  EXPECT_TRUE(IsOrgPath("hz.gong_ye.x1"));
  EXPECT_TRUE(IsOrgPath(longest + ".b"));
  EXPECT_FALSE(IsOrgPath(longest + "a.b"));
  EXPECT_TRUE(IsOrgPath("a.b.c.d.e.f.g.h"));
  EXPECT_FALSE(IsOrgPath("a.b.c.d.e.f.g.h.i"));
  for (const char* path : {"", ".", "hz.", ".hz", "hz..x", "HZ", "hz-x", "hz x", "工业"}) {
    EXPECT_FALSE(IsOrgPath(path)) << path;
  }
}

TEST(OrgTreeTest, FindsByPath) {
  const OrgTree tree = Built(Hangzhou());
  ASSERT_NE(tree.Find("hz.gongye.xiangjiao"), nullptr);
  EXPECT_EQ(tree.Find("hz.gongye.xiangjiao")->name(), "橡胶集团");
  EXPECT_EQ(tree.Find("hz.gongye.none"), nullptr);
  EXPECT_EQ(tree.Find(""), nullptr);
  EXPECT_EQ(tree.City()->id(), "hz");
  EXPECT_EQ(tree.version(), 3);
}

TEST(OrgTreeTest, SurvivesACopy) {
  OrgTree copy;
  {
    const OrgTree tree = Built(Hangzhou());
    copy = tree;
  }
  EXPECT_EQ(copy.FindByPrefix("工业橡胶")->id(), "hz.gongye.xiangjiao");
}

TEST(OrgTreeTest, EmptyTreeKnowsNobody) {
  const OrgTree tree;
  EXPECT_EQ(tree.City(), nullptr);
  EXPECT_EQ(tree.Find("hz"), nullptr);
  EXPECT_EQ(tree.UnionOf("hz.gongye"), nullptr);
  EXPECT_EQ(tree.ReadScope("hz"), "hz");
}

TEST(OrgTreeTest, FindsByNameWithinAScope) {
  const OrgTree tree = Built(Hangzhou());
  EXPECT_EQ(tree.FindByName("橡胶集团", "hz.gongye")->id(), "hz.gongye.xiangjiao");
  EXPECT_EQ(tree.FindByName(" 橡胶　集团 ", "hz.gongye")->id(), "hz.gongye.xiangjiao");
  EXPECT_EQ(tree.FindByName("杭州橡胶(集团)公司", "hz")->id(), "hz.gongye.xiangjiao");
  // The unit of another union: out of scope here, but known in the city.
  EXPECT_EQ(tree.FindByName("市第二中学", "hz.gongye"), nullptr);
  EXPECT_EQ(tree.FindByName("市第二中学", "hz")->id(), "hz.jiaoyu.erzhong");
  // Two orgs of one name are told apart by scope only.
  EXPECT_EQ(tree.FindByName("新厂", "hz.jiaoyu")->id(), "hz.jiaoyu.xin");
  EXPECT_EQ(tree.FindByName("新厂", "hz"), nullptr);
  EXPECT_EQ(tree.FindByName("", "hz"), nullptr);
}

TEST(OrgTreeTest, AliasEqualToTheNameIsOneOrg) {
  v1::OrgTree proto = Hangzhou();
  proto.mutable_orgs(5)->add_aliases("机床 厂");
  EXPECT_EQ(Built(proto).FindByName("机床厂", "hz")->id(), "hz.gongye.jichuang");
}

TEST(OrgTreeTest, UnionOf) {
  const OrgTree tree = Built(Hangzhou());
  EXPECT_EQ(tree.UnionOf("hz.gongye.xiangjiao")->id(), "hz.gongye");
  EXPECT_EQ(tree.UnionOf("hz.gongye")->id(), "hz.gongye");
  EXPECT_EQ(tree.UnionOf("hz.fuyang.fuchun")->id(), "hz.fuyang");
  EXPECT_EQ(tree.UnionOf("hz.fuyang.unknown")->id(), "hz.fuyang");
  EXPECT_EQ(tree.UnionOf("hz.fuwu"), nullptr);
  EXPECT_EQ(tree.UnionOf("hz"), nullptr);
}

TEST(OrgTreeTest, CityOfficesReadTheWholeCity) {
  const OrgTree tree = Built(Hangzhou());
  for (const char* office : {"hz", "hz.fuwu", "hz.baozhang"}) {
    EXPECT_TRUE(tree.IsCityOffice(office)) << office;
    EXPECT_EQ(tree.ReadScope(office), "hz") << office;
  }
  for (const char* org : {"hz.gongye", "hz.fuyang.fuchun", "hz.unknown"}) {
    EXPECT_FALSE(tree.IsCityOffice(org)) << org;
    EXPECT_EQ(tree.ReadScope(org), org);
  }
  EXPECT_TRUE(tree.IsServiceCenter("hz.fuwu"));
  EXPECT_FALSE(tree.IsServiceCenter("hz"));
  EXPECT_FALSE(tree.IsServiceCenter("hz.baozhang"));
}

TEST(OrgTreeTest, NumberPrefixesAreThoseOfFilingUnits) {
  const OrgTree tree = Built(Hangzhou());
  EXPECT_EQ(tree.NumberPrefix("hz.gongye.xiangjiao"), "工业橡胶");
  EXPECT_EQ(tree.NumberPrefix("hz.fuyang.fuchun"), "富阳富春");
  EXPECT_EQ(tree.NumberPrefix("hz.jiaoyu.erzhong"), "教育二中");
  EXPECT_EQ(tree.NumberPrefix("hz.gongye.xin"), "");
  EXPECT_EQ(tree.NumberPrefix("hz.gongye"), "");
  EXPECT_EQ(tree.NumberPrefix("hz"), "");
  EXPECT_EQ(tree.NumberPrefix("hz.gongye.unknown"), "");
  EXPECT_EQ(tree.FindByPrefix("教育二中")->id(), "hz.jiaoyu.erzhong");
  EXPECT_EQ(tree.FindByPrefix("杭州工业"), nullptr);
  EXPECT_EQ(tree.FindByPrefix(""), nullptr);
}

TEST(OrgTreeTest, OrderOfTheFileDoesNotMatter) {
  v1::OrgTree proto = Hangzhou();
  proto.mutable_orgs()->SwapElements(0, 11);
  EXPECT_EQ(Built(proto).UnionOf("hz.fuyang.fuchun")->id(), "hz.fuyang");
}

struct BadTree {
  const char* what;
  void (*spoil)(v1::OrgTree&);
  const char* names;
};

TEST(OrgTreeTest, KnowsWhoTookOverAFormerPath) {
  v1::OrgTree proto = Hangzhou();
  proto.mutable_orgs(4)->add_former_ids("hz.fuyang.xiangjiao");
  proto.mutable_orgs(4)->add_former_ids("hz.gongye.luntai");  // was merged into it
  const OrgTree tree = Built(proto);
  for (const char* former : {"hz.fuyang.xiangjiao", "hz.gongye.luntai"}) {
    ASSERT_NE(tree.FindSuccessor(former), nullptr) << former;
    EXPECT_EQ(tree.FindSuccessor(former)->id(), "hz.gongye.xiangjiao");
    EXPECT_EQ(tree.Find(former), nullptr) << "it is an org no longer";
  }
  EXPECT_EQ(tree.FindSuccessor("hz.gongye.luntai.below"), nullptr);
  EXPECT_EQ(tree.FindSuccessor("hz.gongye.xiangjiao"), nullptr);
}

TEST(OrgTreeTest, RefusesBadDictionariesAndNamesTheOrg) {
  const BadTree cases[] = {
      {"malformed path", [](v1::OrgTree& t) { t.mutable_orgs(4)->set_id("hz.gongye.XJ"); },
       "hz.gongye.XJ"},
      {"path twice", [](v1::OrgTree& t) { t.mutable_orgs(5)->set_id("hz.gongye.xiangjiao"); },
       "hz.gongye.xiangjiao"},
      {"no parent", [](v1::OrgTree& t) { t.mutable_orgs(11)->set_id("hz.linan.fuchun"); },
       "hz.linan"},
      {"second root", [](v1::OrgTree& t) { AddOrg(t, "nb", "", v1::ORG_KIND_CITY, ""); }, "nb"},
      {"root that is no city",
       [](v1::OrgTree& t) { AddOrg(t, "nb", "", v1::ORG_KIND_DISTRICT, ""); }, "nb"},
      {"city below the root", [](v1::OrgTree& t) { AddOrg(t, "hz.nb", "", v1::ORG_KIND_CITY, ""); },
       "hz.nb"},
      {"no city", [](v1::OrgTree& t) { t.clear_orgs(); }, "no city"},
      {"same prefix", [](v1::OrgTree& t) { t.mutable_orgs(5)->set_abbreviation("橡胶"); },
       "hz.gongye.jichuang"},
      {"same prefix in two trees",
       [](v1::OrgTree& t) {
         AddOrg(t, "hz.gong", "", v1::ORG_KIND_INDUSTRY, "工");
         AddOrg(t, "hz.gong.x", "", v1::ORG_KIND_ENTERPRISE, "业橡胶");
       },
       "hz.gong.x"},
      {"digits", [](v1::OrgTree& t) { t.mutable_orgs(8)->set_abbreviation("2中"); },
       "hz.jiaoyu.erzhong"},
      {"malformed former path",
       [](v1::OrgTree& t) { t.mutable_orgs(5)->add_former_ids("hz..jichuang"); },
       "hz.gongye.jichuang"},
      {"former path of an org that is there",
       [](v1::OrgTree& t) { t.mutable_orgs(5)->add_former_ids("hz.fuyang.fuchun"); },
       "hz.fuyang.fuchun"},
      {"its own path as a former one",
       [](v1::OrgTree& t) { t.mutable_orgs(5)->add_former_ids("hz.gongye.jichuang"); },
       "hz.gongye.jichuang"},
      {"former path claimed twice",
       [](v1::OrgTree& t) {
         t.mutable_orgs(4)->add_former_ids("hz.gongye.luntai");
         t.mutable_orgs(5)->add_former_ids("hz.gongye.luntai");
       },
       "hz.gongye.luntai"},
  };
  for (const BadTree& c : cases) {
    v1::OrgTree proto = Hangzhou();
    c.spoil(proto);
    const absl::StatusOr<OrgTree> built = OrgTree::Build(proto);
    ASSERT_FALSE(built.ok()) << c.what;
    EXPECT_EQ(built.status().code(), absl::StatusCode::kInvalidArgument) << c.what;
    EXPECT_THAT(std::string(built.status().message()), HasSubstr(c.names)) << c.what;
  }
}

}  // namespace
}  // namespace bangfu::domain
