# bangfu_embed_migrations(TARGET FOLDER)
#   FOLDER/NNNN_name.sql -> a generated source of TARGET that defines EmbeddedMigrations() (migration.h), so that the
#   binary needs no files beside it.
function(bangfu_embed_migrations target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  list(SORT files)
  set(entries "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(stem ${file} NAME_WE)
    if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
      message(FATAL_ERROR "${file}: a migration is named NNNN_name.sql")
    endif()
    set(name ${CMAKE_MATCH_2})
    math(EXPR number "1${CMAKE_MATCH_1} - 10000")
    file(READ ${file} sql)
    string(APPEND entries "      {${number}, \"${name}\", R\"migration(${sql})migration\"},\n")
  endforeach()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/embedded_migrations.cc)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT
"#include \"server/store/postgres/migration.h\"

namespace bangfu::server {

std::vector<Migration> EmbeddedMigrations() {
  return {
@entries@  };
}

}  // namespace bangfu::server
")
  target_sources(${target} PRIVATE ${generated})
endfunction()
