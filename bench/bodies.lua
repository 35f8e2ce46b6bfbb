-- wrk sends the bodies of a file in turn, a line each: wrk -s bodies.lua URL -- FILE KEY [WORD]
-- With a word every answer is looked at: it has to contain it, and no errors. That takes wrk time of its own.
local requests, at = {}, -1 -- wrk asks for one that it does not send
local threads = {}
mistaken, example = 0, ""

function setup(thread)
  threads[#threads + 1] = thread
end

local function look(word)
  return function(_, _, body)
    if not body:find(word, 1, true) or body:find('"errors":', 1, true) then
      mistaken, example = mistaken + 1, body:sub(1, 300)
    end
  end
end

function init(arguments)
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. arguments[2] }
  for line in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, line)
  end
  if arguments[3] then
    response = look(arguments[3])
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors, wrong, seen = summary.errors, 0, ""
  for _, thread in ipairs(threads) do
    wrong, seen = wrong + thread:get("mistaken"), thread:get("example")
  end
  io.write("\n", seen)
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "bytes": %d, "failed": %d, "how": "%s", "p50": %.3f, "p99": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout + wrong,
    string.format("connect %d, read %d, write %d, status %d, time-out %d, another answer %d",
      errors.connect, errors.read, errors.write, errors.status, errors.timeout, wrong),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
