-- Purpose: tell a send log what one process knows after it could not be reached. Repeating it changes nothing.
-- KEYS[1]  sorted set: the log, as in reserveSend
-- ARGV[1]  now, epoch milliseconds; 0 for the server's own clock
-- ARGV[2]  window, milliseconds
-- ARGV[3]  declare the log cold for at least so long, milliseconds; 0 to leave it as it is
-- ARGV[4]  how long the log is kept without a send, milliseconds
-- ARGV[5]  number of members to take out because they were never sent, n
-- ARGV[6 .. 5+n]  those members
-- ARGV[6+n ..]    pairs: age in milliseconds (negative: still to come), member
-- RETURN   {now, coldUntil}
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local windowMs, coldForMs, dropped = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])
local function whole(number) return string.format('%.0f', number) end

local mark = redis.call('ZSCORE', KEYS[1], '#')
local coldUntil = mark and -tonumber(mark) or now + windowMs
if coldForMs > 0 then coldUntil = math.max(coldUntil, now + coldForMs) end
redis.call('ZADD', KEYS[1], whole(-coldUntil), '#')
for i = 6, 5 + dropped do redis.call('ZREM', KEYS[1], ARGV[i]) end
for i = 6 + dropped, #ARGV, 2 do
  local at, member = now - tonumber(ARGV[i]), ARGV[i + 1]
  local known = redis.call('ZSCORE', KEYS[1], member)
  if not known or tonumber(known) < at then redis.call('ZADD', KEYS[1], whole(at), member) end
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return { now, coldUntil }
