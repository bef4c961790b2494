-- Purpose: remember what the receiver said about its own limit. A block only ever grows; a hint gives way to one
--          measured later.
-- KEYS[1]  hash: blocks and hints, as in reserveSend
-- ARGV[1]  now, epoch milliseconds; 0 for the server's own clock
-- ARGV[2]  block from now, milliseconds; 0 for none
-- ARGV[3]  send time of the measured request, epoch milliseconds; 0 for no hint
-- ARGV[4]  sends left after that request
-- ARGV[5]  end of the receiver's window from now, milliseconds
-- RETURN   {blockedUntil}
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function whole(number) return string.format('%.0f', number) end
local state = redis.call('HMGET', KEYS[1], 'blockedUntil', 'hintFrom', 'hintUntil')
local blockedUntil = tonumber(state[1] or 0)
local hintFrom, hintUntil = tonumber(state[2] or 0), tonumber(state[3] or 0)
if tonumber(ARGV[2]) > 0 then blockedUntil = math.max(blockedUntil, now + tonumber(ARGV[2])) end
if tonumber(ARGV[3]) > 0 and (tonumber(ARGV[3]) >= hintFrom or hintUntil <= now) then
  hintFrom, hintUntil = tonumber(ARGV[3]), now + tonumber(ARGV[5])
  redis.call('HSET', KEYS[1], 'hintFrom', whole(hintFrom), 'hintUntil', whole(hintUntil), 'hintLeft', ARGV[4])
end
redis.call('HSET', KEYS[1], 'blockedUntil', whole(blockedUntil))
redis.call('PEXPIRE', KEYS[1], whole(math.max(blockedUntil - now, hintUntil - now, 0) + 60000))
return { blockedUntil }
