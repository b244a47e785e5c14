local here = debug.getinfo(1, "S").source:match("@(.*/)")
dofile(here .. "common.lua")

function init(args)
  common_init(args)
end

-- `run` names a file of public member ids, one a line.
local members = {}

local common = init
function init(args)
  common(args)
  for line in io.lines(run) do members[#members + 1] = line end
end

function request()
  local member = members[math.random(#members)]
  return wrk.format("GET", "/api/v1/members/" .. member .. "/balances", headers)
end
