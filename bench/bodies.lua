-- wrk sends the bodies of a file in turn, a line each: wrk -s bodies.lua URL -- FILE KEY
local requests, at = {}, 0

function init(arguments)
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. arguments[2] }
  for line in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, line)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "bytes": %d, "failed": %d, "how": "%s", "p50": %.3f, "p99": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    string.format("connect %d, read %d, write %d, status %d, time-out %d",
      errors.connect, errors.read, errors.write, errors.status, errors.timeout),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
