#include "tests/chaos/scenario.h"
#include "tests/scenario/scenario_program.h"

int main(int argc, char** argv) {
  return bangfu::scenario::RunScenarios(
      {"bangfu_chaos: faults on real PostgreSQL and real gRPC",
       "Reaches the figures that the short form does not", "tests/chaos/run"},
      bangfu::chaos::AllScenarios(), argc, argv);
}
