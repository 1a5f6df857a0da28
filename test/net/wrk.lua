-- SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
-- Every thread (with one connection) stops after its share of requests, so that wrk's count is exact: no request is
-- under way when it ends.
local share, answered, sent = tonumber(os.getenv("WRK_SHARE")), 0, 0

function request()
	sent = sent + 1
	return wrk.format("GET", "/wrk/" .. sent, { ["X-Request-Id"] = "wrk-" .. sent })
end

function response()
	answered = answered + 1
	if answered == share then
		wrk.thread:stop()
	end
end
