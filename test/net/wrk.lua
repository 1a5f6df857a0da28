-- SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
-- Every thread (with one connection) stops after its share of requests, so that wrk's count is exact: no request is
-- under way when it ends. WRK_PIPELINE requests (1) are sent at once; the share is a multiple of it.
-- WRK_DELAY: milliseconds that each waits before it sends; not at all without.
local share, answered, sent = tonumber(os.getenv("WRK_SHARE")), 0, 0
local pipeline = tonumber(os.getenv("WRK_PIPELINE") or 1)

function request()
	local heads = {}
	for i = 1, pipeline do
		sent = sent + 1
		heads[i] = wrk.format("GET", "/wrk/" .. sent, { ["X-Request-Id"] = "wrk-" .. sent })
	end
	return table.concat(heads)
end

if os.getenv("WRK_DELAY") then
	function delay()
		return tonumber(os.getenv("WRK_DELAY"))
	end
end

function response()
	answered = answered + 1
	if answered == share then
		wrk.thread:stop()
	end
end
