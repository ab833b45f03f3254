#include "tests/scenario/scenario_program.h"
#include "tests/security/scenario.h"

int main(int argc, char** argv) {
  return bangfu::scenario::RunScenarios({"bangfu_security: who may do what, tried from outside",
                                         "An hour of mutated messages", "tests/security/run"},
                                        bangfu::security::AllScenarios(), argc, argv);
}
