# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# manual_pages(NAME.SECTION...): makes and installs manual pages from NAME.SECTION.scd of this directory, where scdoc is.

find_program(HDRTAP_SCDOC scdoc)

function(manual_pages)
	if(NOT HDRTAP_SCDOC)
		return()
	endif()
	foreach(page ${ARGN})
		set(output ${CMAKE_CURRENT_BINARY_DIR}/${page})
		add_custom_command(OUTPUT ${output}
			COMMAND ${HDRTAP_SCDOC} < ${CMAKE_CURRENT_SOURCE_DIR}/${page}.scd > ${output}
			DEPENDS ${page}.scd COMMENT "Generating ${page}" VERBATIM)
		add_custom_target(manual-${page} ALL DEPENDS ${output})
		string(REGEX MATCH "[0-9]$" section ${page})
		install(FILES ${output} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
	endforeach()
endfunction()
