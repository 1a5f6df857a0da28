# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# manual_pages(NAME.SECTION...): makes and installs manual pages from NAME.SECTION.scd of this directory, where scdoc is.
# @HDRTAP_SECRET_KEYS@ in one stands for the query keys that are secret by default, as include/hdrtap/secrets.h has them.

find_program(HDRTAP_SCDOC scdoc)

function(manual_pages)
	if(NOT HDRTAP_SCDOC)
		return()
	endif()
	set(secrets ${CMAKE_SOURCE_DIR}/include/hdrtap/secrets.h)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${secrets})
	file(STRINGS ${secrets} rows REGEX "^\tX\\(\"")
	string(REGEX REPLACE "[^;\"]*\"([^\"]*)\"[^;]*" "\\1" rows "${rows}")
	string(REPLACE "_" "\\_" rows "${rows}")
	string(REPLACE "*" "\\*" rows "${rows}")
	list(JOIN rows ", " HDRTAP_SECRET_KEYS)
	foreach(page ${ARGN})
		set(output ${CMAKE_CURRENT_BINARY_DIR}/${page})
		configure_file(${page}.scd ${output}.scd @ONLY)
		add_custom_command(OUTPUT ${output}
			COMMAND ${HDRTAP_SCDOC} < ${output}.scd > ${output}
			DEPENDS ${output}.scd COMMENT "Generating ${page}" VERBATIM)
		add_custom_target(manual-${page} ALL DEPENDS ${output})
		string(REGEX MATCH "[0-9]$" section ${page})
		install(FILES ${output} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
	endforeach()
endfunction()
