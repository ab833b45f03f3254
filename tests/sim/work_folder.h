#ifndef BANGFU_TESTS_SIM_WORK_FOLDER_H_
#define BANGFU_TESTS_SIM_WORK_FOLDER_H_

#include <string>

namespace bangfu::sim {

// A folder for files of replicas, in memory where there is such a thing. It goes with the object;
// those of processes that were killed go when the next one is made.
class WorkFolder {
 public:
  WorkFolder();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  // A new, empty folder below it. "" when there cannot be one.
  std::string MakePart();

 private:
  std::string path_;
  int parts_ = 0;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_WORK_FOLDER_H_
