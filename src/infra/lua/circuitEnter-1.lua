-- Purpose: ask whether a call may be made. An open circuit whose time is over becomes half-open, and exactly one caller
--          gets the probe; a lease that ran out goes to the next who asks.
-- KEYS[1]  hash: generation, state (0 closed, 1 open, 2 half-open), faults (times joined by ','), successes,
--          openedAt, openUntil, leaseUntil (epoch milliseconds), lease (token)
-- ARGV[1]  now, epoch milliseconds; 0 for the server's own clock
-- ARGV[2]  token of the caller; '' only looks
-- ARGV[3]  longest life of a probe, milliseconds
-- ARGV[4]  age at which a fault no longer counts, milliseconds
-- RETURN   {0 refused, 1 pass, 2 probe; generation; state; milliseconds until the next try; faults; successes;
--          openedAt or 0; 1 when this call changed the state}
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function whole(number) return string.format('%.0f', number) end
local h = redis.call('HMGET', KEYS[1], 'generation', 'state', 'faults', 'successes', 'openedAt', 'openUntil', 'leaseUntil')
local generation, state = tonumber(h[1] or 0), tonumber(h[2] or 0)
local successes, openedAt = tonumber(h[4] or 0), tonumber(h[5] or 0)
local openUntil, leaseUntil = tonumber(h[6] or 0), tonumber(h[7] or 0)
local faults = 0
for at in string.gmatch(h[3] or '', '%d+') do
  if tonumber(at) > now - tonumber(ARGV[4]) then faults = faults + 1 end
end
local verdict, retryMs, changed = 1, 0, 0
if state == 1 and (now < openUntil or ARGV[2] == '') then
  verdict, retryMs = 0, math.max(0, openUntil - now)
elseif state ~= 0 then
  if state == 1 then
    generation, state, successes, leaseUntil, changed = generation + 1, 2, 0, 0, 1
    redis.call('HSET', KEYS[1], 'generation', whole(generation), 'state', '2', 'successes', '0')
  end
  if leaseUntil > now or ARGV[2] == '' then
    verdict, retryMs = 0, math.max(0, leaseUntil - now)
  else
    verdict = 2
    redis.call('HSET', KEYS[1], 'lease', ARGV[2], 'leaseUntil', whole(now + tonumber(ARGV[3])))
    redis.call('PEXPIRE', KEYS[1], 86400000)
  end
end
return { verdict, generation, state, retryMs, faults, successes, openedAt, changed }
