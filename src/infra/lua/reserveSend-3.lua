-- Purpose: find the earliest moment at which one more send keeps every rule, and take it if it is near enough.
--          Exact: counts what was sent and what is already promised for later, so that a promise is never broken.
-- KEYS[1]  sorted set: '<owner>/<id>' by send time (epoch milliseconds), and '#' by minus the end of its cold phase;
--          both live and die together, so that a lost log is recognised
-- KEYS[2]  hash: blockedUntil, hintFrom, hintUntil (epoch milliseconds), hintLeft (sends left in the hint's window)
-- KEYS[3]  sorted set: owners who asked lately by time of asking (epoch milliseconds)
-- ARGV[1]  now, epoch milliseconds; 0 for the server's own clock
-- ARGV[2]  owner
-- ARGV[3]  id of the send, unique
-- ARGV[4]  window, milliseconds
-- ARGV[5]  most sends in any window for this caller, counting everybody's
-- ARGV[6]  pacing window, milliseconds
-- ARGV[7]  most sends in any pacing window for this caller, counting everybody's
-- ARGV[8]  not before, milliseconds from now
-- ARGV[9]  longest acceptable wait, milliseconds
-- ARGV[10] sends of a hint's remainder that this caller must leave to others
-- ARGV[11] sends in the window from which equal shares among owners apply; 0 for no sharing. While several owners ask,
--          none takes the last place of a pacing window it fills itself
-- ARGV[12] how long an owner counts as asking, milliseconds
-- ARGV[13] how much earlier than the measured send others may still have been under way, milliseconds
-- ARGV[14] how long the log is kept without a send, milliseconds
-- ARGV[15] most sends in any window not counting those of the favoured owners; 0 for no such limit
-- ARGV[16] how a favoured owner's name begins
-- RETURN   {1 granted or 0 refused, milliseconds to wait, now, coldUntil, blockedUntil, hintFrom, hintUntil, hintLeft,
--          send times ascending without this one}
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local owner, member = ARGV[2], ARGV[2] .. '/' .. ARGV[3]
local windowMs, windowLimit = tonumber(ARGV[4]), tonumber(ARGV[5])
local paceMs, paceLimit = tonumber(ARGV[6]), tonumber(ARGV[7])
local maxWaitMs, reserve = tonumber(ARGV[9]), tonumber(ARGV[10])
local restLimit, favoured = tonumber(ARGV[15]), ARGV[16]
local fairFrom, askerMs, reorderMs = tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
local function whole(number) return string.format('%.0f', number) end

local mark = redis.call('ZSCORE', KEYS[1], '#')
local coldUntil
if mark then
  coldUntil = -tonumber(mark)
else
  coldUntil = now + windowMs
  redis.call('ZADD', KEYS[1], whole(-coldUntil), '#')
  redis.call('PEXPIRE', KEYS[1], ARGV[14])
end

redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, whole(now - windowMs))
local log = redis.call('ZRANGEBYSCORE', KEYS[1], 0, '+inf', 'WITHSCORES')
local times, rest = {}, {}
for i = 1, #log, 2 do
  local at = tonumber(log[i + 1])
  times[#times + 1] = at
  if restLimit > 0 and string.sub(log[i], 1, #favoured) ~= favoured then rest[#rest + 1] = at end
end

local state = redis.call('HMGET', KEYS[2], 'blockedUntil', 'hintFrom', 'hintUntil', 'hintLeft')
local blockedUntil = tonumber(state[1] or 0)
local hintFrom, hintUntil, hintLeft = tonumber(state[2] or 0), tonumber(state[3] or 0), tonumber(state[4] or 0)

local mine, share, alone = {}, 0, 0
if fairFrom > 0 then
  redis.call('ZADD', KEYS[3], whole(now), owner)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], 0, whole(now - askerMs))
  redis.call('PEXPIRE', KEYS[3], askerMs)
  local askers = redis.call('ZCARD', KEYS[3])
  if askers > 1 then
    alone = math.max(1, paceLimit - 1)
    if #times >= fairFrom then share = math.ceil((restLimit > 0 and restLimit or windowLimit) / askers) end
    for i = 1, #log, 2 do
      if string.match(log[i], '^(.*)/') == owner then mine[#mine + 1] = tonumber(log[i + 1]) end
    end
  end
end

-- A group of `limit` sends closer together than the window admits nobody in any window that holds the group.
local function after_groups(at, sends, window, limit)
  for i = 1, #sends - limit + 1 do
    local first, last = sends[i], sends[i + limit - 1]
    if last - first < window and at > last - window and at < first + window then at = first + window end
  end
  return at
end

local held = 0
for i = 1, #times do
  if times[i] > hintFrom - reorderMs and times[i] < hintUntil then held = held + 1 end
end
for i = 1, #times do
  if times[i] == hintFrom then
    held = held - 1
    break
  end
end

local waitMs = windowMs
if windowLimit >= 1 and paceLimit >= 1 then
  local at = math.max(now + tonumber(ARGV[8]), blockedUntil)
  local before
  repeat
    before = at
    at = after_groups(at, times, windowMs, windowLimit)
    at = after_groups(at, times, paceMs, paceLimit)
    if restLimit > 0 then at = after_groups(at, rest, windowMs, restLimit) end
    if alone > 0 then at = after_groups(at, mine, paceMs, alone) end
    if share > 0 then at = after_groups(at, mine, windowMs, share) end
    if at < hintUntil and held >= hintLeft - reserve then at = hintUntil end
  until at == before
  waitMs = at - now
end

local granted = 0
if windowLimit >= 1 and paceLimit >= 1 and waitMs <= maxWaitMs then
  granted = 1
  redis.call('ZADD', KEYS[1], whole(now + waitMs), member)
  redis.call('PEXPIRE', KEYS[1], ARGV[14])
end

local answer = { granted, waitMs, now, coldUntil, blockedUntil, hintFrom, hintUntil, hintLeft }
for i = 1, #times do answer[#answer + 1] = times[i] end
return answer
