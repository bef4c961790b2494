-- Purpose: look at a send log without changing it.
-- KEYS[1]  sorted set: the log, as in reserveSend
-- KEYS[2]  hash: blocks and hints, as in reserveSend
-- ARGV[1]  now, epoch milliseconds; 0 for the server's own clock
-- ARGV[2]  window, milliseconds
-- RETURN   {now, coldUntil (now + window when the log is not there), blockedUntil, hintFrom, hintUntil, hintLeft,
--          send times of the window and later ascending}
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local windowMs = tonumber(ARGV[2])
local mark = redis.call('ZSCORE', KEYS[1], '#')
local state = redis.call('HMGET', KEYS[2], 'blockedUntil', 'hintFrom', 'hintUntil', 'hintLeft')
local answer = { now, mark and -tonumber(mark) or now + windowMs }
for i = 1, 4 do answer[#answer + 1] = tonumber(state[i] or 0) end
local log = redis.call('ZRANGEBYSCORE', KEYS[1], 0, '+inf', 'WITHSCORES')
for i = 2, #log, 2 do
  local at = tonumber(log[i])
  if at > now - windowMs then answer[#answer + 1] = at end
end
return answer
