-- What every script shares: a number for each thread, the result as one line of JSON.
local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("thread_number", threads)
end

function common_init(args)
  key, run, people, count = args[1], args[2], tonumber(args[3]), 0
  math.randomseed(thread_number * 7919)
  now = os.date("!%Y-%m-%dT%H:%M:%SZ")
  headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key }
end

function sale(number)
  local id = run .. "-" .. thread_number .. "-" .. number
  return '{"event_id":"' .. id .. '","kind":"order.paid","occurred_at":"' .. now ..
    '","member":{"external_id":"m' .. math.random(0, people - 1) .. '"},"store":"bench","document":"' ..
    id .. '","order":{"currency":"CNY","net_minor":12345,"lines":[' ..
    '{"line":"1","sku":"a","category":"books","net_minor":10000},' ..
    '{"line":"2","sku":"b","category":"tea","net_minor":2345}]}}'
end

function done(summary, latency, requests)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    'result {"requests":%d,"seconds":%f,"refused":%d,"p50_ms":%f,"p95_ms":%f}\n',
    summary.requests, summary.duration / 1e6, errors.status + lost,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000))
end
