local here = debug.getinfo(1, "S").source:match("@(.*/)")
dofile(here .. "common.lua")

function init(args)
  common_init(args)
end

function request()
  local events = {}
  for place = 1, 500 do
    count = count + 1
    events[place] = sale(count)
  end
  local body = '{"events":[' .. table.concat(events, ",") .. "]}"
  return wrk.format("POST", "/api/v1/events/batch", headers, body)
end
