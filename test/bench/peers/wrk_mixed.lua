-- SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
-- The same requests as wrk.lua's, of which every hundredth asks for /wanted.
dofile(os.getenv("HDRTAP_ROOT") .. "/test/bench/peers/wrk.lua")

local usual, wanted
local count = 0

request = function()
	if not usual then
		usual, wanted = wrk.format(), wrk.format(nil, "/wanted")
	end
	count = count + 1
	return count % 100 == 0 and wanted or usual
end
