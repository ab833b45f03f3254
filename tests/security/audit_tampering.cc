// Everything that can be done to an audit log without its key, in the database and in an exported
// file: `bangfu-server audit verify` finds it, and names the place.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <pqxx/pqxx>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "bangfu/v1/account_service.grpc.pb.h"
#include "tests/security/city.h"
#include "tests/security/line.h"
#include "tests/security/witness.h"

namespace bangfu::security {
namespace {

constexpr int kAccounts = 20;  // each leaves an entry
constexpr int64_t kFewestEntries = 10;
constexpr int64_t kMiddle = 5;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A log with something in it, of a node that has stopped.
class Log {
 public:
  Log(City& city, Report& report) : city_(city), report_(report) {}

  bool Verifies(const std::vector<std::string>& more, std::string* told = nullptr) {
    const std::string output = city_.Path(absl::StrCat("verify-", ++runs_, ".txt"));
    std::vector<std::string> words = {"audit", "verify"};
    words.insert(words.end(), more.begin(), more.end());
    const int status = city_.RunCommand(words, city_.city(), output);
    if (told != nullptr) *told = ContentOf(output);
    return status == 0;
  }

  // The tampering was found, and at that place when there is one.
  void MustFind(const std::string& what, int64_t place, const std::vector<std::string>& more) {
    ++kinds_;
    std::string told;
    if (!report_.Check(!Verifies(more, &told), absl::StrCat(what, ": not found"))) return;
    report_.Check(place == 0 || absl::StrContains(told, absl::StrCat(place)),
                  absl::StrCat(what, ": found, but not at ", place, ": ", told));
  }

  int64_t kinds() const { return kinds_; }

 private:
  City& city_;
  Report& report_;
  int runs_ = 0;
  int64_t kinds_ = 0;
};

// The database of the log, as somebody who owns it.
class Tamperer {
 public:
  explicit Tamperer(const ServerProcess& server)
      : connection_(server.database->connection_string()) {
    Do("SET session_replication_role = replica");  // no triggers
    Do("CREATE TABLE public.kept_log AS SELECT * FROM audit_log");
  }
  ~Tamperer() { Do("DROP TABLE public.kept_log"); }

  void Do(const std::string& statement) {
    pqxx::nontransaction session(connection_);
    session.exec(statement);
  }

  int64_t Last() {
    pqxx::nontransaction session(connection_);
    return session.exec("SELECT max(sequence) FROM audit_log")[0][0].as<int64_t>();
  }

  void Restore() {
    Do("TRUNCATE audit_log");
    Do("INSERT INTO audit_log SELECT * FROM public.kept_log");
  }

  // Replaces the hashes from `first` on by a chain under `key`.
  void Rechain(int64_t first, const std::string& key) {
    pqxx::work work(connection_);
    const pqxx::result rows = work.exec_params(
        "SELECT sequence, entry, hash FROM audit_log WHERE sequence >= $1 ORDER BY sequence",
        first - 1);
    std::string before(32, '\0');
    for (const pqxx::row& row : rows) {
      const auto sequence = row[0].as<int64_t>();
      if (sequence < first) {
        before = pqxx::binarystring(row[2]).str();
        continue;
      }
      std::string text = before;
      for (int shift = 56; shift >= 0; shift -= 8)
        text.push_back(static_cast<char>(sequence >> shift & 0xFF));
      text += pqxx::binarystring(row[1]).str();
      before = Hash(key, text);
      work.exec_params("UPDATE audit_log SET hash = $1 WHERE sequence = $2",
                       pqxx::binarystring(before), sequence);
    }
    work.commit();
  }

 private:
  static std::string Hash(const std::string& key, const std::string& text) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (key.empty()) {
      EVP_Digest(text.data(), text.size(), out, &size, EVP_sha256(), nullptr);
    } else {
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
    }
    return {reinterpret_cast<const char*>(out), size};
  }

  pqxx::connection connection_;
};

void TamperWithDatabase(City& city, Log& log, Report& report) {
  Tamperer tamperer(city.city());
  const int64_t last = tamperer.Last();
  const auto at = [](const char* format, int64_t sequence) {
    return absl::StrReplaceAll(format, {{"$n", absl::StrCat(sequence)}});
  };
  struct Kind {
    std::string what;
    int64_t place;  // that is named; 0: any
    std::function<void()> tamper;
  };
  std::vector<Kind> kinds;
  const auto add = [&](std::string what, int64_t place, std::vector<std::string> statements) {
    kinds.push_back({std::move(what), place, [&tamperer, statements = std::move(statements)] {
                       for (const std::string& statement : statements) tamperer.Do(statement);
                     }});
  };
  constexpr char kFlipEntry[] =
      "UPDATE audit_log SET entry = set_byte(entry, length(entry) / 2, get_byte(entry, "
      "length(entry) / 2) # 1) WHERE sequence = $n";
  constexpr char kFlipHash[] =
      "UPDATE audit_log SET hash = set_byte(hash, 7, get_byte(hash, 7) # 1) WHERE sequence = $n";
  constexpr char kRemove[] = "DELETE FROM audit_log WHERE sequence = $n";
  for (const auto& [which, sequence] :
       {std::pair<const char*, int64_t>{"first", 1}, {"middle", kMiddle}, {"last", last}}) {
    add(absl::StrCat("a byte of the ", which, " entry"), sequence, {at(kFlipEntry, sequence)});
    add(absl::StrCat("a byte of the hash of the ", which, " entry"), sequence,
        {at(kFlipHash, sequence)});
    add(absl::StrCat("the ", which, " entry is removed"), sequence, {at(kRemove, sequence)});
    add(absl::StrCat("an empty ", which, " entry"), sequence,
        {at("UPDATE audit_log SET entry = '' WHERE sequence = $n", sequence)});
  }
  add("two entries change places", kMiddle,
      {at("UPDATE audit_log AS a SET entry = b.entry, hash = b.hash FROM audit_log AS b WHERE "
          "a.sequence IN ($n, $n + 1) AND b.sequence = 2 * $n + 1 - a.sequence",
          kMiddle)});
  add("two entries change places, hashes stay", kMiddle,
      {at("UPDATE audit_log AS a SET entry = b.entry FROM audit_log AS b WHERE a.sequence IN ($n, "
          "$n + 1) AND b.sequence = 2 * $n + 1 - a.sequence",
          kMiddle)});
  add("an entry is there twice", last + 1,
      {at("INSERT INTO audit_log SELECT $n + 1, entry, hash, time, person_id, org, action FROM "
          "audit_log WHERE sequence = $n",
          last)});
  add("an old entry again at the end", last + 1,
      {at("INSERT INTO audit_log SELECT (SELECT max(sequence) + 1 FROM audit_log), entry, hash, "
          "time, person_id, org, action FROM audit_log WHERE sequence = $n",
          kMiddle)});
  add("an entry is put in between, the others move up", kMiddle,
      {at("UPDATE audit_log SET sequence = sequence + 1000001 WHERE sequence >= $n", kMiddle),
       "UPDATE audit_log SET sequence = sequence - 1000000 WHERE sequence > 1000000",
       at("INSERT INTO audit_log SELECT $n, entry, hash, time, person_id, org, action FROM "
          "audit_log WHERE sequence = 1",
          kMiddle)});
  add("an entry is removed, the others move down", kMiddle,
      {at(kRemove, kMiddle),
       at("UPDATE audit_log SET sequence = sequence + 999999 WHERE sequence > $n", kMiddle),
       "UPDATE audit_log SET sequence = sequence - 1000000 WHERE sequence > 1000000"});
  add("the end is cut off", last - 3, {at("DELETE FROM audit_log WHERE sequence > $n", last - 3)});
  add("the beginning is cut off", 0, {at("DELETE FROM audit_log WHERE sequence <= $n", kMiddle)});
  add("everything is removed", last, {"TRUNCATE audit_log"});
  for (const auto& [which, key] : {std::pair<const char*, std::string>{"without a key", ""},
                                   {"under an empty key", std::string(1, '\0')},
                                   {"under another key", std::string(32, 'k')}}) {
    kinds.push_back({absl::StrCat("an entry is changed and the chain computed anew ", which),
                     kMiddle, [&tamperer, &at, kFlipEntry, key] {
                       tamperer.Do(at(kFlipEntry, kMiddle));
                       tamperer.Rechain(kMiddle, key);
                     }});
    kinds.push_back({absl::StrCat("the last entry is removed and the chain computed anew ", which),
                     0, [&tamperer, &at, kRemove, last, key] {
                       tamperer.Do(at(kRemove, last));
                       tamperer.Rechain(1, key);
                     }});
  }
  for (const Kind& kind : kinds) {
    kind.tamper();
    log.MustFind(absl::StrCat("database: ", kind.what), kind.place, {});
    tamperer.Restore();
  }
  std::string told;
  report.Check(log.Verifies({}, &told), absl::StrCat("the restored log does not verify: ", told));
}

using Lines = std::vector<std::string>;

// A hash or an entry in base64, with one bit changed.
std::string Flipped(const std::string& line, const std::string& field) {
  const std::string begin = absl::StrCat("\"", field, "\":\"");
  const size_t from = line.find(begin) + begin.size();
  std::string bytes;
  absl::Base64Unescape(line.substr(from, line.find('"', from) - from), &bytes);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  return absl::StrCat(line.substr(0, from), absl::Base64Escape(bytes),
                      line.substr(line.find('"', from)));
}

void TamperWithFile(City& city, Log& log, Report& report) {
  const std::string exported = city.Path("audit.jsonl");
  const std::string tampered = city.Path("tampered.jsonl");
  if (!report.Check(city.RunCommand({"audit", "export", "--out", exported}, city.city(),
                                    city.Path("export.txt")) == 0,
                    "export")) {
    return;
  }
  Lines whole;
  std::ifstream file(exported);
  for (std::string line; std::getline(file, line);) whole.push_back(line);
  report.Check(log.Verifies({"--file", exported}), "the exported file does not verify");
  const size_t last = whole.size() - 2;  // of the entries: a closing line follows
  struct Kind {
    std::string what;
    int64_t place;
    std::function<void(Lines& lines)> tamper;
  };
  std::vector<Kind> kinds;
  for (const auto& [which, index] :
       {std::pair<const char*, size_t>{"first", 0}, {"middle", kMiddle}, {"last", last}}) {
    const auto place = static_cast<int64_t>(index) + 1;
    kinds.push_back({absl::StrCat("a bit of the ", which, " entry"), place,
                     [index](Lines& lines) { lines[index] = Flipped(lines[index], "entry"); }});
    kinds.push_back({absl::StrCat("a bit of the ", which, " hash"), place,
                     [index](Lines& lines) { lines[index] = Flipped(lines[index], "hash"); }});
    kinds.push_back({absl::StrCat("what the ", which, " line shows"), place, [index](Lines& lines) {
                       lines[index] = absl::StrReplaceAll(
                           lines[index], {{"\"content\":{", "\"content\":{\"peer\":\"x\","}});
                     }});
    kinds.push_back({absl::StrCat("the ", which, " line is removed"), place, [index](Lines& lines) {
                       lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(index));
                     }});
    kinds.push_back({absl::StrCat("the ", which, " line is cut"), place,
                     [index](Lines& lines) { lines[index].resize(lines[index].size() / 2); }});
    kinds.push_back(
        {absl::StrCat("the ", which, " line is there twice"), place, [index](Lines& lines) {
           lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(index),
                        std::string(lines[index]));
         }});
  }
  kinds.push_back({"the closing line is removed", 0, [](Lines& lines) { lines.pop_back(); }});
  kinds.push_back({"a bit of the closing line", 0,
                   [](Lines& lines) { lines.back() = Flipped(lines.back(), "hash"); }});
  kinds.push_back({"two lines change places", kMiddle + 1,
                   [](Lines& lines) { std::swap(lines[kMiddle], lines[kMiddle + 1]); }});
  kinds.push_back({"all lines in the other order", 0,
                   [](Lines& lines) { std::reverse(lines.begin(), lines.end()); }});
  kinds.push_back({"an empty line", kMiddle + 1,
                   [](Lines& lines) { lines.insert(lines.begin() + kMiddle, ""); }});
  kinds.push_back({"a made-up line", kMiddle + 1, [](Lines& lines) {
                     lines.insert(
                         lines.begin() + kMiddle,
                         R"({"chained":{"sequence":"6","entry":"","hash":""},"content":{}})");
                   }});
  kinds.push_back({"the end is cut off", 0, [](Lines& lines) { lines.resize(lines.size() - 3); }});
  kinds.push_back({"the beginning is cut off", 0,
                   [](Lines& lines) { lines.erase(lines.begin(), lines.begin() + kMiddle); }});
  kinds.push_back({"everything is removed", 0, [](Lines& lines) { lines.clear(); }});
  for (const Kind& kind : kinds) {
    Lines lines = whole;
    kind.tamper(lines);
    std::ofstream out(tampered, std::ios::trunc);
    for (const std::string& line : lines) out << line << "\n";
    out.close();
    log.MustFind(absl::StrCat("file: ", kind.what), kind.place, {"--file", tampered});
  }
}

}  // namespace

void AuditTampering(const ScenarioOptions& options, Report& report) {
  City city(options);
  city.Start();
  for (int i = 0; i < kAccounts; ++i)
    city.AddAccount(absl::StrCat("person-", i), kDistrict, {v1::ROLE_HANDLER});
  city.city().process->Stop();
  Witness witness(city.city());
  const int64_t entries = witness.Number("SELECT count(*) FROM audit_log");
  report.Figure("entries", entries);
  if (!report.Check(
          entries >= kFewestEntries && witness.Number("SELECT count(*) FROM audit_queue") == 0,
          "entries are missing in the chain")) {
    return;
  }
  Log log(city, report);
  std::string told;
  if (!report.Check(log.Verifies({}, &told), absl::StrCat("a good log does not verify: ", told)))
    return;
  TamperWithDatabase(city, log, report);
  TamperWithFile(city, log, report);
  report.Figure("kinds of tampering", log.kinds());
}

}  // namespace bangfu::security
