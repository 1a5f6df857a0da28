#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
# Every C file is as .clang-format has it, and every source file names its licence.
. "$(dirname "$0")/../lib.sh"

cd "$HDRTAP_ROOT" || die "no such directory"

# sources PATTERN...: tracked and new files, without the ignored ones.
sources() { git -c safe.directory="$HDRTAP_ROOT" ls-files --cached --others --exclude-standard -- "$@"; }

# Says so once for each file.
c_format() {
	sources '*.c' '*.h' | xargs -d '\n' clang-format-14 --dry-run -Werror 2>&1 |
		sed -nE 's/^([^: ]+):[0-9]+:[0-9]+: error: .*/run clang-format-14 -i \1/p' | uniq
}

licence() {
	local file lines missing=0
	while read -r file; do
		mapfile -n 3 lines <"$file"
		[[ ${lines[*]} == *'SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only'* ]] && continue
		echo "no SPDX line in $file"
		missing=1
	done < <(sources '*.c' '*.h' '*.sh' '*.py' '*.lua' '*.cmake' '*CMakeLists.txt' test/run tools/quickstart tools/package .ci/run)
	return $missing
}

[ -n "$(sources '*.c')" ] || die "git does not list the sources"
check c_format c_format
check licence licence
