-- SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
-- Every thread (with one connection) stops after LOAD_SHARE requests, so that wrk's count is exact: no request is under way when
-- it ends, which it says by a line in LOAD_ENDED. The path says which request it is: /LOAD_NAME/THREAD/NUMBER.
-- LOAD_BYTES: so many bytes follow in the path that no compression makes shorter. LOAD_PIPELINE: requests (1) sent at once; the
-- share is a multiple of it. LOAD_CLOSE: every request has a connection of its own. LOAD_DELAY: milliseconds before each.
local share, answered, sent = tonumber(os.getenv("LOAD_SHARE")), 0, 0
local name, bytes = os.getenv("LOAD_NAME"), tonumber(os.getenv("LOAD_BYTES") or 0)
local pipeline = tonumber(os.getenv("LOAD_PIPELINE") or 1)
local filler = {}

function setup(thread)
	number = (number or 0) + 1
	thread:set("id", number)
end

function init()
	math.randomseed(id)
	for i = 1, bytes > 0 and 997 or 0 do
		local line = {}
		for j = 1, bytes do
			line[j] = string.char(97 + math.random(0, 25) - 32 * math.random(0, 1))
		end
		filler[i] = table.concat(line)
	end
end

function request()
	local heads = {}
	for i = 1, pipeline do
		sent = sent + 1
		local more = bytes > 0 and "/" .. filler[sent % 997 + 1] or ""
		heads[i] = wrk.format("GET", "/" .. name .. "/" .. id .. "/" .. sent .. more, {
			["X-Request-Id"] = name .. "-" .. id .. "-" .. sent,
			["Connection"] = os.getenv("LOAD_CLOSE") and "close",
		})
	end
	return table.concat(heads)
end

if os.getenv("LOAD_DELAY") then
	function delay()
		return tonumber(os.getenv("LOAD_DELAY"))
	end
end

function response()
	answered = answered + 1
	if answered == share then
		local ended = io.open(os.getenv("LOAD_ENDED"), "a")
		ended:write(id, "\n")
		ended:close()
		wrk.thread:stop()
	end
end
