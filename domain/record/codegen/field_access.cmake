# bangfu_generate_field_access(TARGET)
#   A generated source of TARGET that defines AccessToFields (domain/record/field_access.h) for the records of the proto.
function(bangfu_generate_field_access target)
  set(generator bangfu_field_access_codegen)
  add_executable(${generator} ${CMAKE_CURRENT_SOURCE_DIR}/record/codegen/field_access_codegen.cc)
  target_link_libraries(${generator} PRIVATE bangfu_options bangfu_proto absl::strings)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated_field_access.cc)
  add_custom_command(OUTPUT ${generated} COMMAND ${generator} > ${generated} DEPENDS ${generator} VERBATIM)
  target_sources(${target} PRIVATE ${generated})
  # Generated code does not spell out the members that stay nullptr.
  set_source_files_properties(${generated} PROPERTIES COMPILE_OPTIONS -Wno-missing-field-initializers)
endfunction()
