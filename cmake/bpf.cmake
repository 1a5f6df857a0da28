# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# bpf_object(NAME source.bpf.c): compiles a kernel object and makes the target NAME-skeleton, which carries
# NAME.skel.h (the object embedded, and its typed loader) in its include path. Its variables may be of the types
# that hdrtap/config.h declares.
#
# HDRTAP_BPF_CLANG: the clang that compiles kernel objects (14 to 19 are tested).

find_program(HDRTAP_BPF_CLANG NAMES clang clang-14 clang-16 clang-19 REQUIRED)
find_program(HDRTAP_BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)

set(HDRTAP_BPF_FLAGS -g -O2 -target bpf -mcpu=v3 -std=gnu17 -Wall -Wextra -Werror
	-I${CMAKE_SOURCE_DIR}/include -I/usr/include/${CMAKE_SYSTEM_PROCESSOR}-linux-gnu)

function(bpf_object name source)
	set(source ${CMAKE_CURRENT_SOURCE_DIR}/${source})
	set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.bpf.o)
	set(skeleton ${CMAKE_CURRENT_BINARY_DIR}/${name}.skel.h)
	add_custom_command(OUTPUT ${object}
		COMMAND ${HDRTAP_BPF_CLANG} ${HDRTAP_BPF_FLAGS} -MD -MF ${object}.d -c ${source} -o ${object}
		DEPENDS ${source} DEPFILE ${object}.d
		COMMENT "Compiling kernel object ${name}.bpf.o" VERBATIM)
	add_custom_command(OUTPUT ${skeleton}
		COMMAND sh -c "exec > \"$4\" && echo '#include <hdrtap/config.h>' && exec \"$1\" gen skeleton \"$2\" name \"$3\"" sh
			${HDRTAP_BPFTOOL} ${object} hdrtap_${name} ${skeleton}
		DEPENDS ${object} COMMENT "Generating ${name}.skel.h" VERBATIM)
	add_custom_target(${name}-skeleton-file DEPENDS ${skeleton})
	add_library(${name}-skeleton INTERFACE)
	add_dependencies(${name}-skeleton ${name}-skeleton-file)
	target_include_directories(${name}-skeleton INTERFACE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
