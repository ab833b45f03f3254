# bangfu_embed_default_policy(TARGET FILE)
#   FILE (policy data in JSON) -> a generated source of TARGET that defines DefaultPolicyJson() (default_policy.h), so that
#   the programs need no files beside them.
function(bangfu_embed_default_policy target file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} json)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_default_policy.cc)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT
"#include \"domain/policy/default_policy.h\"

namespace bangfu::domain {

const char* DefaultPolicyJson() {
  return R\"policy(@json@)policy\";
}

}  // namespace bangfu::domain
")
  target_sources(${target} PRIVATE ${generated})
endfunction()
