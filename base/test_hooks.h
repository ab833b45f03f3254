#ifndef BANGFU_BASE_TEST_HOOKS_H_
#define BANGFU_BASE_TEST_HOOKS_H_

// Places where tests break the program on purpose. In a normal build there is nothing at them;
// tests of the tests build with -DBANGFU_TEST_HOOKS=ON (preset "hooks").
//
// BANGFU_SEEDED_BUG("drop_ack")    true while the bug of that name is switched on: the code beside
//                                  it does the wrong thing then, and a test must notice.
// BANGFU_STEP("push.before_commit")  a named step, at which a test may kill the process.

#ifdef BANGFU_TEST_HOOKS

namespace bangfu::test_hooks {

// Whether the bug is the one named by SwitchBug, or else by $BANGFU_SEEDED_BUG.
bool IsBugOn(const char* name);
void SwitchBug(const char* name);  // nullptr: none

// Kills the process (SIGKILL) at the step of $BANGFU_KILL_AT, "name" or "name:3" for the third time
// it is reached. Appends every step that it reaches to the file $BANGFU_STEP_LOG, if there is one.
void ReachStep(const char* name);

}  // namespace bangfu::test_hooks

#define BANGFU_SEEDED_BUG(name) ::bangfu::test_hooks::IsBugOn(name)
#define BANGFU_STEP(name) ::bangfu::test_hooks::ReachStep(name)

#else

#define BANGFU_SEEDED_BUG(name) false
#define BANGFU_STEP(name) static_cast<void>(0)

#endif  // BANGFU_TEST_HOOKS

#endif  // BANGFU_BASE_TEST_HOOKS_H_
