local here = debug.getinfo(1, "S").source:match("@(.*/)")
dofile(here .. "common.lua")

function init(args)
  common_init(args)
end

function request()
  count = count + 1
  headers["Idempotency-Key"] = run .. "-" .. thread_number .. "-" .. count
  local body = '{"member":{"external_id":"m' .. math.random(0, people - 1) .. '"},"points":1}'
  return wrk.format("POST", "/api/v1/redemptions", headers, body)
end
