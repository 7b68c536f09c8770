# Builds ns-3 modules outside an ns-3 source tree: defines functions of the names and arguments of
# ns-3's own build system (build_lib, build_lib_example, build_exec) on top of an installed ns-3, so
# that the CMakeLists.txt of a module is the same file in both worlds.

find_package(ns3 REQUIRED) # its version file is ExactVersion: no version argument
if(ns3_VERSION VERSION_LESS 3.37)
  message(FATAL_ERROR "Weft needs ns-3 3.37 or later, found ${ns3_VERSION}")
endif()

# The standard that the headers of this ns-3 release ask for; our own sources stay within C++17.
if(ns3_VERSION VERSION_LESS 3.41)
  set(WEFT_CXX_STANDARD 17)
elseif(ns3_VERSION VERSION_LESS 3.46)
  set(WEFT_CXX_STANDARD 20)
else()
  set(WEFT_CXX_STANDARD 23)
endif()

foreach(
  module
  core
  network
  internet
  applications
  traffic-control
  point-to-point
  bridge
  stats
  config-store
  mobility
  mpi
)
  if(TARGET ns3::${module}) # 3.43 and later
    set(lib${module} ns3::${module})
  elseif(TARGET ns3::lib${module}) # 3.37 to 3.42
    set(lib${module} ns3::lib${module})
  endif()
endforeach()

add_library(weft-options INTERFACE)
target_compile_features(weft-options INTERFACE cxx_std_${WEFT_CXX_STANDARD})
# Debian configures ns-3 with logs, and a member of UdpClient depends on the macro: without it the
# layout of that class differs between the library and its user.
target_compile_definitions(
  weft-options INTERFACE NS3_LOG_ENABLE $<$<CONFIG:Debug>:NS3_ASSERT_ENABLE>
)
target_compile_options(weft-options INTERFACE -Wall -Wextra -Wno-unused-parameter)
# Nobody interposes functions of our libraries: let the compiler inline them.
target_compile_options(weft-options INTERFACE $<$<CONFIG:Release>:-fno-semantic-interposition>)
if(WEFT_WERROR)
  target_compile_options(weft-options INTERFACE -Werror)
endif()
if(WEFT_SANITIZE)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_compile_options(weft-options INTERFACE ${sanitizers})
  target_link_options(weft-options INTERFACE ${sanitizers})
endif()

set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(WEFT_INCLUDE_DIR ${CMAKE_BINARY_DIR}/include)

# Makes <ns3/name.h> available for each header. The path inside is relative, so that two checkouts
# share compiler-cache entries.
function(weft_publish_headers)
  foreach(header ${ARGN})
    get_filename_component(name ${header} NAME)
    get_filename_component(absolute ${header} ABSOLUTE)
    file(RELATIVE_PATH relative ${WEFT_INCLUDE_DIR}/ns3 ${absolute})
    file(CONFIGURE OUTPUT ${WEFT_INCLUDE_DIR}/ns3/${name} CONTENT "#include \"${relative}\"\n")
  endforeach()
endfunction()

function(build_lib)
  cmake_parse_arguments(
    LIB
    "IGNORE_PCH"
    "LIBNAME"
    "SOURCE_FILES;HEADER_FILES;PRIVATE_HEADER_FILES;LIBRARIES_TO_LINK;TEST_SOURCES;DEPRECATED_HEADER_FILES;MODULE_ENABLED_FEATURES"
    ${ARGN}
  )
  weft_publish_headers(${LIB_HEADER_FILES})
  add_library(${LIB_LIBNAME} SHARED ${LIB_SOURCE_FILES})
  target_include_directories(${LIB_LIBNAME} PUBLIC ${WEFT_INCLUDE_DIR})
  target_link_libraries(${LIB_LIBNAME} PUBLIC weft-options ${LIB_LIBRARIES_TO_LINK})
  if(LIB_LIBNAME IN_LIST WEFT_HOT_MODULES)
    set_target_properties(${LIB_LIBNAME} PROPERTIES INTERPROCEDURAL_OPTIMIZATION_RELEASE ON)
  endif()
  # The same library name as in an ns-3 tree cannot clash with an installed ns-3 module.
  set_target_properties(${LIB_LIBNAME} PROPERTIES OUTPUT_NAME weft-${LIB_LIBNAME})
  if(LIB_TEST_SOURCES)
    add_library(${LIB_LIBNAME}-test OBJECT ${LIB_TEST_SOURCES})
    target_link_libraries(${LIB_LIBNAME}-test PUBLIC ${LIB_LIBNAME})
    target_compile_definitions(
      ${LIB_LIBNAME}-test PRIVATE NS_TEST_SOURCEDIR="${CMAKE_CURRENT_SOURCE_DIR}/test"
    )
    set_property(GLOBAL APPEND PROPERTY WEFT_TEST_LIBRARIES ${LIB_LIBNAME}-test)
    foreach(source ${LIB_TEST_SOURCES})
      set_property(GLOBAL APPEND PROPERTY WEFT_TEST_SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/${source})
    endforeach()
  endif()
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/examples/CMakeLists.txt)
    set(BLIB_LIBNAME ${LIB_LIBNAME})
    add_subdirectory(examples)
  endif()
endfunction()

function(build_lib_example)
  cmake_parse_arguments(
    EXAMPLE "IGNORE_PCH" "NAME" "SOURCE_FILES;HEADER_FILES;LIBRARIES_TO_LINK" ${ARGN}
  )
  add_executable(${EXAMPLE_NAME} ${EXAMPLE_SOURCE_FILES})
  target_link_libraries(${EXAMPLE_NAME} PRIVATE ${BLIB_LIBNAME} ${EXAMPLE_LIBRARIES_TO_LINK})
endfunction()

function(build_exec)
  cmake_parse_arguments(
    EXEC
    "IGNORE_PCH;STANDALONE"
    "EXECNAME;EXECNAME_PREFIX;EXECUTABLE_DIRECTORY_PATH;INSTALL_DIRECTORY_PATH"
    "SOURCE_FILES;HEADER_FILES;LIBRARIES_TO_LINK;DEFINITIONS"
    ${ARGN}
  )
  set(target ${EXEC_EXECNAME_PREFIX}${EXEC_EXECNAME})
  add_executable(${target} ${EXEC_SOURCE_FILES})
  # Programs name classes only by TypeId string: keep every library that is listed.
  target_link_options(${target} PRIVATE -Wl,--no-as-needed)
  target_link_libraries(${target} PRIVATE ${EXEC_LIBRARIES_TO_LINK})
  if(EXEC_DEFINITIONS)
    target_compile_definitions(${target} PRIVATE ${EXEC_DEFINITIONS})
  endif()
endfunction()

# weft_add_modules(names...): adds contrib/<name> for each, with lib<name> set beforehand as ns-3 does.
macro(weft_add_modules)
  foreach(module ${ARGN})
    set(lib${module} ${module})
  endforeach()
  foreach(module ${ARGN})
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/contrib/${module}/CMakeLists.txt)
      add_subdirectory(contrib/${module})
      list(APPEND WEFT_BUILT_MODULES ${module})
    endif()
  endforeach()
endmacro()

# One runner for all ns-3 TestSuites of our modules, and one ctest per suite. A suite is found by the
# constructor call TestSuite("name", ...) in its source, so that ctest needs no built runner.
function(weft_add_test_runner)
  get_property(libraries GLOBAL PROPERTY WEFT_TEST_LIBRARIES)
  get_property(sources GLOBAL PROPERTY WEFT_TEST_SOURCES)
  if(NOT libraries)
    return()
  endif()
  add_executable(test-runner ${CMAKE_CURRENT_SOURCE_DIR}/tests/test-runner.cc)
  target_link_options(test-runner PRIVATE -Wl,--no-as-needed)
  target_link_libraries(test-runner PRIVATE ${libraries} ${libcore})
  foreach(source ${sources})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(STRINGS ${source} lines REGEX "TestSuite\\(\"[^\"]+\"")
    foreach(line ${lines})
      string(REGEX REPLACE ".*TestSuite\\(\"([^\"]+)\".*" "\\1" suite "${line}")
      add_test(NAME suite.${suite} COMMAND test-runner --suite=${suite} --verbose --stop-on-failure)
      set_tests_properties(
        suite.${suite} PROPERTIES WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} TIMEOUT 600
      )
    endforeach()
  endforeach()
endfunction()
