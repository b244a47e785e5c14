local here = debug.getinfo(1, "S").source:match("@(.*/)")
dofile(here .. "common.lua")

function init(args)
  common_init(args)
end

function request()
  count = count + 1
  return wrk.format("POST", "/api/v1/events", headers, sale(count))
end
