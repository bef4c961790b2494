-- Purpose: tell a circuit how a call ended. Results of an older generation, and of a probe whose lease went to somebody
--          else, are ignored.
-- KEYS[1]  hash: as in circuitEnter
-- ARGV[1]  now, epoch milliseconds; 0 for the server's own clock
-- ARGV[2]  generation under which the call began
-- ARGV[3]  token of its probe; '' when it was none
-- ARGV[4]  1 success, 0 fault, 2 nothing learned (the probe is given back)
-- ARGV[5]  faults in a row that open the circuit
-- ARGV[6]  age at which a fault no longer counts, milliseconds
-- ARGV[7]  how long it stays open, milliseconds
-- ARGV[8]  successes that close it
-- RETURN   as circuitEnter, its first figure 1 when the result counted and 0 when it was ignored
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function whole(number) return string.format('%.0f', number) end
local h = redis.call('HMGET', KEYS[1], 'generation', 'state', 'faults', 'successes', 'openedAt', 'openUntil', 'lease', 'leaseUntil')
local generation, state = tonumber(h[1] or 0), tonumber(h[2] or 0)
local successes, openedAt = tonumber(h[4] or 0), tonumber(h[5] or 0)
local openUntil, lease, leaseUntil = tonumber(h[6] or 0), h[7] or '', tonumber(h[8] or 0)
local outcome, openMs = ARGV[4], tonumber(ARGV[7])
local faults = {}
for at in string.gmatch(h[3] or '', '%d+') do
  if tonumber(at) > now - tonumber(ARGV[6]) then faults[#faults + 1] = at end
end
local counted, changed = 0, 0
local function open()
  generation, state, openedAt, openUntil, successes, lease, leaseUntil, changed = generation + 1, 1, now, now + openMs, 0, '', 0, 1
end
if tonumber(ARGV[2]) == generation and (state == 0 or (state == 2 and lease ~= '' and lease == ARGV[3])) then
  counted = 1
  if state == 0 and outcome == '1' then
    faults = {}
  elseif state == 0 and outcome == '0' then
    faults[#faults + 1] = whole(now)
    if #faults >= tonumber(ARGV[5]) then open() end
  elseif state == 2 then
    lease, leaseUntil = '', 0
    if outcome == '0' then
      faults[#faults + 1] = whole(now)
      open()
    elseif outcome == '1' then
      successes = successes + 1
      if successes >= tonumber(ARGV[8]) then
        generation, state, openedAt, openUntil, faults, changed = generation + 1, 0, 0, 0, {}, 1
      end
    end
  end
  redis.call('HSET', KEYS[1], 'generation', whole(generation), 'state', whole(state), 'faults', table.concat(faults, ','),
    'successes', whole(successes), 'openedAt', whole(openedAt), 'openUntil', whole(openUntil), 'lease', lease,
    'leaseUntil', whole(leaseUntil))
  redis.call('PEXPIRE', KEYS[1], 86400000)
end
local retryMs = 0
if state == 1 then retryMs = math.max(0, openUntil - now) end
if state == 2 then retryMs = math.max(0, leaseUntil - now) end
return { counted, generation, state, retryMs, #faults, successes, openedAt, changed }
