-- Purpose: the unexpired interval leases of one scope.
-- KEYS[1]  hash: token -> '<until, epoch milliseconds>' followed by JSON {t,o,k,s,e,r}
-- ARGV     none
-- RETURN   array of those texts; expired ones are removed on the way
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local live = {}
for i = 1, #all, 2 do
  if tonumber(string.match(all[i + 1], '^%d+') or 0) > now then
    live[#live + 1] = all[i + 1]
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return live
