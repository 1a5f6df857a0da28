# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# completions(PROGRAM TABLE [LIBRARY...]): makes and installs the completions of a program for bash, zsh and fish. TABLE is its
# option table, the LIBRARYs have what of that is not in hdrtap-user. Debian's zsh looks for those of packages in a folder of its
# own.
if(EXISTS /etc/debian_version AND CMAKE_INSTALL_PREFIX STREQUAL "/usr")
	set(ZSH_FOLDER vendor-completions)
else()
	set(ZSH_FOLDER site-functions)
endif()

function(completions program table)
	set(maker ${program}-completion)
	set(parts main.c bash.c zsh.c fish.c)
	list(TRANSFORM parts PREPEND ${CMAKE_SOURCE_DIR}/tools/completion/)
	add_executable(${maker} ${parts})
	target_compile_definitions(${maker} PRIVATE COMPLETION_TABLE=${table})
	target_link_libraries(${maker} PRIVATE ${ARGN} hdrtap-user)
	foreach(shell bash zsh fish)
		set(script ${CMAKE_BINARY_DIR}/tools/completion/${program}.${shell})
		add_custom_command(OUTPUT ${script} COMMAND ${maker} ${shell} > ${script}
			DEPENDS ${maker} COMMENT "Generating ${program}.${shell}" VERBATIM)
		list(APPEND scripts ${script})
	endforeach()
	add_custom_target(${maker}-scripts ALL DEPENDS ${scripts})
	set(made ${CMAKE_BINARY_DIR}/tools/completion/${program})
	install(FILES ${made}.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${program})
	install(FILES ${made}.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${ZSH_FOLDER} RENAME _${program})
	install(FILES ${made}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endfunction()
