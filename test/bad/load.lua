-- SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
-- Every thread (with one connection) stops after its share of requests, so that wrk's count is exact. The path says which
-- request it is; with LOAD_BYTES so many bytes follow that no compression makes shorter. LOAD_PIPELINE requests (1) are sent
-- at once; the share is a multiple of it. With LOAD_CLOSE every request has a connection of its own.
local share, answered, sent = tonumber(os.getenv("LOAD_SHARE")), 0, 0
local name, bytes = os.getenv("LOAD_NAME") or "load", tonumber(os.getenv("LOAD_BYTES") or 0)
local pipeline = tonumber(os.getenv("LOAD_PIPELINE") or 1)
local headers = os.getenv("LOAD_CLOSE") and { ["Connection"] = "close" } or {}
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
		heads[i] = wrk.format("GET", "/" .. name .. "/" .. id .. "/" .. sent .. more, headers)
	end
	return table.concat(heads)
end

function response()
	answered = answered + 1
	if answered == share then
		wrk.thread:stop()
	end
end
